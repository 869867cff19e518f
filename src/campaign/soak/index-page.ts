import { type Html, html } from "../../report/html.js";
import { staticPage } from "../../report/page-style.js";
import { allRunsSection } from "./index-page-all-runs.js";
import { worstOf } from "./cell-results.js";
import { matrixSection } from "./index-page-matrix.js";
import { type NightOnPage, verdictBadge } from "./index-page-parts.js";
import { soakStyle } from "./index-page-style.js";
import { trendsSection } from "./index-page-trends.js";
import { openSections, violationsSection } from "./index-page-troubles.js";
import { legible } from "../../report/legible.js";
import type { Night, NightRun } from "./night.js";
import { plural } from "../../core/plural.js";
import {
  endInWords,
  headlineOf,
  momentInWords,
  newestFirst,
  tallyInWords,
} from "./night-in-words.js";

export interface SoakPage {
  readonly nights: readonly Night[];
  /**
   * Path of a kept run's folder, relative to the page. By default the run's folder below a folder
   * with the night's name.
   */
  readonly folderOf?: (night: Night, run: NightRun) => string | undefined;
}

/** Of so many nights every run is listed: a page of all runs of a year could not be opened. */
const nightsListed = 7;

/** All nights, newest first, as one page without scripts. */
export function renderSoakPage({ nights, folderOf = folderBelowNight }: SoakPage): string {
  const [newest, ...earlier] = newestFirst(nights).map((night, index) => ({
    night,
    id: `night-${index}`,
    folderOf,
    listsRuns: index < nightsListed,
    level: index === 0 ? 2 : 4,
  }));
  return staticPage({
    title: newest ? `Soak: ${headlineOf(newest.night)}` : "Soak",
    style: soakStyle,
    body: newest
      ? html`<p class="eyebrow">Soak · ${plural(nights.length, "night")}</p>
          ${newestSection(newest)}
          ${trendsSection([newest, ...earlier])} ${allRunsSection(newest)}
          ${earlier.length > 0 ? earlierSection(earlier) : undefined}`
      : html`<h1>Soak</h1>
          <p class="summary">No nights yet: “ordeal soak” makes the first.</p>`,
  });
}

function folderBelowNight({ name }: Night, { folder }: NightRun): string | undefined {
  return folder === undefined ? undefined : `${name}/${folder}`;
}

function newestSection(shown: NightOnPage): Html {
  return html`<section id="${shown.id}" class="night">
    <h1>${headlineOf(shown.night)}</h1>
    ${factsOf(shown.night)} ${violationsSection(shown)} ${matrixSection(shown)}
    ${openSections(shown)}
  </section>`;
}

function earlierSection(nights: readonly NightOnPage[]): Html {
  return html`<section>
    <h2>Earlier nights</h2>
    ${nights.map(
      (shown) =>
        html`<details class="night">
          <summary>
            <h3>
              ${verdictBadge(worstOf(shown.night.runs))}
              <span>${momentInWords(shown.night.startedAt)}</span>
              <span>${headlineOf(shown.night)}</span>
            </h3>
          </summary>
          <div id="${shown.id}">
            ${factsOf(shown.night)} ${violationsSection(shown)} ${matrixSection(shown)}
            ${openSections(shown)} ${allRunsOf(shown)}
          </div>
        </details>`,
    )}
  </section>`;
}

function factsOf(night: Night): Html {
  const { name, startedAt, seed, budget, shard, tool } = night;
  return html`<p class="tally">${tallyInWords(night)}. ${endInWords(night)}</p>
    <dl class="facts">
      <div>
        <dt>Night</dt>
        <dd>${legible(name)}</dd>
      </div>
      <div>
        <dt>Began</dt>
        <dd>${momentInWords(startedAt)}</dd>
      </div>
      <div>
        <dt>Seed</dt>
        <dd>${seed}</dd>
      </div>
      <div>
        <dt>Budget</dt>
        <dd>${legible(budget)}</dd>
      </div>
      ${
        shard &&
        html`<div>
          <dt>Shard</dt>
          <dd>${shard.part} of ${shard.of}</dd>
        </div>`
      }
      <div>
        <dt>ordeal</dt>
        <dd>${legible(tool)}</dd>
      </div>
    </dl>`;
}

function allRunsOf(shown: NightOnPage): Html {
  if (shown.listsRuns) return allRunsSection(shown);
  return html`<p class="soft">Runs are listed of the newest ${nightsListed} nights only.</p>`;
}
