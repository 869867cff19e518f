import type { Finding } from "../../../core/checker.js";
import type { History } from "../../../core/history.js";
import type { Operation } from "../../../core/operation.js";

/**
 * Whether the operations that a finding names really show what it says, by other means than its
 * checker's: undefined where that is more than can be tried.
 */
export type Shows = (
  history: History,
  named: readonly Operation[],
  finding: Finding,
) => boolean | undefined;
