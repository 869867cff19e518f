import { type Html, html } from "../../report/html.js";
import type { CellResult } from "./cell-results.js";
import { allRunsId } from "./index-page-all-runs.js";
import { linkTo, type NightOnPage, verdictBadge } from "./index-page-parts.js";
import { legible } from "../../report/legible.js";
import { plural } from "../../core/plural.js";
import { cellInWords } from "./night-in-words.js";
import { resultMatrix } from "./result-matrix.js";

/** Loads by clusters: in each field the worst that came of it, and where to read on. */
export function matrixSection(shown: NightOnPage): Html {
  const { columns, rows } = resultMatrix(shown.night);
  if (rows.length === 0) return html``;
  const label = `What came of each cell, night ${legible(shown.night.name)}`;
  return html`<h${shown.level}>Matrix</h${shown.level}>
    <div class="scroll" tabindex="0" role="region" aria-label="${label}">
      <table class="matrix">
        <caption>
          Each field tells the worst that came of its runs.
        </caption>
        <thead>
          <tr>
            <th scope="col">Workload and faults</th>
            ${columns.map((column) => html`<th scope="col">${legible(column)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ load, results }) =>
              html`<tr>
                <th scope="row">${legible(load)}</th>
                ${results.map((result) => fieldOf(shown, result))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function fieldOf(shown: NightOnPage, result: CellResult | undefined): Html {
  if (!result) return html`<td><span class="soft">not asked for</span></td>`;
  const { outcome, runs, cell } = result;
  const newest = runs.at(-1);
  if (!newest) return html`<td>${verdictBadge(outcome)}</td>`;
  const worst = runs.filter((run) => run.outcome === outcome);
  const told = worst.at(-1);
  const about = legible(cellInWords(cell));
  return html`<td class="${outcome}">
    ${verdictBadge(outcome)}
    <ul>
      <li>${countOf(shown, result, worst.length)}</li>
      ${
        told && told !== newest
          ? html`<li>${linkTo(shown, told, { words: (what) => `${what} of run ${told.number}`, about })}</li>`
          : undefined
      }
      <li>${linkTo(shown, newest, { words: (what) => `newest run’s ${what}`, about })}</li>
    </ul>
  </td>`;
}

/** "1 of 3 runs", which leads to all of them. */
function countOf(shown: NightOnPage, result: CellResult, worst: number): Html {
  const all = plural(result.runs.length, "run");
  const words = worst === result.runs.length ? all : `${worst} of ${all}`;
  if (!shown.listsRuns) return html`${words}`;
  const about = legible(cellInWords(result.cell));
  return html`<a href="#${allRunsId(shown, result)}" aria-label="${words}: ${about}">${words}</a>`;
}
