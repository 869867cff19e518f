import { plural } from "../../../core/plural.js";
import { legible } from "../../../report/legible.js";
import { durationInWords, outcomeWords } from "../../soak/night-in-words.js";
import { sentenceOf } from "../verdict/leg-in-words.js";
import { lastAttempts } from "./rounds.js";
import {
  changeNemesis,
  type Comparison,
  type Leg,
  legs,
  type Remark,
  type RolloutRecord,
  type Side,
} from "../rollout-record.js";

export const verdictWords = {
  safe: "Safe",
  unsafe: "Unsafe",
  "not proven": "Not proven",
} as const;

/** What a verdict says, and what it does not. */
export const verdictMeanings = {
  safe: "Of all that these runs tried and measured, nothing speaks against the change.",
  unsafe: "These runs show what speaks against the change.",
  "not proven": "These runs do not suffice to call the change safe, nor to call it unsafe.",
} as const;

/** What the runs of a leg are. */
export const legWords: Readonly<Record<Leg, string>> = {
  baseline: "Old set-up",
  candidate: "New set-up",
  forward: "Change from old to new",
  back: "Way back from new to old",
};

/** How a leg's comparison with the baseline is called, and the column of what is compared. */
export const comparedWords: Readonly<
  Record<Comparison["leg"], { readonly title: string; readonly column: string }>
> = {
  candidate: { title: "With the new set-up", column: "New" },
  forward: { title: "During the change from old to new", column: "During the change" },
  back: { title: "On the way back from new to old", column: "On the way back" },
};

export const remarkWords: Readonly<Record<Remark["kind"], string>> = {
  dangerous: "Dangerous",
  unprovable: "Cannot be proven here",
  untested: "Not tested here",
  note: "Good to know",
};

export const answerWords: Readonly<Record<Comparison["answer"], string>> = {
  better: "Better",
  worse: "Worse",
  indistinguishable: "Not distinguishable",
  unmeasured: "Not measured",
};

export type Judgement = NonNullable<Comparison["judgement"]>;

export const judgementWords: Readonly<Record<Judgement, string>> = {
  beyond: "Worse than allowed",
  open: "May be worse than allowed",
  within: "Within what is allowed",
};

/** "etcd 3.6.1 with configs/new.yml". */
export function sideInWords({ version, config }: Side): string {
  const file = config === undefined ? "without a file of its own" : `with ${config}`;
  return legible(`etcd ${version} ${file}`);
}

/** "Safe: etcd 3.5.30 to 3.6.1", or the files where the versions are the same. */
export function headlineOf({ verdict, from, to }: RolloutRecord): string {
  const what =
    from.version === to.version
      ? `${from.config ?? "no file"} to ${to.config ?? "no file"} on etcd ${to.version}`
      : `etcd ${from.version} to ${to.version}`;
  return legible(`${verdictWords[verdict.verdict]}: ${what}`);
}

/** How it was run, in two sentences. */
export function courseInWords(record: RolloutRecord): string {
  const { nodes, workload, rate, timeLimitMs, rounds, seed } = record;
  const faults = record.nemeses.filter((name) => name !== changeNemesis);
  const under = faults.length > 0 ? `under the faults ${faults.join(", ")}` : "without faults";
  return legible(
    `${plural(nodes, "node")}, workload ${workload}, at most ${rate.toLocaleString("en")} operations a second for ${durationInWords(timeLimitMs)} a run, ${under}. ` +
      `${plural(rounds, "round")} of ${legs.length} runs each (old set-up, new set-up, the change node by node, and there and back), with the same faults within a round, but for those that left no time for a change; seed ${seed}.`,
  );
}

/** "2 of 8 runs made · 1 valid · 1 failed. Judged figures: 11 within what is allowed." */
export function tallyInWords(record: RolloutRecord): string {
  const { runs, comparisons, rounds } = record;
  const counted = lastAttempts(runs);
  const ended = (["invalid", "unknown", "failed", "valid"] as const).map((outcome) => ({
    words: outcomeWords[outcome].toLowerCase(),
    count: counted.filter((run) => run.outcome === outcome).length,
  }));
  const judged = (["beyond", "open", "within"] as const).map((judgement) => ({
    words: judgementWords[judgement].toLowerCase(),
    count: comparisons.filter((comparison) => comparison.judgement === judgement).length,
  }));
  const made = `${counted.length} of ${plural(rounds * legs.length, "run")} made`;
  const figures = counts(judged);
  return [
    `${[made, ...counts(ended)].join(" · ")}.`,
    figures.length > 0 ? `Judged figures: ${figures.join(" · ")}.` : "No figure was judged.",
  ].join(" ");
}

function counts(counted: readonly { readonly words: string; readonly count: number }[]): string[] {
  return counted.filter(({ count }) => count > 0).map(({ words, count }) => `${count} ${words}`);
}

/** What bounds the verdict, whatever it is, and stands in none of its figures. */
export function caveatsOf(record: RolloutRecord): readonly string[] {
  const { endedEarly, pointOfNoReturn, runs, rounds } = record;
  const missing = rounds * legs.length - lastAttempts(runs).length;
  return [
    ...(endedEarly ? [sentenceOf(`It ended early: ${endedEarly.why}`)] : []),
    ...(missing > 0
      ? [
          `${missing} of ${plural(rounds * legs.length, "run")} ${missing === 1 ? "was" : "were"} not made.`,
        ]
      : []),
    ...(pointOfNoReturn === undefined ? [] : [sentenceOf(pointOfNoReturn)]),
  ].map(legible);
}
