import { at } from "./at.js";
import { type Budget, createBudget, type Limits, type UnknownReason } from "./budget.js";
import {
  type Counterexample,
  findCounterexample,
  type LinearizationPoint,
} from "./counterexample.js";
import { problemOf, stepsAtOnce } from "./decide.js";
import { type Event, operationsOf } from "./events.js";
import type { Model, Operation } from "./model.js";
import { bytesUsed, createSearch, type Progress, path, run, type Search } from "./search.js";
import { type Part, splitByPart } from "./split-by-part.js";

/** "unknown": neither was proven within the limits. */
export type Validity = "valid" | "invalid" | "unknown";

export interface CheckOptions extends Limits {
  /** For how many invalid partitions to look for a counterexample, the first ones. Default: 5. */
  readonly maxCounterexamples?: number | undefined;
}

/** What was needed to decide. */
export interface Statistics {
  /** Operations judged. */
  readonly operations: number;
  /** Configurations that the search looked at. */
  readonly visited: number;
  /** The most memory that the search used at a time, estimated. */
  readonly bytes: number;
  /** Milliseconds spent, counterexamples included in the whole's. */
  readonly elapsedMs: number;
}

export interface PartitionResult<State> {
  /** As `Model.partition` names it; "" where the model does not. */
  readonly name: string;
  readonly validity: Validity;
  /** With "unknown" only. */
  readonly reason?: UnknownReason;
  /** Indexes into the history of all its operations. */
  readonly operations: readonly number[];
  /** With "valid" only: an order that explains everything. Unknown operations may be missing. */
  readonly linearization?: readonly LinearizationPoint<State>[];
  /** With "invalid" only, and not beyond `maxCounterexamples`. */
  readonly counterexample?: Counterexample<State>;
  readonly statistics: Statistics;
}

export interface CheckResult<State> {
  /** Invalid if any partition is; else unknown if any is. */
  readonly validity: Validity;
  /** Why the first unknown partition is. */
  readonly reason?: UnknownReason;
  /** In the order of their first operations. */
  readonly partitions: readonly PartitionResult<State>[];
  readonly statistics: Statistics;
}

/**
 * Says whether the recorded operations are linearizable: whether some order of them, which agrees
 * with real time, gives every answer that was given. Rejects with RangeError where an operation
 * returns before its call, and with whatever the model throws.
 *
 * J. Wing and C. Gong, "Testing and Verifying Concurrent Objects", 1993; G. Lowe, "Testing for
 * Linearizability", 2017; A. Horn and D. Kroening, "Faster Linearizability Checking via
 * P-Compositionality", 2015.
 */
export async function check<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): Promise<CheckResult<State>> {
  const budget = createBudget(options);
  const tasks = splitByPart(model, operations).map((part): Task<State, Input, Output> => ({
    part,
    statistics: { operations: part.operations.length, visited: 0, bytes: 0, elapsedMs: 0 },
  }));
  await decideAll(model, tasks, budget);
  const partitions = await explainInvalid(model, tasks, budget, options.maxCounterexamples ?? 5);
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

/** A partition on its way to a verdict. */
interface Task<State, Input, Output> {
  readonly part: Part<Input, Output>;
  search?: Search<State, Input, Output>;
  decision?: Decision<State>;
  statistics: Statistics;
}

type Decision<State> =
  | { readonly validity: "valid"; readonly linearization: readonly LinearizationPoint<State>[] }
  | { readonly validity: "invalid"; readonly best: Progress }
  | { readonly validity: "unknown"; readonly reason: UnknownReason };

/** Moves that a partition gets in its first turn; four times as many in each turn after. */
const firstTurn = 2000;
const longestTurn = 2 ** 30;

/** In turns, so that one hard partition keeps no other from its verdict. */
async function decideAll<State, Input, Output>(
  model: Model<State, Input, Output>,
  tasks: readonly Task<State, Input, Output>[],
  budget: Budget,
): Promise<void> {
  let open = tasks;
  for (let turn = firstTurn; open.length > 0; turn = Math.min(4 * turn, longestTurn)) {
    for (const task of open) {
      await takeTurn(model, task, turn, budget, open);
    }
    open = open.filter(({ decision }) => !decision);
  }
}

async function takeTurn<State, Input, Output>(
  model: Model<State, Input, Output>,
  task: Task<State, Input, Output>,
  moves: number,
  budget: Budget,
  open: readonly Task<State, Input, Output>[],
): Promise<void> {
  for (let left = moves; left > 0 && !task.decision; left -= stepsAtOnce) {
    const reason = budget.expired();
    if (reason) {
      giveUp(task, reason);
      return;
    }
    const startedMs = budget.elapsedMs();
    const search = (task.search ??= createSearch(problemOf(model, task.part.operations)));
    const outcome = run(search, stepsAtOnce);
    note(task, search, budget.elapsedMs() - startedMs);
    if (outcome === "found") decideValid(task, search);
    else if (outcome === "impossible") decide(task, { validity: "invalid", best: search.best });
    else spareMemory(open, budget);
    await budget.breathe();
  }
}

function note<State, Input, Output>(
  task: Task<State, Input, Output>,
  search: Search<State, Input, Output>,
  elapsedMs: number,
): void {
  task.statistics = {
    operations: task.part.operations.length,
    visited: search.visited,
    bytes: Math.max(task.statistics.bytes, bytesUsed(search)),
    elapsedMs: task.statistics.elapsedMs + elapsedMs,
  };
}

/** With a decision the search goes, and what it remembers with it. */
function decide<State, Input, Output>(
  task: Task<State, Input, Output>,
  decision: Decision<State>,
): void {
  task.decision = decision;
  delete task.search;
}

function decideValid<State, Input, Output>(
  task: Task<State, Input, Output>,
  search: Search<State, Input, Output>,
): void {
  const linearization = path(search).map(({ operation, state }) => ({
    operation: at(task.part.indexes, operation),
    state,
  }));
  decide(task, { validity: "valid", linearization });
}

function giveUp<State, Input, Output>(
  task: Task<State, Input, Output>,
  reason: UnknownReason,
): void {
  decide(task, { validity: "unknown", reason });
}

/** While the searches together use too much, the largest gives up. */
function spareMemory<State, Input, Output>(
  tasks: readonly Task<State, Input, Output>[],
  budget: Budget,
): void {
  const searching = tasks
    .flatMap((task) => (task.search ? [{ task, bytes: bytesUsed(task.search) }] : []))
    .sort((a, b) => b.bytes - a.bytes);
  let sum = searching.reduce((soFar, { bytes }) => soFar + bytes, 0);
  for (const { task, bytes } of searching) {
    if (sum <= budget.memoryBytes) return;
    giveUp(task, "memory");
    sum -= bytes;
  }
}

async function explainInvalid<State, Input, Output>(
  model: Model<State, Input, Output>,
  tasks: readonly Task<State, Input, Output>[],
  budget: Budget,
  maxCounterexamples: number,
): Promise<PartitionResult<State>[]> {
  let left = maxCounterexamples;
  const results: PartitionResult<State>[] = [];
  for (const { part, decision, statistics } of tasks) {
    if (!decision) throw new Error(`partition ${part.name} was left without a decision`);
    const common = { name: part.name, operations: part.indexes, statistics };
    if (decision.validity !== "invalid") {
      results.push({ ...common, ...decision });
    } else if (left-- > 0) {
      const counterexample = await findCounterexample(model, part, decision.best, budget);
      results.push({ ...common, validity: "invalid", counterexample });
    } else {
      results.push({ ...common, validity: "invalid" });
    }
  }
  return results;
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
