import { ClusterLostError, HarnessError } from "../../core/errors.js";

/**
 * What to tell people when the engine refused something that was asked of a node, or is gone. What
 * it was is worded as in "n3 could not be paused".
 */
export function engineTrouble(error: unknown, what: string): HarnessError {
  if (error instanceof HarnessError) return error;
  const { statusCode, message } = error as Error & { statusCode?: number };
  const reason = message.trim();
  if (statusCode === undefined) {
    return new ClusterLostError(
      `${what}: the Docker engine does not answer any more (${reason}); start it again, then run \`ordeal clean\`.`,
      { cause: error },
    );
  }
  if (statusCode === 404 || / is not running|not running$/.test(reason)) {
    return new ClusterLostError(
      `${what}: its container is gone or was stopped by something other than ordeal (${reason}); leave the containers of a run alone while it lasts.`,
      { cause: error },
    );
  }
  return new HarnessError(`${what}: the Docker engine refused (${reason}).`, { cause: error });
}
