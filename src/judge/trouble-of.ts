import { HarnessError, messageOf, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import type { Trouble } from "./judge-many-messages.js";

/** Of whatever was thrown while one history of many was judged: the others go on. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof UsageError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof HarnessError) return { message: error.message, exitCode: exitCodes.harness };
  return {
    message: `a bug of ordeal itself, please report it: ${messageOf(error)}`,
    exitCode: exitCodes.harness,
  };
}

/** Of one that was not read when the check was to end. */
export const stopped: Trouble = {
  message: "The check was stopped before the history was read: nothing was judged.",
  exitCode: exitCodes.unknown,
};
