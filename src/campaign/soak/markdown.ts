import { type Html, html } from "../../report/html.js";
import { type CellResult, countedRuns, retriedRuns } from "./cell-results.js";
import { clipped, legible, onOneLine } from "../../report/legible.js";
import type { Night, NightRun, RunOutcome } from "./night.js";
import { plural } from "../../core/plural.js";
import {
  cellInWords,
  durationInWords,
  endInWords,
  headlineOf,
  newestFirst,
  outcomeWords,
  reasonsOf,
  tallyInWords,
} from "./night-in-words.js";
import { resultMatrix } from "./result-matrix.js";
import { trendsOf } from "./trends.js";

const runsListed = 25;
const nightsListed = 10;
/** Enough to know a thing again, and what hostile values may cost is bounded. */
const charactersShown = 500;
const charactersOfCommand = 2000;

/** GitHub refuses a step's summary above 1 MiB. */
const bytesAtMost = 1_000_000;

/**
 * The newest night, and the nights before it, for `GITHUB_STEP_SUMMARY`. All of it is HTML blocks:
 * Markdown has no say within them, so that escaping is the same as in a page, if only no line is
 * empty. Values stand in code elements, where GitHub looks for no mentions and no links.
 */
export function summaryMarkdown(nights: readonly Night[]): string {
  const [newest, ...earlier] = newestFirst(nights);
  if (!newest) return "No night of `ordeal soak` is on record.\n";
  const blocks = [
    headOf(newest),
    ...listOf("Violations", newest, "invalid"),
    ...listOf("Inconclusive", newest, "unknown"),
    ...listOf("Failed", newest, "failed"),
    ...retriedOf(newest),
    matrixTable(newest),
    ...(earlier.length > 0 ? [trendsTable([newest, ...earlier])] : []),
  ];
  return inBlocks(blocks, "the page of nights");
}

/** Markdown of HTML blocks, each without an empty line; what is too long is to be read elsewhere. */
export function inBlocks(blocks: readonly Html[], elsewhere: string): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const { html: text } of blocks) {
    const block = text.replaceAll(/\s*\n\s*/g, "\n").trim();
    bytes += Buffer.byteLength(block) + 2;
    if (bytes > bytesAtMost) {
      kept.push(`The rest is left out here, since it is too long: ${elsewhere} has it.`);
      break;
    }
    kept.push(block);
  }
  return `${kept.join("\n\n")}\n`;
}

function headOf(night: Night): Html {
  const { name, seed, budget, tool, shard } = night;
  const part = shard && html`<li>Shard ${shard.part} of ${shard.of}</li>`;
  return html`<h2>${headlineOf(night)}</h2>
    <ul>
      <li>Night ${code(name)}, ordeal ${code(tool)}</li>
      <li>${tallyInWords(night)}</li>
      <li>${endInWords(night)}</li>
      <li>Seed ${seed}, budget ${code(budget)}</li>
      ${part}
    </ul>`;
}

function listOf(title: string, night: Night, outcome: RunOutcome): readonly Html[] {
  const runs = countedRuns(night.runs).filter((run) => run.outcome === outcome);
  return runs.length === 0 ? [] : [runList(title, runs)];
}

function retriedOf(night: Night): readonly Html[] {
  const runs = retriedRuns(night.runs);
  return runs.length === 0 ? [] : [runList("Tried again", runs)];
}

function runList(title: string, runs: readonly NightRun[]): Html {
  const more = runs.length - runsListed;
  return html`<h3>${title} (${runs.length})</h3>
    <ul>
      ${runs.slice(0, runsListed).map(runItem)}
      ${more > 0 ? html`<li>and ${more} more: the page of nights has them</li>` : undefined}
    </ul>`;
}

function runItem(run: NightRun): Html {
  return html`<li>
    Run ${run.number}: ${code(cellInWords(run.cell))}, seed ${run.seed}<br />
    ${code(reasonsOf(run).join(" · "))}<br />
    Repeat: ${code(run.command, charactersOfCommand)}
  </li>`;
}

const icons = {
  valid: "✅",
  invalid: "❌",
  unknown: "❔",
  failed: "⚠️",
  "not reached": "➖",
} as const;

function matrixTable(night: Night): Html {
  const { columns, rows } = resultMatrix(night);
  return html`<table>
    <tr>
      <th>Workload and faults</th>
      ${columns.map((column) => html`<th>${code(column)}</th>`)}
    </tr>
    ${rows.map(
      ({ load, results }) =>
        html`<tr>
          <th>${code(load)}</th>
          ${results.map((result) => html`<td>${resultInWords(result)}</td>`)}
        </tr>`,
    )}
  </table>`;
}

function resultInWords(result: CellResult | undefined): string {
  if (!result) return "";
  const { outcome, runs } = result;
  const word = `${icons[outcome]} ${outcomeWords[outcome]}`;
  if (outcome === "not reached") return word;
  const worst = runs.filter((run) => run.outcome === outcome).length;
  const all = plural(runs.length, "run");
  return worst === runs.length ? `${word}, ${all}` : `${word}, ${worst} of ${all}`;
}

function trendsTable(nights: readonly Night[]): Html {
  const rows = trendsOf(nights.slice(0, nightsListed));
  return html`<h3>Night by night</h3>
    <table>
      <tr>
        <th>Night</th>
        <th>Runs</th>
        <th>Violations</th>
        <th>Inconclusive</th>
        <th>Failed</th>
        <th>Operations a run (median)</th>
        <th>Wall time a run (median)</th>
      </tr>
      ${rows.map(
        ({ night, runs, violations, inconclusive, failed, operations, wallMs }) =>
          html`<tr>
            <th>${code(night.name)}</th>
            <td>${runs}</td>
            <td>${violations}</td>
            <td>${inconclusive}</td>
            <td>${failed}</td>
            <td>${operations?.toLocaleString("en") ?? "–"}</td>
            <td>${wallMs === undefined ? "–" : durationInWords(wallMs)}</td>
          </tr>`,
      )}
    </table>`;
}

/** On one line, as it is. */
export function code(text: string, limit = charactersShown): Html {
  return html`<code>${onOneLine(clipped(text, limit))}</code>`;
}

/** GitHub shows so many of each kind that a step makes. */
const annotationsShown = 10;

/**
 * Workflow commands of GitHub, a line each: an error for each violation, a warning for each run that
 * is inconclusive or failed. What is beyond GitHub's limit is counted in the last of its kind.
 */
export function annotations(night: Night): readonly string[] {
  const runs = countedRuns(night.runs);
  const ended = (outcome: RunOutcome) => runs.filter((run) => run.outcome === outcome);
  return [
    ...commandsFor("error", ended("invalid")),
    ...commandsFor("warning", [...ended("failed"), ...ended("unknown")]),
  ];
}

function commandsFor(level: "error" | "warning", runs: readonly NightRun[]): readonly string[] {
  const commands = runs.map((run) => {
    const title = `${outcomeWords[run.outcome]}: ${cellInWords(run.cell)}`;
    const message = [clipped(reasonsOf(run).join("\n"), charactersShown), `seed ${run.seed}`];
    return workflowCommand(level, title, [...message, run.command].join("\n"));
  });
  if (commands.length <= annotationsShown) return commands;
  const shown = annotationsShown - 1;
  const more = `${commands.length - shown} more`;
  return [
    ...commands.slice(0, shown),
    workflowCommand(level, more, `${more}: the summary and the page of nights tell of them`),
  ];
}

/** Escaped as the runner reads it: `command.ts` in https://github.com/actions/toolkit. */
function workflowCommand(level: "error" | "warning", title: string, message: string): string {
  const name = escapeData(onOneLine(title)).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${level} title=${name}::${escapeData(legible(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
