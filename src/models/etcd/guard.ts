import type { Compare, KeyValue } from "../../core/client.js";
import { compareText } from "./key-order.js";
import { found } from "./state.js";

const absent = { value: "", version: 0, createRevision: 0, modRevision: 0, lease: "0" };

/**
 * Whether a transaction's comparison holds: for every key that it is about. Where there is none, it
 * is as if there was one of zeros, whose value compares with nothing.
 */
export function guardHolds(kvs: readonly KeyValue[], compare: Compare): boolean {
  const about = found(kvs, compare);
  if (about.length === 0) return compare.target !== "value" && fits(compare, absent);
  return about.every((kv) => fits(compare, kv));
}

function fits({ target, result, operand }: Compare, kv: Omit<KeyValue, "key">): boolean {
  const difference = differenceOf(kv, target, operand);
  switch (result) {
    case "equal":
      return difference === 0;
    case "not-equal":
      return difference !== 0;
    case "less":
      return difference < 0;
    case "greater":
      return difference > 0;
  }
}

function differenceOf(
  kv: Omit<KeyValue, "key">,
  target: Compare["target"],
  operand: string | number,
): number {
  switch (target) {
    case "value":
      return compareText(kv.value, String(operand));
    case "version":
      return kv.version - Number(operand);
    case "create":
      return kv.createRevision - Number(operand);
    case "mod":
      return kv.modRevision - Number(operand);
    case "lease": {
      const [held, asked] = [BigInt(kv.lease), BigInt(operand)];
      return held === asked ? 0 : held < asked ? -1 : 1;
    }
  }
}
