import { plural } from "../../../core/plural.js";
import { type Evidence, type NeededRun, neededRuns } from "./evidence.js";
import { openInWords, tooFewInWords } from "./judged-in-words.js";
import { legInWords, sentenceOf } from "./leg-in-words.js";
import { changeNemesis, legs, type LegRun } from "../rollout-record.js";

export interface Doubts {
  /** What the harness or its infrastructure failed at. */
  readonly failures: readonly string[];
  /** What else keeps the change from being called safe. */
  readonly doubts: readonly string[];
}

/** Why nothing is proven, a sentence each. Violations are told elsewhere. */
export function doubtsOf(evidence: Evidence): Doubts {
  const { remarks, endedEarly } = evidence;
  const needed = neededRuns(evidence);
  const failed = needed.flatMap(({ run }) => (run?.outcome === "failed" ? [run] : []));
  const isTold = failed.some(({ sentence }) => sentence === endedEarly?.why);
  const ending =
    endedEarly && !isTold ? [sentenceOf(`The rollout ended early: ${endedEarly.why}`)] : [];
  const isFailure = endedEarly?.by === "failure";
  return {
    failures: [
      ...failed.map(({ leg, round, sentence }) =>
        sentenceOf(`${legInWords[leg]} could not be tested in round ${round}: ${sentence}`),
      ),
      ...(isFailure ? ending : []),
    ],
    doubts: [
      ...(isFailure ? [] : ending),
      ...remarks
        .filter(({ kind }) => kind === "unprovable")
        .map(({ key, sentence }) =>
          sentenceOf(`No run here can show what ${key} does: ${sentence}`),
        ),
      ...needed.flatMap(({ leg, round, run }) =>
        run?.outcome === "unknown"
          ? [
              sentenceOf(
                `${legInWords[leg]} was not proven right in round ${round}: ${run.sentence}`,
              ),
            ]
          : [],
      ),
      ...missing(needed),
      ...needed.flatMap(({ run }) => (run ? unmadeChanges(run) : [])),
      ...openComparisons(evidence),
    ],
  };
}

function missing(needed: readonly NeededRun[]): string[] {
  return legs.flatMap((leg) => {
    const rounds = needed.filter((each) => each.leg === leg && !each.run).map(({ round }) => round);
    if (rounds.length === 0) return [];
    const which = `${rounds.length === 1 ? "round" : "rounds"} ${rounds.join(", ")}`;
    return [`${legInWords[leg]} was not run in ${which}.`];
  });
}

/** What failed, or broke a promise, is told already. */
function unmadeChanges({ leg, round, outcome, changesPlanned, figures }: LegRun): string[] {
  const isChanging = leg === "forward" || leg === "back";
  if (!isChanging || outcome === "failed" || outcome === "invalid") return [];
  if (changesPlanned === 0) return [`${legInWords[leg]} changed no node in round ${round}.`];
  const faults = figures?.faults ?? [];
  const changes = faults.filter(({ nemesis }) => nemesis === changeNemesis);
  const made = changes.filter(
    ({ inForceAtMs, overAtMs }) => inForceAtMs !== undefined && overAtMs !== undefined,
  ).length;
  if (made >= changesPlanned) return [];
  const trouble = changes.find((change) => change.trouble !== undefined)?.trouble;
  return [
    sentenceOf(
      `${legInWords[leg]} was seen through for ${made} of ${plural(changesPlanned, "change")} in round ${round}${trouble === undefined ? "" : `: ${trouble}`}`,
    ),
  ];
}

function openComparisons({ comparisons, rounds }: Evidence): string[] {
  if (rounds < 2) {
    return [
      "One round cannot show how much figures vary: at least two are needed to compare them.",
    ];
  }
  const doubts = legs
    .filter((leg) => leg !== "baseline")
    .flatMap((leg) => {
      const judged = comparisons.filter((each) => each.leg === leg && each.threshold !== undefined);
      if (judged.length === 0) return [`${legInWords[leg]} has no figures to compare.`];
      const open = judged.filter(({ judgement }) => judgement === "open");
      const tooFew = open.filter(({ interval }) => !interval);
      return [
        ...open.filter(({ interval }) => interval).map(openInWords),
        ...(tooFew.length > 0 ? [tooFewInWords(leg, tooFew)] : []),
      ];
    });
  return doubts.length > 0 ? [...doubts, "More rounds, or longer ones, tell more."] : [];
}
