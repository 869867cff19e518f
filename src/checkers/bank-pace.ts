import type { CheckContext } from "../core/checker.js";
import { type Budget, createBudget } from "../porcupine-ts/budget.js";

/** The time of a check, shared by all its passes. */
export interface Pace {
  /** Does `act` with each, as long as there is time; false where some are left. */
  through<T>(items: Iterable<T>, act: (item: T) => void): Promise<boolean>;
  /** Why it ended early, in a sentence. */
  inWords(): string;
}

/** Between two looks at the clock. */
const atATime = 500;

export function startPace({ deadlineMs, signal, onProgress }: CheckContext): Pace {
  const budget = createBudget({ deadlineMs, signal });

  async function mayGoOn(): Promise<boolean> {
    await budget.breathe();
    onProgress?.({ partitions: 0, decided: 0, visited: 0, elapsedMs: budget.elapsedMs() });
    return budget.expired() === undefined;
  }

  return {
    async through(items, act) {
      let count = 0;
      for (const item of items) {
        if (count % atATime === 0 && !(await mayGoOn())) return false;
        count += 1;
        act(item);
      }
      return true;
    },
    inWords: () => endings[budget.expired() ?? "aborted"],
  };
}

const endings: Readonly<Record<NonNullable<ReturnType<Budget["expired"]>>, string>> = {
  deadline: "The time was up before the end: allow more (--checker-timeout).",
  aborted: "The check was stopped before its end.",
};
