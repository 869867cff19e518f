import { type Html, html } from "../../../report/html.js";
import { plural } from "../../../core/plural.js";
import { legible } from "../../../report/legible.js";
import {
  differenceInWords,
  thresholdInWords,
  valueInWords,
} from "../compare/comparison-in-words.js";
import { forestPlot } from "./forest.js";
import { type Row, tableOf } from "./parts.js";
import { answerWords, comparedWords, type Judgement, judgementWords } from "./words.js";
import { type Comparison, legs, type RolloutRecord } from "../rollout-record.js";
import { meanOf } from "../../student-t.js";

/** Leg by leg what became better, worse, or cannot be told from what it was. */
export function comparisonsSection({ comparisons, rounds }: RolloutRecord): Html {
  const compared = legs.filter((leg) => leg !== "baseline");
  return html`<section>
    <h2>What it costs</h2>
    <p class="soft">
      Values are means over the rounds. A difference is a value minus that of the old set-up, where
      % are of the old value, with its 90 % confidence interval in brackets. A difference whose interval holds zero is not distinguishable
      from noise. It is within what is allowed only if even the worse end of the interval is, and worse
      than allowed only if even the better end is beyond it. In the drawings the dot is the
      difference, the bar its interval, and the dashed line what is allowed; worse is on the right.
    </p>
    ${compared.map((leg) =>
      legSection(
        leg,
        comparisons.filter((comparison) => comparison.leg === leg),
        rounds,
      ),
    )}
  </section>`;
}

function legSection(
  leg: Comparison["leg"],
  comparisons: readonly Comparison[],
  rounds: number,
): Html {
  const { title } = comparedWords[leg];
  const judged = judgedFirst(comparisons);
  const others = comparisons.filter(({ judgement }) => judgement === undefined);
  return html`<h3>${title}</h3>
    ${
      judged.length > 0
        ? comparisonTable({ leg, comparisons: judged, rounds, label: `${title}: judged` })
        : html`<p class="soft">${comparisons.length === 0 ? "Nothing was compared." : "Nothing of it was judged."}</p>`
    }
    ${
      others.length > 0
        ? html`<details>
            <summary>Shown, but not judged: ${others.length} of ${comparisons.length} figures</summary>
            ${comparisonTable({ leg, comparisons: others, rounds, label: `${title}: not judged` })}
          </details>`
        : undefined
    }
    ${comparisons.some(({ pairs }) => pairs.length > 1) ? roundsTable(leg, comparisons, rounds) : undefined}`;
}

/** Those that are judged, the weightiest first. */
export function judgedFirst(comparisons: readonly Comparison[]): readonly Comparison[] {
  return weights.flatMap((weight) => comparisons.filter(({ judgement }) => judgement === weight));
}

const weights: readonly Judgement[] = ["beyond", "open", "within"];

interface ComparisonTable {
  readonly leg: Comparison["leg"];
  readonly comparisons: readonly Comparison[];
  readonly rounds: number;
  readonly label: string;
}

function comparisonTable({ leg, comparisons, rounds, label }: ComparisonTable): Html {
  return tableOf({
    label,
    columns: [
      { title: "Figure" },
      { title: "Old", isNumber: true },
      { title: comparedWords[leg].column, isNumber: true },
      { title: "Difference" },
      { title: "Allowed" },
      { title: "Answer" },
    ],
    groups: [{ rows: comparisons.map((comparison) => cellsOf(comparison, rounds)) }],
  });
}

function cellsOf(comparison: Comparison, rounds: number): Row {
  const { title, pairs, interval, judgement } = comparison;
  const means = meansInWords(comparison);
  return [
    html`${legible(capitalised(title))}${
      pairs.length < rounds
        ? html`<br /><span class="soft">measured in ${pairs.length} of ${plural(rounds, "round")}</span>`
        : undefined
    }`,
    html`${means.old}`,
    html`${means.compared}`,
    html`${differenceInWords(comparison)}${
      pairs.length > 0 && !interval ? html` <span class="soft">no interval</span>` : undefined
    }
    ${judgement ? forestPlot(comparison) : undefined}`,
    html`${thresholdInWords(comparison)}`,
    html`${answerOf(comparison)}`,
  ];
}

function answerOf({ answer, judgement }: Comparison): Html {
  const words = answerWords[answer];
  if (!judgement) return html`${words}`;
  return html`${words}<br /><span class="verdict ${judgementClasses[judgement]}"
      ><span aria-hidden="true">${icons[judgement]}</span> ${judgementWords[judgement]}</span
    >`;
}

const judgementClasses = { beyond: "invalid", open: "unknown", within: "valid" } as const;

const icons = { beyond: "✕", open: "?", within: "✓" } as const;

/** Means over the rounds that have both. */
export function meansInWords({ pairs, unit }: Comparison): {
  readonly old: string;
  readonly compared: string;
} {
  if (pairs.length === 0) return { old: "–", compared: "–" };
  return {
    old: valueInWords(meanOf(pairs.map(({ baseline }) => baseline)), unit),
    compared: valueInWords(meanOf(pairs.map(({ compared }) => compared)), unit),
  };
}

/** Each round by itself, for those who want to see what the means are made of. */
function roundsTable(
  leg: Comparison["leg"],
  comparisons: readonly Comparison[],
  rounds: number,
): Html {
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1);
  return html`<details>
    <summary>Each round by itself</summary>
    ${tableOf({
      label: `${comparedWords[leg].title}: round by round`,
      columns: [
        { title: "Figure" },
        ...numbers.map((number) => ({ title: `Round ${number}`, isNumber: true })),
      ],
      groups: [
        {
          rows: comparisons.map(({ title, pairs, unit }) => [
            html`${legible(capitalised(title))}`,
            ...numbers.map((number) => {
              const pair = pairs.find(({ round }) => round === number);
              if (!pair) return html`–`;
              return html`${valueInWords(pair.baseline, unit)} → ${valueInWords(pair.compared, unit)}`;
            }),
          ]),
        },
      ],
    })}
  </details>`;
}

function capitalised(title: string): string {
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}
