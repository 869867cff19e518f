import { type Html, html } from "../../../report/html.js";
import { plural } from "../../../core/plural.js";
import { legible } from "../../../report/legible.js";
import { valueInWords } from "../compare/comparison-in-words.js";
import { changesOf, type LegFigures, type RoundFault, roundFaults } from "./fault-bands.js";
import { type Row, tableOf } from "./parts.js";
import { figuresOfRound, lastAttempts } from "./rounds.js";
import { legWords } from "./words.js";
import type { FaultFigures, LegRun } from "../rollout-record.js";

/** What clients had of each fault of a round, run beside run, and of each change of a node. */
export function faultsTable(runs: readonly LegRun[], round: number): Html {
  const figures = figuresOfRound(runs, round);
  const groups = [
    ...roundFaults(figures).map((fault) => faultGroup(fault, figures)),
    ...changeGroups(runs, round),
  ];
  if (groups.length === 0) return html`<p class="soft">No fault is on record.</p>`;
  return tableOf({
    label: `What clients had of each fault, round ${round}`,
    columns: [
      { title: "Run" },
      { title: "Began at", isNumber: true },
      { title: "Availability while it lasted", isNumber: true },
      { title: "Longest outage", isNumber: true },
      { title: "Recovery after it", isNumber: true },
    ],
    groups,
  });
}

interface Group {
  readonly title: Html;
  readonly rows: readonly Row[];
}

function faultGroup({ number, first, met }: RoundFault, figures: LegFigures): Group {
  return {
    title: html`<span class="sample fault">${number}</span> ${nameOf(first)}`,
    rows: [...figures.keys()].map((leg) => {
      const fault = met.get(leg);
      if (fault) return rowOf(html`${legWords[leg]}${otherWords(first, fault)}`, fault);
      const none = html`–`;
      const name = html`${legWords[leg]}<br /><span class="soft">did not come in this run</span>`;
      return [name, none, none, none, none];
    }),
  };
}

/** In another run the leader may be another node. */
function otherWords(first: FaultFigures, fault: FaultFigures): Html | undefined {
  if (first.description === fault.description) return undefined;
  return html`<br /><span class="soft">here ${legible(fault.description)}</span>`;
}

function changeGroups(runs: readonly LegRun[], round: number): readonly Group[] {
  return lastAttempts(runs)
    .filter((run) => run.round === round && run.changesPlanned > 0)
    .map(({ leg, changesPlanned, figures }) => {
      const changes = figures ? changesOf(figures) : [];
      const seen = changes.filter(
        ({ inForceAtMs, overAtMs }) => inForceAtMs !== undefined && overAtMs !== undefined,
      );
      return {
        title: html`<span class="sample change">▼</span> ${legWords[leg]}: ${seen.length} of
          ${plural(changesPlanned, "change")} of nodes seen through`,
        rows: changes.map((change) => rowOf(html`${legible(change.description)}`, change)),
      };
    });
}

function nameOf({ nemesis, description }: FaultFigures): Html {
  const [kind, what] = [legible(nemesis), legible(description)];
  return html`${what.startsWith(kind) ? what : `${kind}: ${what}`}`;
}

function rowOf(name: Html, fault: FaultFigures): Row {
  const { injectedAtMs, operations, outageMs, recoveryMs, trouble } = fault;
  return [
    html`${name}${
      trouble === undefined
        ? undefined
        : html`<br /><span class="trouble"><span aria-hidden="true">▲</span> ${legible(trouble)}</span>`
    }`,
    html`${(injectedAtMs / 1000).toFixed(1)} s`,
    availabilityOf(operations),
    html`${valueInWords(outageMs, "ms")}`,
    recoveryMs === undefined
      ? html`<span class="soft">not seen</span>`
      : html`${valueInWords(recoveryMs, "ms")}`,
  ];
}

function availabilityOf({ ok, all }: FaultFigures["operations"]): Html {
  if (all === 0) return html`<span class="soft">no operations</span>`;
  return html`${valueInWords((100 * ok) / all, "%")}
    <span class="soft">${ok.toLocaleString("en")} of ${all.toLocaleString("en")}</span>`;
}
