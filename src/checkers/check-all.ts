import { setImmediate as nextTurn } from "node:timers/promises";
import type { CheckContext, Checker, CheckProgress, Verdict } from "../core/checker.js";
import { messageOf } from "../core/errors.js";
import type { History } from "../core/history.js";
import { startStopwatch } from "../porcupine-ts/stopwatch.js";

export interface CheckAllContext extends Omit<CheckContext, "onProgress"> {
  /** Called when a checker begins, and as often as it tells of itself. */
  readonly onProgress?: (progress: NamedProgress) => void;
}

export interface NamedProgress extends CheckProgress {
  readonly checker: string;
}

/**
 * Asks every checker in turn. The deadline is for all of them together; those that need only one
 * pass over the history take no notice of it. A checker that throws could not judge: its verdict is
 * unknown, the others' stand.
 */
export async function checkAll(
  checkers: Readonly<Record<string, Checker>>,
  history: History,
  { onProgress, ...context }: CheckAllContext,
): Promise<Record<string, Verdict>> {
  const elapsedMs = startStopwatch();
  const verdicts: Record<string, Verdict> = {};
  for (const [name, checker] of Object.entries(checkers)) {
    const deadlineMs = Math.max(0, context.deadlineMs - elapsedMs());
    const tell = (progress: CheckProgress) => {
      onProgress?.({ checker: name, ...progress });
    };
    tell(notBegun);
    // So that it can be shown, and that whoever wants to stop the check is heard.
    await nextTurn();
    verdicts[name] = await verdictOf(checker, history, {
      ...context,
      deadlineMs,
      onProgress: tell,
    });
  }
  return verdicts;
}

const notBegun: CheckProgress = { partitions: 0, decided: 0, visited: 0, elapsedMs: 0 };

async function verdictOf(
  checker: Checker,
  history: History,
  context: CheckContext,
): Promise<Verdict> {
  try {
    return await checker.check(history, context);
  } catch (error) {
    const message = messageOf(error);
    return {
      validity: "unknown",
      summary: `The checker failed: ${message}`,
      findings: [
        { message: `The checker could not judge this history: ${message}`, operations: [] },
      ],
      details: { error: error instanceof Error ? (error.stack ?? message) : message },
    };
  }
}
