/** What users of this library import: README.md. */
export { type UnknownReason } from "./budget.js";
export { check, checkEvents, type CheckOptions } from "./check.js";
export type {
  Attempt,
  Attempts,
  Counterexample,
  LinearizationPoint,
  Stuck,
} from "./counterexample/counterexample.js";
export type { EngineChoice } from "./decide-parts.js";
export { describeOperation, describeState } from "./describe.js";
export type { EngineName } from "./engines/search-end.js";
export type { Event } from "./events.js";
export {
  type Illegal,
  illegal,
  type Model,
  type ModelOrigin,
  type Operation,
  type RegisterAction,
  type RegisterView,
} from "./model.js";
export { nondeterministic, type NondeterministicModel } from "./nondeterministic.js";
export type { Progress } from "./progress.js";
export type {
  CheckResult,
  PartitionResult,
  PartitionStatistics,
  Statistics,
  Validity,
} from "./result.js";
