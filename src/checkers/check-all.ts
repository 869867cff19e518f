import type { CheckContext, Checker, Verdict } from "../core/checker.js";
import { messageOf } from "../core/errors.js";
import type { History } from "../core/history.js";
import { startStopwatch } from "../porcupine-ts/stopwatch.js";

/**
 * Asks every checker in turn. The deadline is for all of them together; those that need only one
 * pass over the history take no notice of it. A checker that throws could not judge: its verdict is
 * unknown, the others' stand.
 */
export async function checkAll(
  checkers: Readonly<Record<string, Checker>>,
  history: History,
  context: CheckContext,
): Promise<Record<string, Verdict>> {
  const elapsedMs = startStopwatch();
  const verdicts: Record<string, Verdict> = {};
  for (const [name, checker] of Object.entries(checkers)) {
    const deadlineMs = Math.max(0, context.deadlineMs - elapsedMs());
    verdicts[name] = await verdictOf(checker, history, { ...context, deadlineMs });
  }
  return verdicts;
}

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
