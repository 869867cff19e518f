import type { Compare, KeyValue } from "../../../core/client.js";
import { compareKeys } from "./key-range.js";

/**
 * Does a comparison hold for all of `found`, which is what its key or range has? Where there is
 * nothing, a value compares as false, and everything else as 0.
 */
export function holds(compare: Compare, found: readonly KeyValue[]): boolean {
  if (found.length > 0) return found.every((kv) => fits(compare, signOf(compare, kv)));
  return compare.target !== "value" && fits(compare, signOf(compare, missing));
}

const missing = { value: "", createRevision: 0, modRevision: 0, version: 0, lease: "0" };

/** Below, at or above 0 as what is there is below, at or above the operand. */
function signOf({ target, operand }: Compare, kv: Omit<KeyValue, "key">): number {
  switch (target) {
    case "value":
      return compareKeys(kv.value, String(operand));
    case "version":
      return kv.version - Number(operand);
    case "create":
      return kv.createRevision - Number(operand);
    case "mod":
      return kv.modRevision - Number(operand);
    case "lease":
      return compareNumbers(BigInt(kv.lease), BigInt(operand));
  }
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function fits({ result }: Compare, sign: number): boolean {
  switch (result) {
    case "equal":
      return sign === 0;
    case "not-equal":
      return sign !== 0;
    case "greater":
      return sign > 0;
    case "less":
      return sign < 0;
  }
}
