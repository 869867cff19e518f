import { type Html, html } from "../../../report/html.js";
import { staticPage } from "../../../report/page-style.js";
import { comparisonsSection } from "./comparisons.js";
import { differenceSection } from "./difference.js";
import { faultsTable } from "./faults.js";
import { headSection } from "./head.js";
import { plotsOf } from "./plots.js";
import { runsSection } from "./runs.js";
import { rolloutStyle } from "./style.js";
import { headlineOf } from "./words.js";
import type { RolloutRecord } from "../rollout-record.js";

/**
 * What came of a rollout, as one page without scripts, for somebody who decides about the change:
 * the verdict and why, what changes, what it costs, how it went, and where each run is. It is to lie
 * in the rollout's folder, since its links are relative to it.
 */
export function renderRolloutPage(record: RolloutRecord): string {
  return staticPage({
    title: `Rollout: ${headlineOf(record)}`,
    style: rolloutStyle,
    body: html`${headSection(record)} ${differenceSection(record)} ${comparisonsSection(record)}
    ${courseSection(record)} ${runsSection(record)}`,
  });
}

/** Round by round: the load over time, and what the faults did to it. */
function courseSection(record: RolloutRecord): Html {
  const rounds = [...new Set(record.runs.map(({ round }) => round))].sort((a, b) => a - b);
  const [first, ...others] = rounds;
  return html`<section>
    <h2>How it went</h2>
    ${first === undefined ? html`<p class="soft">No run has ended.</p>` : roundOf(record, first)}
    ${others.map(
      (round) =>
        html`<details class="round">
          <summary>Round ${round}</summary>
          ${roundOf(record, round)}
        </details>`,
    )}
  </section>`;
}

function roundOf({ runs }: RolloutRecord, round: number): Html {
  const own = runs.filter((run) => run.round === round);
  return html`<h3>Round ${round}: the load</h3>
    ${plotsOf(own, round)}
    <h3>Round ${round}: the faults</h3>
    ${faultsTable(own, round)}`;
}
