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
export function checkAll(
  checkers: Readonly<Record<string, Checker>>,
  history: History,
  context: CheckAllContext,
): Promise<Record<string, Verdict>> {
  const judges = Object.entries(checkers).map(([name, checker]): [string, Judge] => [
    name,
    (given) => checker.check(history, given),
  ]);
  return askAll(Object.fromEntries(judges), context);
}

export type Judge = (context: CheckContext) => Promise<Verdict> | Verdict;

/** The same for whatever comes to a verdict. */
export async function askAll(
  judges: Readonly<Record<string, Judge>>,
  { onProgress, ...context }: CheckAllContext,
): Promise<Record<string, Verdict>> {
  const elapsedMs = startStopwatch();
  const verdicts: Record<string, Verdict> = {};
  for (const [name, judge] of Object.entries(judges)) {
    const tell = (progress: CheckProgress) => {
      onProgress?.({ checker: name, ...progress });
    };
    tell(notBegun);
    // So that it can be shown, and that whoever wants to stop the check is heard.
    await nextTurn();
    const deadlineMs = Math.max(0, context.deadlineMs - elapsedMs());
    verdicts[name] = await verdictOf(judge, { ...context, deadlineMs, onProgress: tell });
  }
  return verdicts;
}

const notBegun: CheckProgress = { partitions: 0, decided: 0, visited: 0, elapsedMs: 0 };

async function verdictOf(judge: Judge, context: CheckContext): Promise<Verdict> {
  try {
    return await judge(context);
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
