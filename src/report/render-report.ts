import { gzipSync } from "node:zlib";
import type { Finding } from "../core/checker.js";
import type { History } from "../core/history.js";
import type { Operation } from "../core/operation.js";
import type { Plan, RunVerdict } from "../core/run.js";
import { packColumns } from "./columns.js";
import { type Html, html } from "./html.js";
import { loadTemplate } from "./load-template.js";
import { memberTable } from "./member-table.js";
import { embedding, type ReportData, validityWords } from "./report-data.js";
import { statusSpans } from "./status-spans.js";
import { classifyErrors, countKinds } from "./tally.js";
import { versionSpans } from "./version-spans.js";

export interface ReportInput {
  readonly plan?: Plan;
  readonly verdict: RunVerdict;
  readonly history: History;
  /** Excerpts: the last lines of each node's log, and lines around findings. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
  /** The viewer's page; read from the build where it is not given. */
  readonly template?: string;
}

/** So many operations are drawn; a page of more than that is too heavy to open. */
const maxShown = 1_000_000;

/** Unpacked as a whole when somebody looks at one of them: few enough to take no time. */
const perDetailsChunk = 5_000;

/**
 * One HTML file that needs nothing else. The same values give the same bytes. Nothing from the
 * history becomes markup: bulk is base64, the rest JSON without "<", and the few words of the
 * static page are escaped.
 */
export function renderReport(input: ReportInput): string {
  const template = input.template ?? loadTemplate();
  const operations = shownOperations(input.history, input.verdict);
  const { packed, bytes } = packColumns(operations);
  const data: ReportData = {
    header: input.history.header,
    verdict: input.verdict,
    ...(input.plan ? { plan: input.plan } : {}),
    faults: input.history.faults,
    phases: input.history.phases,
    ...(input.history.notes && { notes: input.history.notes }),
    logs: input.history.logs,
    excerpts: input.logs,
    statuses: statusSpans(input.history.statuses),
    versions: versionSpans(input.history.statuses),
    members: memberTable(input.history.members),
    endNs: endOf(input.history),
    counts: countKinds(input.history.operations),
    errors: classifyErrors(input.history.operations),
    named: namedOperations(input.history, input.verdict),
    torn: input.history.torn,
    operations: {
      total: input.history.operations.length,
      shown: operations.length,
      perDetailsChunk,
    },
    columns: packed,
  };
  const elements = [
    staticVerdict(input).html,
    scriptElement(embedding.data, "application/json", jsonWithoutMarkup(data)),
    scriptElement(embedding.columns, "application/octet-stream", gzipBase64(bytes)),
    ...chunksOf(operations, perDetailsChunk).map((chunk, number) =>
      scriptElement(
        `${embedding.details}${number}`,
        "application/octet-stream",
        gzipBase64(chunk.map((op) => JSON.stringify(op)).join("\n")),
      ),
    ),
  ].join("\n");
  return insert(insert(template, embedding.placeholder, elements), titleMark, titleOf(input).html);
}

const titleMark = "<title>ordeal</title>";

/** A function as replacer: in a string, "$&" and its like would be replaced in turn. */
function insert(page: string, mark: string, text: string): string {
  if (!page.includes(mark)) throw new Error(`the report's template lacks ${mark}`);
  return page.replace(mark, () => text);
}

function titleOf({ verdict, history }: ReportInput): Html {
  const { caveat } = history.header.cluster;
  const warning = caveat === undefined ? "" : ` (${caveat})`;
  const word = validityWords[verdict.validity];
  const { scenario, workload } = history.header;
  return html`<title>${word}: ${scenario?.name ?? workload.name}${warning} · ordeal</title>`;
}

/** What a reader sees without scripts, in a mail's preview for one. */
function staticVerdict({ verdict, plan }: ReportInput): Html {
  const command = plan ? html`<pre>${plan.command}</pre>` : html``;
  return html`<noscript><h1>${validityWords[verdict.validity]}</h1><p>${verdict.sentence}</p>${command}
<p>The rest of this report needs JavaScript; nothing is loaded from anywhere.</p></noscript>`;
}

/**
 * All operations, in order. Beyond the cap the earliest and those that a finding names: the
 * evidence is never left out.
 */
function shownOperations({ operations }: History, verdict: RunVerdict): readonly Operation[] {
  const inOrder = [...operations].sort((a, b) => a.index - b.index);
  if (inOrder.length <= maxShown) return inOrder;
  const named = indexesIn(verdict);
  return inOrder.filter((op, position) => position < maxShown || named.has(op.index));
}

function namedOperations({ operations }: History, verdict: RunVerdict): Record<string, Operation> {
  const named = indexesIn(verdict);
  const found = operations.filter(({ index }) => named.has(index));
  return Object.fromEntries(found.map((op) => [String(op.index), op]));
}

function indexesIn(verdict: RunVerdict): ReadonlySet<number> {
  const findings = Object.values(verdict.checkers).flatMap((checker) => checker.findings);
  return new Set(findings.flatMap(indexesOf));
}

function indexesOf({ operations, counterexample }: Finding): readonly number[] {
  if (!counterexample) return operations;
  const { operations: few, linearizablePrefix, stuck } = counterexample;
  return [...operations, ...[...few, ...linearizablePrefix, ...stuck].map(({ index }) => index)];
}

function endOf({ operations, faults, statuses, phases, logs }: History): number {
  let end = 0;
  const reach = (ns: number | undefined) => {
    if (ns !== undefined && ns > end) end = ns;
  };
  for (const { invokedAtNs, completedAtNs } of operations) reach(completedAtNs ?? invokedAtNs);
  for (const { injectedAtNs, healedAtNs, overAtNs } of faults) {
    reach(injectedAtNs);
    reach(healedAtNs);
    reach(overAtNs);
  }
  for (const { atNs } of [...statuses, ...phases, ...logs]) reach(atNs);
  return end;
}

function scriptElement(id: string, type: string, text: string): string {
  return `<script id="${id}" type="${type}">${text}</script>`;
}

/** In a script element only "<" can begin markup: "</script", "<!--". */
function jsonWithoutMarkup(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function gzipBase64(content: Uint8Array | string): string {
  const gzipped = gzipSync(content);
  // Byte 9 names the system that compressed: the one byte that differs from machine to machine.
  gzipped[9] = 255;
  return gzipped.toString("base64");
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
