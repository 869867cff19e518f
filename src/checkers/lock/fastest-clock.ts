import type { FaultRecord } from "../../core/history.js";

/**
 * The seconds of the fastest clock in a real one, of all that clocks were ever made to do: a leader
 * with that clock ends leases so much earlier. At least 1.
 */
export function fastestClock(faults: readonly FaultRecord[]): number {
  return faults.reduce((fastest, { spec }) => Math.max(fastest, rateOf(spec)), 1);
}

function rateOf(spec: object): number {
  const { skew } = spec as { readonly skew?: { readonly rate?: unknown } };
  return typeof skew?.rate === "number" ? skew.rate : 1;
}
