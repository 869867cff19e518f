import type { LegRun, RolloutRecord } from "../campaign/rollout/rollout-record.js";
import { printable } from "../core/printable.js";
import { paints, validityInCapitals } from "./validity-words.js";

export function legInALine({ leg, round, outcome, sentence }: LegRun): string {
  const badge = outcome === "failed" ? "FAILED" : paints[outcome](validityInCapitals[outcome]);
  return `round ${round}, ${leg}: ${badge}  ${printable(sentence)}`;
}

const colours = { safe: "valid", unsafe: "invalid", "not proven": "unknown" } as const;

export function verdictInALine({ verdict: { verdict, reasons } }: RolloutRecord): string {
  const paint = paints[colours[verdict]];
  return paint(`ordeal: ${verdict.toUpperCase()}  ${printable(reasons[0] ?? "")}`);
}
