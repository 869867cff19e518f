import {
  cellName,
  type Night,
  type NightRun,
  type RunOutcome,
  tallyOf,
} from "../campaign/soak/night.js";
import { durationInWords } from "../campaign/soak/night-in-words.js";
import { printable } from "../core/printable.js";
import { validityInCapitals } from "./validity-words.js";

const words: Readonly<Record<RunOutcome, string>> = { ...validityInCapitals, failed: "FAILED" };

/** A run that has ended, in a line. */
export function runInALine(run: NightRun): string {
  const { number, attempt, cell, seed, outcome, wallMs, sentence } = run;
  const again = attempt === 2 ? ", second attempt" : "";
  const line = `run ${number} ${words[outcome]} ${cellName(cell)}, seed ${seed}${again}, ${durationInWords(wallMs)}`;
  return printable(outcome === "valid" ? line : `${line}: ${sentence}`);
}

/** How a night goes on. */
export function nightInALine(night: Night, running: NightRun["cell"] | undefined): string {
  const { valid, invalid, unknown, failed, retried } = tallyOf(night.runs);
  const counts = `${valid} valid, ${invalid} invalid, ${unknown} inconclusive, ${failed} failed, ${retried} tried again`;
  return printable(`${counts}; ${running ? `now ${cellName(running)}` : "between two runs"}`);
}
