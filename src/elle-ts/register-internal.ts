import type { RegisterTransaction } from "./register-transaction.js";
import { shownValue } from "./register-reason.js";
import type { Anomaly } from "./result.js";

/** What a transaction knows of a key from what it did last to it. */
interface Known {
  readonly value: string | null;
  readonly isOwn: boolean;
}

/**
 * Whether a transaction's reads agree with what it did itself before them: it sees its own writes, and
 * nothing else changes under its hands. At most one anomaly a transaction.
 */
export function registerInternalAnomaly(
  { outcome, operations }: RegisterTransaction,
  index: number,
): Anomaly | undefined {
  if (outcome !== "ok" || operations.length < 2) return undefined;
  const known = new Map<string, Known>();
  for (const { f, key, value } of operations) {
    if (value === undefined) continue;
    const before = known.get(key);
    if (f === "read" && before && before.value !== value) {
      const did = before.isOwn
        ? `wrote ${before.value} to ${key}`
        : `read ${shownValue(key, before.value)}`;
      return {
        type: "internal",
        transactions: [index],
        key,
        message: `T1 contradicts itself: it ${did}, and after that read ${shownValue(key, value)}`,
        steps: [],
      };
    }
    known.set(key, { value, isOwn: f === "write" || before?.isOwn === true });
  }
  return undefined;
}
