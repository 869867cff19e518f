import pc from "picocolors";
import type { ShrinkProgress } from "../campaign/shrink/trial.js";
import { plural } from "../core/plural.js";
import type { Finding } from "../core/checker.js";
import type { RunVerdict } from "../core/run.js";
import { printable } from "../core/printable.js";
import { quoted } from "./quoted.js";
import { printJson, say } from "./say.js";
import type { ShrunkOutput } from "./shrunk-output.js";

export interface ShrunkWords {
  /** That found the violation. */
  readonly checker: string;
  readonly operations: number;
  /** How many the whole history had. */
  readonly of: number;
  readonly isMinimal: boolean;
  readonly output: ShrunkOutput;
  /** Of what is left. */
  readonly verdict: RunVerdict;
}

/** What was left, for people on standard error, or as one JSON object on standard output. */
export function printShrunk(words: ShrunkWords, json: boolean): void {
  const { checker, operations, of, isMinimal, output, verdict } = words;
  const { history, folder, path } = output;
  const commands = {
    check: `npx ordeal check ${quoted(path)}`,
    report: `npx ordeal report ${quoted(path)}`,
  };
  if (json) {
    const from = { checker, operations, of, isMinimal, history };
    printJson({ ...from, ...(folder && { report: folder.report }), commands, verdict });
    return;
  }
  say(`left:      ${leftInWords(words)}`);
  for (const finding of verdict.checkers[checker]?.findings.slice(0, 1) ?? []) tell(finding);
  say(`history:   ${history}`);
  if (folder) say(`report:    ${folder.report}`);
  say(`check it:  ${commands.check}`);
  say(`report it: ${commands.report}`);
  say(pc.red(`ordeal: INVALID  ${printable(verdict.sentence)}`));
}

function leftInWords({ operations, of, isMinimal, checker }: ShrunkWords): string {
  const share = `${operations.toLocaleString("en")} of ${plural(of, "operation")}`;
  return isMinimal
    ? `${share}; without any one of them ${checker} finds nothing wrong, or an answer comes from nowhere`
    : `${share}; this is not minimal yet: the search ended before every operation had been left out once`;
}

function tell({ message, explanation }: Finding): void {
  say(`           ${printable(message)}`);
  for (const step of explanation ?? []) say(`           ${printable(step)}`);
}

export function shrinkingInWords({ tried, left }: ShrinkProgress): string {
  const soFar = left === undefined ? "" : `, ${plural(left, "operation")} left`;
  return `shrinking: ${plural(tried, "smaller history").replace(/ys$/, "ies")} tried${soFar}`;
}
