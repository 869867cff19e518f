import { realTime, sameProcess } from "./graph.js";
import { nameCycle, nameEdge } from "./name-cycle.js";
import type { Anomaly } from "./result.js";
import type { Step } from "./shortest-path.js";
import type { Timed } from "./transaction.js";

/** What the two transactions of a step are called: "T1" and "T2". */
export interface Names {
  readonly one: string;
  readonly other: string;
}

/** Why the first of a step comes before the other, in words without a full stop. */
export type TellReason = (step: Step, names: Names) => string;

export interface Explained {
  readonly transactions: readonly Timed[];
  /** Of steps that the data show; those of order in time are told here. */
  readonly reasonFor: TellReason;
}

/** Longer cycles are told by their first steps. */
const mostSteps = 24;

/** Tells a cycle, each of whose steps leads to where the next one begins, from its first transaction. */
export function tellCycle(cycle: readonly Step[], known: Explained): Anomaly {
  const earliest = cycle.reduce((least, { from }) => Math.min(least, from), Infinity);
  const first = cycle.findIndex(({ from }) => from === earliest);
  const steps = [...cycle.slice(first), ...cycle.slice(0, first)];
  const nameOf = (i: number) => `T${(i % steps.length) + 1}`;
  const told = steps.slice(0, mostSteps).map((step, i) => {
    const [one, other] = [nameOf(i), nameOf(i + 1)];
    return `${one} comes before ${other}: ${reasonOf(step, { one, other }, known)}.`;
  });
  const more = steps.length - told.length;
  return {
    type: nameCycle(steps),
    transactions: steps.map(({ from }) => from),
    edges: steps.map(({ kind }) => nameEdge(kind)),
    message: `${steps.length} transactions cannot be put into any order: ${circle(steps.map((_, i) => nameOf(i)))}`,
    steps: more > 0 ? [...told, `${more} more such steps lead back to T1.`] : told,
  };
}

function circle(names: readonly string[]): string {
  const [first = ""] = names;
  const shown = names.length > 6 ? [...names.slice(0, 3), "...", ...names.slice(-1)] : names;
  return [...shown, first].join(" before ");
}

function reasonOf(step: Step, names: Names, { transactions, reasonFor }: Explained): string {
  const { one, other } = names;
  if (step.kind === realTime) return `${one} had returned before ${other} was invoked`;
  if (step.kind !== sameProcess) return reasonFor(step, names);
  const process = transactions[step.from]?.process ?? "";
  return `process ${process} did ${one} first, and ${other} after it had returned`;
}
