import type { Plan, RunVerdict } from "../core/run.js";
import { type Html, html } from "./html.js";
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
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>Runs · ordeal</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>Runs</h1>
          <p class="summary">${summaryOf(runs)}</p>
          ${runs.length === 0 ? html`` : tableOf(newestFirst)}
        </main>
      </body>
    </html> `;
  return page.html;
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

/** A folder's name may hold what a URL gives a meaning to. */
function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

const style: Html = {
  html: `
:root { color-scheme: light dark; --bg: #fbfbfa; --text: #1d2126; --soft: #59616b; --line: #e1e3e6;
  --valid: #176b3a; --invalid: #b3202c; --unknown: #8a5a00; --link: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --text: #e6e8eb; --soft: #a3abb5;
  --line: #2c3138; --valid: #63c78b; --invalid: #ff8a8a; --unknown: #e3b04b; --link: #82b4f0; } }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 48px 24px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
.summary { color: var(--soft); margin: 0 0 32px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); }
th, td { padding: 10px 20px 10px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:last-child { min-width: 16em; }
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.valid { color: var(--valid); } .verdict.invalid { color: var(--invalid); }
.verdict.unknown { color: var(--unknown); } .verdict.none { color: var(--soft); }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
a { color: var(--link); }
`,
};
