import { intAt } from "../../at.js";
import { initialValue, kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";

/** The part with all values that nothing asks for as one: the rule "one unseen value". */
export function withUnseenValuesMerged(part: RegisterPart): RegisterPart {
  const isSeen = seenValues(part);
  const numbers = new Int32Array(part.values);
  // What the register holds at first keeps its number.
  let values = 1;
  let unseen = isSeen[initialValue] === 1 ? noValue : initialValue;
  for (let value = 0; value < part.values; value++) {
    if (value === initialValue) continue;
    if (isSeen[value] === 1) numbers[value] = values++;
    else numbers[value] = unseen === noValue ? (unseen = values++) : unseen;
  }
  const renumbered = (value: number) => (value === noValue ? noValue : intAt(numbers, value));
  return { ...part, found: part.found.map(renumbered), left: part.left.map(renumbered), values };
}

function seenValues(part: RegisterPart): Uint8Array {
  const isSeen = new Uint8Array(part.values);
  for (let its = 0; its < part.count; its++) {
    const kind = part.kind[its];
    if (kind === kinds.write || kind === kinds.nothing) continue;
    // What only looks and never returned is left out.
    if (part.returnedAt[its] === never && kind !== kinds.cas) continue;
    isSeen[intAt(part.found, its)] = 1;
  }
  return isSeen;
}
