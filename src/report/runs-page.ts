import type { Plan, RunVerdict } from "../core/run.js";
import { type Html, html } from "./html.js";
import { encodePath, staticPage } from "./page-style.js";
import { validityWords } from "./report-data.js";

export interface ListedRun {
  readonly name: string;
  /** When it began: ISO 8601, or its folder's name. Runs are sorted by it. */
  readonly time: string;
  /** Of its folder, relative to the page. */
  readonly path: string;
  /** Undefined where it was never judged. */
  readonly verdict?: RunVerdict;
  readonly plan?: Plan;
}

/** All runs, newest first, as a page without scripts. */
export function renderRunsPage(runs: readonly ListedRun[]): string {
  const newestFirst = [...runs].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
  return staticPage({
    title: "Runs",
    body: html`<h1>Runs</h1>
      <p class="summary">${summaryOf(runs)}</p>
      ${runs.length === 0 ? html`` : tableOf(newestFirst)}`,
  });
}

function summaryOf(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return "No runs yet: “ordeal test” makes the first.";
  const count = (validity: string) =>
    runs.filter(({ verdict }) => verdict?.validity === validity).length;
  const unjudged = runs.filter(({ verdict }) => !verdict).length;
  return [
    `${runs.length} in all`,
    `${count("valid")} valid`,
    `${count("invalid")} invalid`,
    `${count("unknown")} inconclusive`,
    ...(unjudged > 0 ? [`${unjudged} not judged`] : []),
  ].join(" · ");
}

function tableOf(runs: readonly ListedRun[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of runs">
    <table>
      <thead>
        <tr>
          <th scope="col">Verdict</th>
          <th scope="col">Run</th>
          <th scope="col">Began</th>
          <th scope="col">etcd</th>
          <th scope="col">Faults</th>
          <th scope="col">What came out</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map(rowOf)}
      </tbody>
    </table>
  </div>`;
}

function rowOf({ name, time, path, verdict, plan }: ListedRun): Html {
  const validity = verdict?.validity ?? "none";
  const nemeses = new Set(plan?.schedule.map(({ spec }) => spec.nemesis));
  return html`<tr>
    <td>
      <span class="verdict ${validity}"
        ><span aria-hidden="true">${icons[validity]}</span>
        ${verdict ? validityWords[verdict.validity] : "Not judged"}</span
      >
    </td>
    <td><a href="./${encodePath(path)}/report.html">${name}</a></td>
    <td class="time">${time}</td>
    <td>${versionsOf(plan)}</td>
    <td>${nemeses.size > 0 ? [...nemeses].join(", ") : "–"}</td>
    <td>
      ${verdict ? verdict.sentence : "The run left no verdict: judge it with “ordeal check”."}${verdict?.incomplete === true ? html` <em>Incomplete.</em>` : html``}
    </td>
  </tr> `;
}

const icons = { valid: "✓", invalid: "✕", unknown: "?", none: "–" } as const;

function versionsOf(plan: Plan | undefined): string {
  if (!plan) return "–";
  return [...new Set(Object.values(plan.etcd).map(({ version }) => version))].join(", ");
}
