import { type Html, html } from "../../report/html.js";
import { type CellResult, cellResults } from "./cell-results.js";
import { aboutRun, linkTo, type NightOnPage, verdictBadge } from "./index-page-parts.js";
import { legible } from "../../report/legible.js";
import type { NightRun } from "./night.js";
import { cellInWords, durationInWords, momentInWords } from "./night-in-words.js";

/** Where all runs of a cell are listed: its element's id. */
export function allRunsId({ id }: NightOnPage, { place }: CellResult): string {
  return `${id}-cell-${place}`;
}

/** Every run of a night, cell by cell. */
export function allRunsSection(shown: NightOnPage): Html {
  const reached = cellResults(shown.night).filter(({ attempts }) => attempts.length > 0);
  if (reached.length === 0) return html``;
  return html`<h${shown.level}>All runs</h${shown.level}>
    <div
      class="scroll"
      tabindex="0"
      role="region"
      aria-label="All runs, night ${legible(shown.night.name)}"
    >
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Outcome</th>
            <th scope="col">Began</th>
            <th scope="col" class="number">Took</th>
            <th scope="col" class="number">Operations: ok, fail, info</th>
            <th scope="col" class="number">Seed</th>
            <th scope="col">Kept</th>
          </tr>
        </thead>
        ${reached.map((result) => bodyOf(shown, result))}
      </table>
    </div>`;
}

function bodyOf(shown: NightOnPage, result: CellResult): Html {
  const counted = new Set(result.runs);
  return html`<tbody id="${allRunsId(shown, result)}">
    <tr>
      <th colspan="7" scope="rowgroup">${legible(cellInWords(result.cell))}</th>
    </tr>
    ${result.attempts.map((run) => rowOf(shown, run, counted.has(run)))}
  </tbody>`;
}

function rowOf(shown: NightOnPage, run: NightRun, counts: boolean): Html {
  return html`<tr>
    <td>${run.number}${run.attempt === 2 ? ", second attempt" : undefined}</td>
    <td>
      ${verdictBadge(run.outcome)}${counts ? undefined : html`<span class="soft">, tried again</span>`}
    </td>
    <td class="time">${momentInWords(run.startedAt)}</td>
    <td class="number">${durationInWords(run.wallMs)}</td>
    <td class="number">${operationsInWords(run)}</td>
    <td class="number">${run.seed}</td>
    <td>${linkTo(shown, run, { words: (what) => what, about: aboutRun(run) })}</td>
  </tr>`;
}

function operationsInWords({ operations }: NightRun): string {
  if (!operations) return "–";
  const { ok, fail, info } = operations;
  return [ok, fail, info].map((count) => count.toLocaleString("en")).join(" · ");
}
