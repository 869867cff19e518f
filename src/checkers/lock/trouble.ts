import type { CheckContext, Checker, Finding, Verdict } from "../../core/checker.js";
import type { FaultRecord } from "../../core/history.js";
import { type Budget, createBudget } from "../../porcupine-ts/budget.js";
import { inTurn, type Pauses } from "../set-full/pauses.js";
import type { HolderInput, HolderOperation, HolderOutput } from "./holder-operation.js";

/** What a checker of holders found, before it is put into words. */
export interface Found<Trouble> {
  readonly troubles: readonly Trouble[];
  /** What all was fine with, in words; undefined where there was nothing to judge. */
  readonly judged: string | undefined;
  readonly details: Readonly<Record<string, number>>;
}

export interface HolderChecker<Trouble extends Troubled> {
  /** The operations are told one by one, then `judge` is asked. */
  readonly start: (faults: readonly FaultRecord[]) => {
    readonly add: (operation: HolderOperation) => void;
    readonly judge: () => Found<Trouble>;
  };
  readonly tell: (trouble: Trouble) => Finding;
  /** What was not judged for want of evidence, such as "Nobody ever held a lock." */
  readonly nothing: string;
}

/** `at` orders the findings: the position of the event that shows it. */
export interface Troubled {
  readonly at: number;
}

const mostShown = 10;

/** The part that all of them share: time, and a verdict with a bounded number of findings. */
export function holderChecker<Trouble extends Troubled>(
  checker: HolderChecker<Trouble>,
): Checker<HolderInput, HolderOutput> {
  return {
    async check({ operations, faults }, context) {
      const budget = createBudget({ deadlineMs: context.deadlineMs, signal: context.signal });
      const { add, judge } = checker.start(faults);
      const isWhole = await inTurn(operations, pausesOf(budget, context), add);
      if (!isWhole || budget.expired() !== undefined) return outOfTime(context);
      return verdictOf(judge(), checker);
    },
  };
}

function pausesOf(budget: Budget, { onProgress }: CheckContext): Pauses {
  return {
    areDue: () => budget.needsBreath(),
    take: async () => {
      await budget.breathe();
      onProgress?.({ partitions: 0, decided: 0, visited: 0, elapsedMs: budget.elapsedMs() });
      return budget.expired() === undefined;
    },
  };
}

/** Of a part of a history nothing is said: what releases a lock may stand in the rest. */
function outOfTime({ signal }: CheckContext): Verdict {
  const summary =
    signal?.aborted === true
      ? "The check was stopped before its end."
      : "The time was up before the end: allow more (--checker-timeout).";
  return { validity: "unknown", summary, findings: [] };
}

function verdictOf<Trouble extends Troubled>(
  { troubles, judged, details }: Found<Trouble>,
  { tell, nothing }: HolderChecker<Trouble>,
): Verdict {
  if (troubles.length === 0) {
    return judged === undefined
      ? {
          ...{ validity: "unknown", summary: nothing, findings: [] },
          details: { ...details, nothingToJudge: true },
        }
      : { validity: "valid", summary: judged, findings: [], details };
  }
  const findings = troubles
    .toSorted((one, two) => one.at - two.at)
    .slice(0, mostShown)
    .map(tell);
  const count = troubles.length;
  const limit = count > mostShown ? ` The first ${mostShown} of ${count} findings are shown.` : "";
  const summary = `${findings[0]?.message ?? ""}.${limit}`;
  return { validity: "invalid", summary, findings, details: { ...details, troubles: count } };
}
