import { type Html, html } from "../../report/html.js";
import { countedRuns, retriedRuns } from "./cell-results.js";
import { aboutRun, linkTo, type NightOnPage, verdictBadge } from "./index-page-parts.js";
import { legible } from "../../report/legible.js";
import type { NightRun, RunOutcome } from "./night.js";
import { cellInWords, durationInWords, reasonsOf } from "./night-in-words.js";

/** What a person looks for first. */
export function violationsSection(shown: NightOnPage): Html {
  return listOf(shown, "Violations", endedAs("invalid", shown));
}

/** Runs that left no clear verdict, and attempts that do not count. */
export function openSections(shown: NightOnPage): Html {
  return html`${listOf(shown, "Inconclusive", endedAs("unknown", shown))}
  ${listOf(shown, "Failed", endedAs("failed", shown))}
  ${listOf(shown, "Tried again", retriedRuns(shown.night.runs))}`;
}

function endedAs(outcome: RunOutcome, { night }: NightOnPage): readonly NightRun[] {
  return countedRuns(night.runs).filter((run) => run.outcome === outcome);
}

function listOf(shown: NightOnPage, title: string, runs: readonly NightRun[]): Html {
  if (runs.length === 0) return html``;
  return html`<h${shown.level}>${title} <span class="count">${runs.length}</span></h${shown.level}>
    <ol class="troubles">
      ${runs.map((run) => troubleItem(shown, run))}
    </ol>`;
}

function troubleItem(shown: NightOnPage, run: NightRun): Html {
  const about = aboutRun(run);
  return html`<li class="${run.outcome}">
    <p class="cell">${verdictBadge(run.outcome)} <b>${legible(cellInWords(run.cell))}</b></p>
    ${reasonsOf(run).map((reason) => html`<p>${legible(reason)}</p>`)}
    <p class="soft">
      Run ${run.number} · seed ${run.seed} · ${durationInWords(run.wallMs)} ·
      ${linkTo(shown, run, { words: (what) => what, about })}
    </p>
    <pre tabindex="0" role="region" aria-label="Command to repeat ${about}"><code>${legible(run.command)}</code></pre>
  </li>`;
}
