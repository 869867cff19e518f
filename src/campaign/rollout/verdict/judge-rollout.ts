import { plural } from "../../../core/plural.js";
import { exitCodes } from "../../../core/run.js";
import { doubtsOf } from "./doubts.js";
import { type Evidence, neededRuns } from "./evidence.js";
import { changesThatFailed } from "./failed-changes.js";
import { atMostInWords, beyondInWords } from "./judged-in-words.js";
import { legInWords, sentenceOf } from "./leg-in-words.js";
import type { Leg, LegRun, RolloutVerdict } from "../rollout-record.js";

/**
 * Unsafe only where harm was seen that the new set-up or the change alone explains; safe only where
 * everything that was asked for was run and nothing is open. A violation wins over everything else,
 * and every attempt counts for it; for what must be there, the last attempt of each run does.
 */
export function judgeRollout(evidence: Evidence): RolloutVerdict {
  const { runs, comparisons } = evidence;
  const harm = [
    ...violations(runs, (leg) => leg !== "baseline"),
    ...changesThatFailed(runs),
    ...comparisons.filter(({ judgement }) => judgement === "beyond").map(beyondInWords),
  ];
  const broken = violations(runs, (leg) => leg === "baseline").map(
    (sentence) =>
      `${sentence} What the change does to a set-up that is wrong already cannot be told.`,
  );
  const { failures, doubts } = doubtsOf(evidence);
  const against = [...broken, ...failures, ...doubts];
  if (harm.length > 0) {
    return { verdict: "unsafe", reasons: [...harm, ...against], exitCode: exitCodes.invalid };
  }
  if (against.length === 0) {
    return { verdict: "safe", reasons: whatWasProven(evidence), exitCode: exitCodes.valid };
  }
  const exitCode = failures.length > 0 ? exitCodes.harness : exitCodes.unknown;
  return {
    verdict: "not proven",
    reasons: against,
    exitCode: broken.length > 0 ? exitCodes.invalid : exitCode,
  };
}

function violations(runs: readonly LegRun[], isMeant: (leg: Leg) => boolean): string[] {
  return runs
    .filter(({ leg, outcome }) => outcome === "invalid" && isMeant(leg))
    .map(({ leg, round, findings, sentence }) => {
      const [finding] = findings;
      const what = finding ? `${finding.checker}: ${finding.message}` : sentence;
      return sentenceOf(`${legInWords[leg]} broke a promise in round ${round}: ${what}`);
    });
}

function whatWasProven(evidence: Evidence): readonly string[] {
  const { comparisons, rounds, pointOfNoReturn } = evidence;
  const runs = neededRuns(evidence).flatMap(({ run }) => run ?? []);
  const changes = runs.reduce((sum, { changesPlanned }) => sum + changesPlanned, 0);
  return [
    `No violation was found in ${plural(runs.length, "run")} of ${plural(rounds, "round")}.`,
    `${plural(changes, "change")} of single nodes, there and back, were made under load, and every node served again.`,
    ...(pointOfNoReturn === undefined ? [] : [sentenceOf(pointOfNoReturn)]),
    ...comparisons.filter(({ threshold }) => threshold !== undefined).map(atMostInWords),
  ];
}
