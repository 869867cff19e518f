import { realTime, rw, sameProcess, wr, ww } from "./graph.js";
import type { KeyRead } from "./key-history.js";
import { nameCycle } from "./name-cycle.js";
import type { Anomaly } from "./result.js";
import type { Step } from "./shortest-path.js";
import type { Transaction } from "./transaction.js";
import type { VersionOrder } from "./version-order.js";
import { shownList } from "./words.js";

export interface Explained {
  readonly transactions: readonly Transaction[];
  readonly orders: readonly VersionOrder[];
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
    return `${one} comes before ${other}: ${reasonFor(step, { one, other }, known)}.`;
  });
  const more = steps.length - told.length;
  return {
    type: nameCycle(steps),
    transactions: steps.map(({ from }) => from),
    message: `${steps.length} transactions cannot be put into any order: ${circle(steps.map((_, i) => nameOf(i)))}`,
    steps: more > 0 ? [...told, `${more} more such steps lead back to T1.`] : told,
  };
}

function circle(names: readonly string[]): string {
  const [first = ""] = names;
  const shown = names.length > 6 ? [...names.slice(0, 3), "...", ...names.slice(-1)] : names;
  return [...shown, first].join(" before ");
}

interface Names {
  readonly one: string;
  readonly other: string;
}

function reasonFor(step: Step, { one, other }: Names, { transactions, orders }: Explained): string {
  if (step.kind === realTime) return `${one} had returned before ${other} was invoked`;
  if (step.kind === sameProcess) {
    const process = transactions[step.from]?.process ?? "";
    return `process ${process} did ${one} first, and ${other} after it had returned`;
  }
  const order = orders[step.key];
  if (!order) throw new RangeError(`no key ${step.key} among ${orders.length}`);
  switch (step.kind) {
    case ww:
      return bothAppended(step, { one, other }, order);
    case wr:
      return otherRead(step, { one, other }, order);
    case rw:
      return readWithout(step, { one, other }, order);
    default:
      throw new RangeError(`no reason is known for an edge of kind ${step.kind}`);
  }
}

function bothAppended(
  { from, to }: Step,
  { one, other }: Names,
  { longest, history: { key, appenderOf, appendsBy }, found }: VersionOrder,
): string {
  const writerAt = (i: number) => appenderOf.get(longest[i] ?? "");
  const next = longest.findIndex((_, i) => i > 0 && writerAt(i - 1) === from && writerAt(i) === to);
  if (next > 0) {
    const [before, after] = [longest[next - 1] ?? "", longest[next] ?? ""];
    return `${one} appended ${before} to ${key}, and ${other} appended ${after}, which stands right after it in ${shownAround(longest, next)}`;
  }
  const unread = appendsBy.get(to)?.find((element) => !found.has(element)) ?? "";
  return `${one} appended ${longest.at(-1) ?? ""} to ${key}, and ${other} appended ${unread}, which came later, since the longest list that was read, ${shownList(longest)}, is without it`;
}

function otherRead({ to }: Step, { one, other }: Names, { history }: VersionOrder): string {
  const read = firstRead(history.reads, to);
  const element = read?.elements[(read.found ?? 0) - 1] ?? "";
  return `${one} appended ${element} to ${history.key}, and ${other} read it: ${shownList(read?.elements ?? [])}`;
}

function readWithout({ from, to }: Step, { one, other }: Names, order: VersionOrder): string {
  const { key, reads, appenderOf, appendsBy } = order.history;
  const read = firstRead(reads, from);
  const elements = read?.elements.slice(0, read.found) ?? [];
  const next = order.longest[elements.length];
  const missed =
    next !== undefined && appenderOf.get(next) === to
      ? next
      : appendsBy.get(to)?.find((element) => !order.found.has(element));
  return `${one} read ${key} as ${shownList(elements)}, without ${missed ?? ""}, which ${other} appended`;
}

function firstRead(reads: readonly KeyRead[], by: number): KeyRead | undefined {
  return reads.find((read) => read.by === by && read.found !== undefined);
}

/** The elements about a place, so that it is seen however long the list is. */
function shownAround(elements: readonly string[], at: number): string {
  const [start, end] = [Math.max(0, at - 4), Math.min(elements.length, at + 4)];
  const before = start > 0 ? "... " : "";
  const after = end < elements.length ? " ..." : "";
  return `[${before}${elements.slice(start, end).join(" ")}${after}]`;
}
