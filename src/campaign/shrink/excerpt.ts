import type { FaultRecord, History, HistoryHeader } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { assemble } from "../../history/assemble.js";
import { faultMoments, type Moment } from "./fault-moments.js";

/** A few operations of a run as a history of its own. */
export interface Excerpt {
  readonly header: HistoryHeader;
  /** Values of lines, in the format that src/history writes. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

export interface ExcerptOptions {
  /** Whether lines of the nodes' logs and what members said in the end stay; else none of it does. */
  readonly keepsLogs: boolean;
}

/** Between two events that follow each other. */
const stepNs = 1_000_000;

/**
 * These operations, the phases, what a scenario noted, and the faults that met them, in the order in which they happened:
 * what came before what is the same as it was. Times are closed up, one event a millisecond, and
 * processes are numbered anew in the order of their first calls. What members said of themselves
 * under way is left out. The same operations give the same excerpt, and that of a whole excerpt is the same again.
 */
export function excerptOf(
  history: History,
  operations: readonly Operation[],
  { keepsLogs }: ExcerptOptions,
): Excerpt {
  const { header, phases, notes = [], logs, members } = history;
  const inOrder = [
    ...operationMoments(operations),
    ...phases.map(({ index, atNs, phase, reason }) => ({
      index,
      atNs,
      event: { type: "phase", phase, ...(reason !== undefined && { reason }) },
    })),
    ...notes.map(({ index, atNs, kind, text }) => ({
      index,
      atNs,
      event: { type: "note", kind, text },
    })),
    ...(keepsLogs ? logs : []).map(({ index, atNs, node, level, line }) => ({
      index,
      atNs,
      event: { type: "log", node, level, line },
    })),
    ...(keepsLogs ? members : []).map(({ index, atNs, ...said }) => ({
      index,
      atNs,
      event: { type: "member", ...said },
    })),
  ].sort((a, b) => a.index - b.index);
  const faults = faultsThatMet(history.faults, operations).flatMap(faultMoments);
  const moments = merged(
    inOrder,
    faults.sort((a, b) => a.atNs - b.atNs),
  );
  return {
    header: {
      ...header,
      shrunkFrom: header.shrunkFrom ?? { run: header.run, operations: history.operations.length },
    },
    events: moments.map(({ event }, index) => ({ index, at: index * stepNs, ...event })),
  };
}

/** As it would be read back from its file. */
export function historyIn({ header, events }: Excerpt): History {
  const assembly = assemble(header, undefined);
  for (const event of events) assembly.add(event);
  return assembly.finish(false);
}

/** The text of its file. */
export function textOf({ header, events }: Excerpt): string {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function operationMoments(operations: readonly Operation[]): (Moment & { index: number })[] {
  const numbers = new Map<number, number>();
  return operations.flatMap((operation) => {
    const { index, invokedAtNs, completedIndex, completedAtNs = invokedAtNs } = operation;
    const process = numbers.get(operation.process) ?? numbers.size;
    numbers.set(operation.process, process);
    const { node, input, outcome, parts = [] } = operation;
    const invocation = { type: "invoke", process, node, input };
    const asked = [
      { index, atNs: invokedAtNs, event: invocation },
      ...parts.map(({ index, atNs, part }) => ({
        index,
        atNs,
        event: { type: "part", process, part },
      })),
    ];
    if (completedIndex === undefined) return asked;
    const { type, ...answer } = outcome;
    return [
      ...asked,
      { index: completedIndex, atNs: completedAtNs, event: { type, process, ...answer } },
    ];
  });
}

/** Those that were there at some time between the first call and the last answer. */
function faultsThatMet(
  faults: readonly FaultRecord[],
  operations: readonly Operation[],
): readonly FaultRecord[] {
  let [first, last] = [Infinity, -Infinity];
  for (const { invokedAtNs, completedAtNs = invokedAtNs } of operations) {
    first = Math.min(first, invokedAtNs);
    last = Math.max(last, completedAtNs);
  }
  return faults.filter(
    ({ injectedAtNs, healedAtNs, overAtNs = healedAtNs ?? Infinity, rewind }) =>
      // Without those that set the cluster back nothing of what is left could be judged.
      rewind !== undefined || (injectedAtNs < last && overAtNs > first),
  );
}

/** Of faults only times are known: each comes before the first of the others that is later. */
function merged(others: readonly Moment[], faults: readonly Moment[]): Moment[] {
  const moments: Moment[] = [];
  let next = 0;
  for (const moment of others) {
    for (let fault = faults[next]; fault && fault.atNs < moment.atNs; fault = faults[next]) {
      moments.push(fault);
      next += 1;
    }
    moments.push(moment);
  }
  return [...moments, ...faults.slice(next)];
}
