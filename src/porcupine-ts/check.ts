import { at } from "./at.js";
import { type Budget, createBudget, type Limits, type UnknownReason } from "./budget.js";
import {
  type Counterexample,
  findCounterexample,
  type LinearizationPoint,
  type Refutation,
} from "./counterexample.js";
import { type Engine, problemOf, stepsAtOnce } from "./decide.js";
import { type Event, operationsOf } from "./events.js";
import type { Model, Operation } from "./model.js";
import { replay } from "./replay.js";
import { bytesUsed, createSearch, path, run, type Search } from "./search.js";
import { type Part, splitByPart } from "./split-by-part.js";
import { orderByZones, registerHistory } from "./zones.js";

/** "unknown": neither was proven within the limits. */
export type Validity = "valid" | "invalid" | "unknown";

export interface CheckOptions extends Limits {
  /** For how many invalid partitions to look for a counterexample, the first ones. Default: 5. */
  readonly maxCounterexamples?: number | undefined;
  /** Which ways of deciding to use. Default: "auto". They never disagree; "both" makes sure. */
  readonly engine?: Engine | undefined;
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

export interface PartitionStatistics extends Statistics {
  /** What decided: zones.ts, without a search, or search.ts, which also leaves things unknown. */
  readonly engine: "zones" | "general";
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
  readonly statistics: PartitionStatistics;
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
  const engine = options.engine ?? "auto";
  const tasks = splitByPart(model, operations).map((part): Task<State, Input, Output> => ({
    part,
    statistics: {
      operations: part.operations.length,
      engine: "general",
      visited: 0,
      bytes: 0,
      elapsedMs: 0,
    },
  }));
  if (engine !== "general") await decideByZones(model, tasks, { budget, engine });
  await decideAll(model, tasks, budget);
  const most = options.maxCounterexamples ?? 5;
  const partitions = await explainInvalid(model, tasks, { budget, engine, most });
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
  /** By zones, for a search that goes on all the same to compare. */
  quickDecision?: Decision<State>;
  statistics: PartitionStatistics;
}

type Decision<State> =
  | { readonly validity: "valid"; readonly linearization: readonly LinearizationPoint<State>[] }
  | { readonly validity: "invalid"; readonly refutation: Refutation }
  | { readonly validity: "unknown"; readonly reason: UnknownReason };

/** Each partition that zones can decide, before any search. */
async function decideByZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  tasks: readonly Task<State, Input, Output>[],
  { budget, engine }: { readonly budget: Budget; readonly engine: "auto" | "both" },
): Promise<void> {
  for (const task of tasks) {
    // The search then says that the time is up.
    if (budget.expired()) return;
    const startedMs = budget.elapsedMs();
    const decision = decisionByZones(model, task.part);
    if (decision && engine === "auto") {
      const elapsedMs = budget.elapsedMs() - startedMs;
      task.statistics = { ...task.statistics, engine: "zones", elapsedMs };
      decide(task, decision);
    } else if (decision) {
      task.quickDecision = decision;
    }
    await budget.breathe();
  }
}

function decisionByZones<State, Input, Output>(
  model: Model<State, Input, Output>,
  { operations, indexes }: Part<Input, Output>,
): Decision<State> | undefined {
  const register = registerHistory(model, operations);
  if (!register) return undefined;
  const zones = orderByZones(register);
  switch (zones.outcome) {
    case "undecided":
      return undefined;
    case "invalid":
      return { validity: "invalid", refutation: { by: "zones", register } };
    case "valid": {
      const { path: points } = replay(model, operations, zones.order);
      return { validity: "valid", linearization: inWhole(points, indexes) };
    }
  }
}

/** Positions in a part as indexes into the history. */
function inWhole<State>(
  points: readonly LinearizationPoint<State>[],
  indexes: readonly number[],
): LinearizationPoint<State>[] {
  return points.map(({ operation, state }) => ({ operation: at(indexes, operation), state }));
}

/** Moves that a partition gets in its first turn; four times as many in each turn after. */
const firstTurn = 2000;
const longestTurn = 2 ** 30;

/** In turns, so that one hard partition keeps no other from its verdict. */
async function decideAll<State, Input, Output>(
  model: Model<State, Input, Output>,
  tasks: readonly Task<State, Input, Output>[],
  budget: Budget,
): Promise<void> {
  let open = tasks.filter(({ decision }) => !decision);
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
    if (outcome === "found") {
      const linearization = inWhole(path(search), task.part.indexes);
      decide(task, { validity: "valid", linearization });
    } else if (outcome === "impossible") {
      decide(task, { validity: "invalid", refutation: { by: "general", best: search.best } });
    } else {
      spareMemory(open, budget);
    }
    await budget.breathe();
  }
}

function note<State, Input, Output>(
  task: Task<State, Input, Output>,
  search: Search<State, Input, Output>,
  elapsedMs: number,
): void {
  task.statistics = {
    ...task.statistics,
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
  assertAgreement(task, decision);
  task.decision = decision;
  delete task.search;
}

function assertAgreement<State, Input, Output>(
  { part, quickDecision }: Task<State, Input, Output>,
  { validity }: Decision<State>,
): void {
  if (!quickDecision || validity === "unknown" || quickDecision.validity === validity) return;
  throw new Error(
    `the engines must agree, but partition "${part.name}" is ${quickDecision.validity} by zones and ${validity} by the general search; this is an error in porcupine-ts or in the model`,
  );
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
  limits: { readonly budget: Budget; readonly engine: Engine; readonly most: number },
): Promise<PartitionResult<State>[]> {
  let left = limits.most;
  const results: PartitionResult<State>[] = [];
  for (const { part, decision, statistics } of tasks) {
    if (!decision) throw new Error(`partition ${part.name} was left without a decision`);
    const common = { name: part.name, operations: part.indexes, statistics };
    if (decision.validity !== "invalid") {
      results.push({ ...common, ...decision });
    } else if (left-- > 0) {
      const counterexample = await findCounterexample(model, part, decision.refutation, limits);
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
