import { fittingLog } from "./register-log.js";
import type { RegisterLog, RegisterShape } from "./register-shape.js";

/** What Jepsen's short runs against a register look like: refused swaps, timeouts, few values. */
export function shortLogs(count: number): { readonly shape: RegisterShape; log: RegisterLog }[] {
  const outcomes = ["valid", "valid", "stale", "lost"] as const;
  return Array.from({ length: count }, (_, index) => {
    const outcome = outcomes[index % outcomes.length] ?? "valid";
    return fittingLog({
      seed: 1000 * index,
      operations: 70 + (index % 20),
      clients: 5,
      kinds: "cas",
      values: "few",
      unknownPercent: 4,
      outcome,
    });
  });
}
