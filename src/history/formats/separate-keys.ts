import { type Edn, isNil, pairOf, shownEdn, textOf } from "./edn.js";
import type { ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";
import type { ForeignCall } from "./pair-events.js";

/** An operation on one of several independent objects, its values without the key. */
export interface KeyedCall {
  readonly call: ForeignCall;
  /** As EDN: `7` and `"7"` are two keys. Undefined where the history is about one object. */
  readonly key: string | undefined;
  /** The invocation's value; undefined where it has none. */
  readonly asked: Edn | undefined;
  /** The completion's value, where the operation ended ok. */
  readonly answered: Edn | undefined;
}

/**
 * Histories of several objects name the key with each operation: as a :key, or, as Jepsen's
 * independent generators do, with [key value] as each value. The latter cannot be mistaken where
 * objects hold no vectors: a read, a write or an acquire of one object has no pair as its value,
 * and a compare-and-set of one object has [old new], of several [key [old new]]. What is returned
 * throws LineDamage where some operations name a key and others do not.
 */
export function separateKeys(): (call: ForeignCall) => KeyedCall {
  let first: KeyedCall | undefined;
  return (call) => {
    const keyed = separate(call);
    first ??= keyed;
    if ((keyed.key === undefined) !== (first.key === undefined)) throw mixed(keyed, first);
    return keyed;
  };
}

function mixed(one: KeyedCall, other: KeyedCall): LineDamage {
  const [without, having] = one.key === undefined ? [one, other] : [other, one];
  return new LineDamage(
    one.call.invoked.line,
    `expected every operation to name a key or none, but line ${having.call.invoked.line} does and line ${without.call.invoked.line} does not`,
  );
}

function separate(call: ForeignCall): KeyedCall {
  const { invoked, completed } = call;
  const answer = completed?.type === "ok" ? completed : undefined;
  if (invoked.key) {
    if (answer?.key) requireSameKey(invoked, invoked.key, answer.key);
    return { call, key: textOf(invoked.key), asked: invoked.value, answered: answer?.value };
  }
  const pair = pairOf(invoked.value);
  if (!pair || (invoked.f === "cas" && !pairOf(pair[1]))) {
    return { call, key: undefined, asked: invoked.value, answered: answer?.value };
  }
  const [key, asked] = pair;
  return { call, key: textOf(key), asked, answered: withoutKey(invoked, key, answer?.value) };
}

function withoutKey(invoked: ForeignEvent, key: Edn, value: Edn | undefined): Edn | undefined {
  if (!value || isNil(value)) return undefined;
  const pair = pairOf(value);
  if (!pair) {
    throw new LineDamage(
      value.line,
      `expected [key value] as in line ${invoked.line}, got ${shownEdn(value)}`,
    );
  }
  requireSameKey(invoked, key, pair[0]);
  return pair[1];
}

function requireSameKey({ line }: ForeignEvent, asked: Edn, answered: Edn): void {
  if (textOf(asked) === textOf(answered)) return;
  throw new LineDamage(
    answered.line,
    `the answer is about key ${shownEdn(answered)}, but line ${line} asked for ${shownEdn(asked)}`,
  );
}
