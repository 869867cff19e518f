import {
  initialValue,
  kinds,
  noValue,
  type RegisterPart,
} from "../porcupine-ts/parts/register-part.js";
import { never } from "../porcupine-ts/parts/timeline.js";

/**
 * Whether some order of the part's operations, of up to 30, is legal and in agreement with the
 * times. Goes through all sets of placed operations with all values, without a thought.
 */
export function hasRegisterOrder(part: RegisterPart): boolean {
  const numbers = Array.from({ length: part.count }, (_, number) => number);
  const mustPlace = setOf(numbers.filter((number) => part.returnedAt[number] !== never));
  const mustPrecede = numbers.map((number) =>
    setOf(numbers.filter((other) => isBefore(part, other, number))),
  );
  const seen = new Set<number>();
  const reached = [{ placed: 0, held: initialValue as number }];
  for (let now = reached.pop(); now; now = reached.pop()) {
    const { placed, held } = now;
    if ((placed & mustPlace) === mustPlace) return true;
    const key = placed * (part.values + 1) + held;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const number of numbers) {
      const bit = 1 << number;
      const before = mustPrecede[number] ?? 0;
      if ((placed & bit) !== 0 || (before & placed) !== before) continue;
      const after = valueAfter(part, held, number);
      if (after !== noValue) reached.push({ placed: placed | bit, held: after });
    }
  }
  return false;
}

/** What is wrong with an order of the part's operations; undefined where nothing is. */
export function flawInRegisterOrder(part: RegisterPart, order: Int32Array): string | undefined {
  const placed = new Set<number>();
  let held: number = initialValue;
  let latestCall = -1;
  for (const number of order) {
    if (!(number >= 0 && number < part.count)) return `there is no operation ${number}`;
    if (placed.has(number)) return `operation ${number} is placed twice`;
    placed.add(number);
    const returned = part.returnedAt[number] ?? never;
    if (returned < latestCall) return `operation ${number} is placed after a later call`;
    latestCall = Math.max(latestCall, part.calledAt[number] ?? 0);
    const after = valueAfter(part, held, number);
    if (after === noValue) return `operation ${number} is illegal where it is placed`;
    held = after;
  }
  const missing = part.byReturn.find((number) => !placed.has(number));
  return missing === undefined ? undefined : `operation ${missing} returned but is not placed`;
}

/** `noValue` where the operation is illegal. */
function valueAfter({ kind, found, left }: RegisterPart, held: number, number: number): number {
  const its = found[number];
  switch (kind[number]) {
    case kinds.read:
      return its === held ? held : noValue;
    case kinds.write:
      return left[number] ?? noValue;
    case kinds.cas:
      return its === held ? (left[number] ?? noValue) : noValue;
    case kinds.differs:
      return its === held ? noValue : held;
    default:
      return held;
  }
}

function isBefore({ calledAt, returnedAt }: RegisterPart, a: number, b: number): boolean {
  return (returnedAt[a] ?? never) < (calledAt[b] ?? 0);
}

function setOf(numbers: readonly number[]): number {
  return numbers.reduce((set, number) => set | (1 << number), 0);
}
