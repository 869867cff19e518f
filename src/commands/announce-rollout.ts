import { answerWords } from "../campaign/rollout/page/words.js";
import {
  differenceInWords,
  thresholdInWords,
} from "../campaign/rollout/compare/comparison-in-words.js";
import type { Comparison, RolloutRecord } from "../campaign/rollout/rollout-record.js";
import { rolloutMarkdown } from "../campaign/rollout/page/rollout-markdown.js";
import type { RolloutFolder } from "../store/rollout-folder.js";
import { printable } from "../core/printable.js";
import { verdictInALine } from "./rollout-in-words.js";
import { printJson, say } from "./say.js";
import { appendStepSummary } from "./step-summary.js";

/** Says what came of it, and sets the exit code. */
export function announceRollout(record: RolloutRecord, folder: RolloutFolder, json: boolean): void {
  const { comparisons, verdict } = record;
  if (json) printJson({ ...withoutFigures(record), folder: folder.path, page: folder.page });
  for (const comparison of comparisons) {
    if (comparison.threshold !== undefined) say(printable(inALine(comparison)));
  }
  for (const reason of verdict.reasons) say(`- ${printable(reason)}`);
  say(`page:    ${folder.page}`);
  say(`repeat:  ${printable(record.command)}`);
  say(verdictInALine(record));
  process.exitCode = verdict.exitCode;
  appendStepSummary(rolloutMarkdown(record), process.env);
}

function inALine(comparison: Comparison): string {
  const { leg, title, answer } = comparison;
  return `${leg.padEnd(9)} ${title}: ${differenceInWords(comparison)}, ${answerWords[answer]}; ${thresholdInWords(comparison)}`;
}

/** The whole of it stands in rollout.json: measurements second by second are not for a terminal. */
function withoutFigures(record: RolloutRecord): object {
  const runs = record.runs.map((run) => ({ ...run, figures: undefined }));
  return { ...record, runs };
}
