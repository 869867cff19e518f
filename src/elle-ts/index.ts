/** What users of this library import: README.md. */
export { check, type CheckOptions } from "./check.js";
export {
  checkRegisters,
  type RegisterCheckOptions,
  type RegisterCheckResult,
} from "./check-registers.js";
export { drawCycle } from "./draw-cycle.js";
export { type Holding, meaningOf } from "./meaning.js";
export type { Model } from "./model-hierarchy.js";
export type { InferenceOptions } from "./register-order.js";
export type {
  RegisterOperation,
  RegisterRead,
  RegisterTransaction,
  RegisterWrite,
} from "./register-transaction.js";
export type {
  Anomaly,
  AnomalyType,
  CheckResult,
  CycleName,
  CycleType,
  DirectType,
  EdgeName,
} from "./result.js";
export {
  type Append,
  type MicroOperation,
  type Read,
  type Timed,
  type Transaction,
} from "./transaction.js";
