import { type Html, html } from "../../../report/html.js";
import { encodePath } from "../../../report/page-style.js";
import { verdictBadge } from "../../soak/index-page-parts.js";
import { legible } from "../../../report/legible.js";
import { durationInWords } from "../../soak/night-in-words.js";
import { commandOf, type Row, tableOf } from "./parts.js";
import { legWords } from "./words.js";
import { type Leg, type LegRun, legs, type RolloutRecord } from "../rollout-record.js";

/** Every run that was asked for, with what came of it and where to read on. */
export function runsSection({ runs, rounds }: RolloutRecord): Html {
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1);
  return html`<section>
    <h2>The runs</h2>
    ${tableOf({
      label: "The runs",
      columns: [
        { title: "Leg" },
        { title: "Seed", isNumber: true },
        { title: "Took", isNumber: true },
        { title: "Verdict" },
        { title: "What was found" },
        { title: "Read on" },
      ],
      groups: numbers.map((round) => ({
        title: html`Round ${round}`,
        rows: legs.flatMap((leg) => rowsOf({ leg, round }, runs)),
      })),
    })}
  </section>`;
}

function rowsOf(
  { leg, round }: { readonly leg: Leg; readonly round: number },
  runs: readonly LegRun[],
): readonly Row[] {
  const made = runs.filter((run) => run.leg === leg && run.round === round);
  if (made.length > 0) {
    return made.map((run, index) => rowOf(run, { number: index + 1, of: made.length }));
  }
  const none = html`–`;
  return [[html`${legWords[leg]}`, none, none, verdictBadge("not reached"), none, none]];
}

interface Attempt {
  readonly number: number;
  readonly of: number;
}

function rowOf(run: LegRun, attempt: Attempt): Row {
  const { leg, round, seed, wallMs, outcome, sentence, findings, command } = run;
  const which = attempt.of > 1 ? `, attempt ${attempt.number} of ${attempt.of}` : "";
  const about = `${legWords[leg].toLowerCase()}, round ${round}${which}`;
  return [
    html`${legWords[leg]}${which}`,
    html`${seed}`,
    html`${durationInWords(wallMs)}`,
    verdictBadge(outcome),
    html`<p>${legible(sentence)}</p>
      ${
        findings.length > 0
          ? html`<ul>
              ${findings.map(
                ({ checker, message }) =>
                  html`<li><b>${legible(checker)}:</b> ${legible(message)}</li>`,
              )}
            </ul>`
          : undefined
      }
      <details>
        <summary>Command to repeat</summary>
        ${commandOf(legible(command), about)}
      </details>`,
    linkTo(run, about),
  ];
}

/** Of a run that failed there need not be a report. */
function linkTo({ folder, outcome }: LegRun, about: string): Html {
  const [file, words] = outcome === "failed" ? ["", "folder"] : ["report.html", "report"];
  return html`<a href="./${encodePath(folder)}/${file}" aria-label="${words}: ${about}">${words}</a>`;
}
