/** What users of this library import: README.md. */
export { check, type CheckOptions } from "./check.js";
export { meaningOf } from "./meaning.js";
export type {
  Anomaly,
  AnomalyType,
  CheckResult,
  CycleName,
  CycleType,
  DirectType,
} from "./result.js";
export { type Append, type MicroOperation, type Read, type Transaction } from "./transaction.js";
