/**
 * The two kinds of trouble that a person is told about. Anything else that is thrown is a bug of
 * ours and is shown with its stack.
 */

/** Wrong usage: options, config or a file that the user gave. Exit code 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * The harness or its infrastructure failed: no engine, a node that does not come up, a full disk.
 * Exit code 3. The message is one sentence: what was expected, what came, what to do. `details`
 * are lines shown below it, such as the last lines of a node's log.
 */
export class HarnessError extends Error {
  override readonly name: string = "HarnessError";
  readonly details: readonly string[];

  constructor(message: string, options: ErrorOptions & { details?: readonly string[] } = {}) {
    super(message, options);
    this.details = options.details ?? [];
  }
}

/** What the cluster stands on is gone, such as the engine: nothing more can be done to it. */
export class ClusterLostError extends HarnessError {}

/** What to quote of something that was thrown, whatever it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
