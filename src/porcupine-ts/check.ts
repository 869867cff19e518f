import { availableParallelism } from "node:os";
import { createBudget, type Limits } from "./budget.js";
import { decideParts, type EngineChoice } from "./decide-parts.js";
import { type Event, operationsOf } from "./events.js";
import { counterexampleOf, partitionResult } from "./partition-result.js";
import { prepareQuestions } from "./engines/question.js";
import type { Model, Operation } from "./model.js";
import { createProgressMeter, type Progress } from "./progress.js";
import { record } from "./parts/recorded.js";
import { splitByPart } from "./parts/split.js";
import type { CheckResult, PartitionResult, Statistics } from "./result.js";

export type { CheckResult, PartitionResult, PartitionStatistics, Validity } from "./result.js";

export interface CheckOptions extends Limits {
  /** For how many invalid partitions to look for a counterexample, the first ones. Default: 5. */
  readonly maxCounterexamples?: number | undefined;
  /** Which ways of deciding to use. Default: "auto". They never disagree; "both" makes sure. */
  readonly engine?: EngineChoice | undefined;
  /**
   * Threads for partitions that are hard, where there are several. Default: one for each core, but
   * no more than 4. 0 or 1: none, all is done here. No verdict depends on it.
   */
  readonly workers?: number | undefined;
  /** Told now and then how far the check is. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Says whether the recorded operations are linearizable: whether some order of them, which agrees
 * with real time, gives every answer that was given. Rejects with RangeError where an operation
 * returns before its call, and with whatever the model throws.
 *
 * J. Wing and C. Gong, "Testing and Verifying Concurrent Objects", 1993; P. Gibbons and E. Korach,
 * "Testing Shared Memories", 1997; G. Lowe, "Testing for Linearizability", 2017; A. Horn and
 * D. Kroening, "Faster Linearizability Checking via P-Compositionality", 2015.
 */
export async function check<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: Iterable<Operation<Input, Output>>,
  options: CheckOptions = {},
): Promise<CheckResult<State>> {
  const budget = createBudget(options);
  const recorded = record(model, operations);
  const parts = splitByPart(recorded);
  const subject = { model, recorded, parts, questions: prepareQuestions(model, recorded, parts) };
  const decided = await decideParts(subject, {
    budget,
    meter: createProgressMeter(parts.length, budget, options.onProgress),
    engine: options.engine ?? "auto",
    workers: options.workers ?? defaultWorkers(),
  });
  const partitions: PartitionResult<State>[] = [];
  const onlyGeneral = options.engine === "general";
  let left = options.maxCounterexamples ?? 5;
  for (const part of decided) {
    const result = partitionResult(subject, part);
    const isToExplain = result.validity === "invalid" && left-- > 0;
    partitions.push(
      isToExplain
        ? {
            ...result,
            counterexample: await counterexampleOf(subject, part, { budget, onlyGeneral }),
          }
        : result,
    );
  }
  return {
    ...worstOf(partitions),
    partitions,
    statistics: total(partitions, budget.elapsedMs()),
  };
}

/** The same for a list of calls and returns, whose order is their order in time. */
export function checkEvents<State, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly Event<Input, Output>[],
  options: CheckOptions = {},
): Promise<CheckResult<State>> {
  return check(model, operationsOf(events), options);
}

const mostWorkers = 4;
let workersHere: number | undefined;

/** Asked once: it costs more than to check a short history. */
function defaultWorkers(): number {
  return (workersHere ??= Math.min(mostWorkers, availableParallelism()));
}

function worstOf<State>(
  partitions: readonly PartitionResult<State>[],
): Pick<CheckResult<State>, "validity" | "reason"> {
  if (partitions.some(({ validity }) => validity === "invalid")) return { validity: "invalid" };
  const unknown = partitions.find(({ validity }) => validity === "unknown");
  if (!unknown) return { validity: "valid" };
  return { validity: "unknown", ...(unknown.reason && { reason: unknown.reason }) };
}

function total<State>(
  partitions: readonly PartitionResult<State>[],
  elapsedMs: number,
): Statistics {
  let operations = 0;
  let visited = 0;
  let bytes = 0;
  for (const { statistics } of partitions) {
    operations += statistics.operations;
    visited += statistics.visited;
    bytes = Math.max(bytes, statistics.bytes);
  }
  return { operations, visited, bytes, elapsedMs };
}
