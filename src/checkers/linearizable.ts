import type { CheckContext, Checker, Finding, Verdict } from "../core/checker.js";
import type { History } from "../core/history.js";
import type { Input, Operation } from "../core/operation.js";
import { check } from "../porcupine-ts/check.js";
import type { Model, Operation as Recorded } from "../porcupine-ts/model.js";
import type { CheckResult, PartitionResult } from "../porcupine-ts/result.js";
import { tellCounterexample } from "./tell-counterexample.js";
import { plural } from "../core/plural.js";
import { byClock, type Wording } from "./words.js";

export interface LinearizableOptions {
  /** How a part of the model is called in sentences. Default: "key <name>". */
  readonly nameOf?: (partition: string) => string;
  /** Findings beyond so many are counted, not shown. Default: 5. */
  readonly mostShown?: number;
  /** How findings name who did something and when. Default: by process, node and time. */
  readonly wording?: Wording;
}

/**
 * Every operation seems to take effect at one moment between its call and its return, as `model`
 * says. Operations that failed did not happen; those of unknown outcome may have happened at any
 * time after their call, or never. Goes by the order of events in the history, not by clocks.
 *
 * M. Herlihy and J. Wing, "Linearizability: a correctness condition for concurrent objects", 1990.
 * Sees only what clients saw: an effect that no later answer depends on goes unnoticed. When the
 * deadline or the memory bound ends the search the verdict is unknown, unless some other part is
 * invalid already.
 */
export function linearizable<State, I extends Input, Output>(
  model: Model<State, I, Output>,
  options: LinearizableOptions = {},
): Checker<I, Output> {
  return {
    check: (history: History<I, Output>, context: CheckContext) =>
      judgeOperations(model, history.operations, context, options),
  };
}

/** The same for operations that come from elsewhere than a run. */
export async function judgeOperations<State, I extends Input, Output>(
  model: Model<State, I, Output>,
  all: readonly Operation<I, Output>[],
  context: CheckContext,
  {
    nameOf = (name) => (name === "" ? "the history" : `key ${name}`),
    mostShown = 5,
    wording = byClock,
  }: LinearizableOptions = {},
): Promise<Verdict> {
  // A failed operation did not happen and never will.
  const operations = all.filter(({ outcome }) => outcome.type !== "fail");
  const result = await check(model, recordedOnes(operations), {
    deadlineMs: context.deadlineMs,
    memoryMb: context.memoryMb,
    signal: context.signal,
    maxCounterexamples: mostShown,
    onProgress: context.onProgress,
  });
  const tell = (part: PartitionResult<State>) =>
    tellCounterexample({ model, operations, part, subject: nameOf(part.name), wording });
  return {
    validity: result.validity,
    summary: summaryOf(result, context, nameOf),
    findings: [...contradictions(result, tell), ...undecided(result, nameOf, mostShown)],
    details: detailsOf(result),
  };
}

/** One after the other, so that a long history is not held twice. */
function* recordedOnes<I extends Input, Output>(operations: readonly Operation<I, Output>[]) {
  for (const operation of operations) yield recorded(operation);
}

/** Positions of events are times that no two events share. */
function recorded<I extends Input, Output>(operation: Operation<I, Output>): Recorded<I, Output> {
  const { index, completedIndex, input, outcome } = operation;
  if (outcome.type !== "ok") return { input, call: index };
  if (completedIndex === undefined) {
    throw new Error(`operation ${index} ended ok, so the history must say when it completed`);
  }
  return { input, output: outcome.output, call: index, return: completedIndex };
}

/** The fewest operations first: they are understood the quickest. */
function contradictions<State>(
  { partitions }: CheckResult<State>,
  tell: (part: PartitionResult<State>) => Finding | undefined,
): Finding[] {
  return partitions
    .filter(({ validity }) => validity === "invalid")
    .flatMap((part) => tell(part) ?? [])
    .sort((a, b) => a.operations.length - b.operations.length);
}

function undecided<State>(
  { partitions }: CheckResult<State>,
  nameOf: (partition: string) => string,
  mostShown: number,
): Finding[] {
  return partitions
    .filter(({ validity }) => validity === "unknown")
    .slice(0, mostShown)
    .map(({ name, reason, operations, statistics }) => ({
      message:
        `${nameOf(name)}: undecided ${reasonInWords[reason ?? "deadline"]}, after a look at ` +
        `${plural(statistics.visited, "configuration")} of its ${plural(operations.length, "operation")}`,
      operations: [],
    }));
}

const reasonInWords = {
  deadline: "when the time was up",
  memory: "when the memory bound was reached",
  aborted: "when the check was stopped",
} as const;

const adviceOn = {
  deadline: "allow more time (--checker-timeout) or judge fewer operations a key (--ops-per-key)",
  memory: "allow more memory (--checker-memory) or judge fewer operations a key (--ops-per-key)",
  aborted: "check the saved history again",
} as const;

function summaryOf<State>(
  { validity, reason, partitions, statistics }: CheckResult<State>,
  context: CheckContext,
  nameOf: (partition: string) => string,
): string {
  const of = (wanted: string) => partitions.filter((part) => part.validity === wanted);
  const all = `${plural(statistics.operations, "operation")} in ${plural(partitions.length, "part")}`;
  const unknown = of("unknown");
  const open = unknown.length > 0 ? ` ${plural(unknown.length, "part")} stayed undecided.` : "";
  switch (validity) {
    case "valid":
      return `All ${all} are linearizable.`;
    case "invalid": {
      const invalid = of("invalid");
      const explained = invalid.filter(({ counterexample }) => counterexample).length;
      const shown = explained < invalid.length ? ` ${explained} of them are shown.` : "";
      const [first] = invalid;
      const which =
        invalid.length === 1 && first
          ? `${nameOf(first.name)} is`
          : `${invalid.length} of ${plural(partitions.length, "part")} are`;
      return `${which} not linearizable, out of ${all}.${shown}${open}`;
    }
    case "unknown":
      return (
        `${unknown.length} of ${plural(partitions.length, "part")} stayed undecided ` +
        `${reasonInWords[reason ?? "deadline"]} (${limitsInWords(context)}): ${adviceOn[reason ?? "deadline"]}.`
      );
  }
}

function limitsInWords({ deadlineMs, memoryMb }: CheckContext): string {
  return `${(deadlineMs / 1000).toFixed(0)} s, ${memoryMb} MB`;
}

function detailsOf<State>({
  partitions,
  statistics,
  reason,
}: CheckResult<State>): Readonly<Record<string, unknown>> {
  const count = (wanted: string) => partitions.filter((part) => part.validity === wanted).length;
  return {
    operations: statistics.operations,
    parts: partitions.length,
    valid: count("valid"),
    invalid: count("invalid"),
    unknown: count("unknown"),
    ...(reason && { reason }),
    invalidParts: partitions.filter((part) => part.validity === "invalid").map(({ name }) => name),
    engines: partsByEngine(partitions),
    slowest: slowest(partitions),
    visited: statistics.visited,
    bytes: statistics.bytes,
    elapsedMs: Math.round(statistics.elapsedMs),
  };
}

/** How many parts each engine decided, or was at when a limit came. */
function partsByEngine<State>(partitions: readonly PartitionResult<State>[]) {
  const counts: Record<string, number> = {};
  for (const { statistics } of partitions) {
    counts[statistics.engine] = (counts[statistics.engine] ?? 0) + 1;
  }
  return counts;
}

const mostSlow = 5;

/** What the time went into: the parts that took longest. */
function slowest<State>(partitions: readonly PartitionResult<State>[]) {
  return partitions
    .toSorted((a, b) => b.statistics.elapsedMs - a.statistics.elapsedMs)
    .slice(0, mostSlow)
    .map(({ name, validity, statistics: { operations, engine, visited, elapsedMs } }) => ({
      ...{ part: name, validity, operations, engine, visited },
      elapsedMs: Math.round(elapsedMs * 10) / 10,
    }));
}
