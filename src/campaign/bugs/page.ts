import { type Html, html } from "../../report/html.js";
import { encodePath, staticPage } from "../../report/page-style.js";
import {
  type BugMatrix,
  type Cell,
  type CellOutcome,
  cellWords,
  medianToDetection,
  outcomeOf,
  outcomeWords,
  seconds,
  type Try,
} from "./matrix.js";

/** The page of a whole table, without scripts. It lies two folders below that of all results. */
export function renderBugsPage(matrix: BugMatrix): string {
  const { cells, command, startedAt, endedAt } = matrix;
  const versions = [...new Set(cells.map(({ version }) => version))];
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  return staticPage({
    title: "Known bugs",
    style,
    body: html`<h1>Known bugs of etcd</h1>
      <p class="summary">${summaryOf(cells)} · ${startedAt} to ${endedAt}</p>
      <p><code>${command}</code></p>
      <div class="scroll" tabindex="0" role="region" aria-label="Cases by versions">
        <table>
          <thead>
            <tr>
              <th scope="col">Case</th>
              ${versions.map((version) => html`<th scope="col">${version}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${names.map((name) => rowOf(name, versions, cells))}
          </tbody>
        </table>
      </div>
      ${names.map((name) => caseOf(cells.filter(({ scenario }) => scenario === name)))}`,
  });
}

function summaryOf(cells: readonly Cell[]): string {
  const counts = new Map<CellOutcome, number>();
  for (const cell of cells) {
    const outcome = outcomeOf(cell);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => `${count} ${outcomeWords[outcome]}`).join(" · ");
}

function rowOf(name: string, versions: readonly string[], cells: readonly Cell[]): Html {
  const row = cells.filter(({ scenario }) => scenario === name);
  return html`<tr>
    <th scope="row"><a href="#${name}">${name}</a></th>
    ${versions.map((version) => {
      const cell = row.find((one) => one.version === version);
      return cell ? html`<td>${cellOf(cell)}</td>` : html`<td></td>`;
    })}
  </tr>`;
}

function cellOf(cell: Cell): Html {
  const outcome = outcomeOf(cell);
  const time = medianToDetection(cell);
  return html`<span class="verdict ${tones[outcome]}">${cellWords(cell)}</span
    >${time === undefined ? html`` : html`<br /><span class="time">after ${seconds(time)}</span>`}${
      isQuiet(outcome) ? html`` : html`<br /><strong>${outcomeWords[outcome]}</strong>`
    }`;
}

function isQuiet(outcome: CellOutcome): boolean {
  return outcome === "as-expected" || outcome === "impossible";
}

const tones: Readonly<Record<CellOutcome, string>> = {
  "as-expected": "valid",
  missed: "unknown",
  unexpected: "invalid",
  inconclusive: "unknown",
  failed: "unknown",
  impossible: "none",
};

function caseOf(row: readonly Cell[]): Html {
  const [first] = row;
  if (!first) return html``;
  const { scenario, issues, title } = first;
  return html`<section id="${scenario}">
    <h2>${scenario}</h2>
    <p>
      ${title}${issues.map(
        (issue) =>
          html` · <a href="https://github.com/etcd-io/etcd/issues/${issue}">etcd #${issue}</a>`,
      )}
    </p>
    <ul>
      ${row.map(triesOf)}
    </ul>
  </section>`;
}

function triesOf(cell: Cell): Html {
  const { version, impossible, tries } = cell;
  if (impossible !== undefined) return html`<li>${version}: not applicable: ${impossible}</li>`;
  return html`${tries.map((one) => html`<li>${version}: ${tryOf(one)}</li>`)}`;
}

function tryOf({ folder, sentence, caughtBy, failure }: Try): Html {
  const by = caughtBy.length === 0 ? "" : ` (${caughtBy.join(", ")})`;
  return html`<a href="../../${encodePath(folder)}/report.html">report</a> · ${failure ?? sentence}${by}`;
}

const style: Html = {
  html: `
h2 { font-size: 18px; margin: 36px 0 4px; } section p { margin: 0 0 8px; max-width: 80ch; }
tbody th { font-size: 14px; color: inherit; } td:last-child { min-width: 0; }
li { margin: 4px 0; max-width: 100ch; } code { font-size: 13px; overflow-wrap: anywhere; }
`,
};
