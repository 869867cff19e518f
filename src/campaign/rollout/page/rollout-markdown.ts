import { type Html, html } from "../../../report/html.js";
import { code, inBlocks } from "../../soak/markdown.js";
import { differenceInWords, thresholdInWords } from "../compare/comparison-in-words.js";
import { judgedFirst, meansInWords } from "./comparisons.js";
import { type DifferenceRow, differenceRows } from "./difference-rows.js";
import {
  answerWords,
  caveatsOf,
  comparedWords,
  courseInWords,
  judgementWords,
  legWords,
  remarkWords,
  sideInWords,
  tallyInWords,
  verdictMeanings,
  verdictWords,
} from "./words.js";
import { type Comparison, legs, type LegRun, type RolloutRecord } from "../rollout-record.js";

const charactersOfCommand = 2000;

/**
 * What came of a rollout, for `GITHUB_STEP_SUMMARY`: the verdict and why, what changes, what was
 * judged, and the runs that are not valid. All of it is HTML blocks, as of the nights' summary.
 */
export function rolloutMarkdown(record: RolloutRecord): string {
  const rows = differenceRows(record);
  const judged = judgedFirst(record.comparisons);
  const troubled = record.runs.filter(({ outcome }) => outcome !== "valid");
  return inBlocks(
    [
      headOf(record),
      ...(rows.length > 0 ? [differenceTable(rows)] : []),
      ...(judged.length > 0 ? [comparisonTable(judged)] : []),
      ...(troubled.length > 0 ? [runList(troubled)] : []),
      html`<h3>Repeat</h3>
        <p>${code(record.command, charactersOfCommand)}</p>`,
    ],
    "the rollout’s page",
  );
}

function headOf(record: RolloutRecord): Html {
  const { verdict, from, to } = record;
  const caveats = caveatsOf(record);
  return html`<h2>${icons[verdict.verdict]} Rollout: ${verdictWords[verdict.verdict]}</h2>
    <p>${code(sideInWords(from))} → ${code(sideInWords(to))}</p>
    <p>${verdictMeanings[verdict.verdict]}</p>
    ${listOf(verdict.reasons)}
    ${
      caveats.length > 0
        ? html`<p>To be kept in mind:</p>
            ${listOf(caveats)}`
        : undefined
    }
    <p>${tallyInWords(record)}<br />${code(courseInWords(record))}</p>`;
}

const icons = { safe: "✅", unsafe: "❌", "not proven": "❔" } as const;

function listOf(sentences: readonly string[]): Html {
  return html`<ul>
    ${sentences.map((sentence) => html`<li>${code(sentence)}</li>`)}
  </ul>`;
}

function differenceTable(rows: readonly DifferenceRow[]): Html {
  return html`<h3>What changes</h3>
    <table>
      <tr>
        <th>Key</th>
        <th>Old</th>
        <th>New</th>
        <th>Remark</th>
      </tr>
      ${rows.map(
        ({ key, change, remarks }) =>
          html`<tr>
            <th>${code(key)}</th>
            <td>${change ? valueOf(change.from) : "the same"}</td>
            <td>${change ? valueOf(change.to) : "the same"}</td>
            <td>
              ${remarks.map(
                ({ kind, sentence }) => html`<p>${remarkWords[kind]}: ${code(sentence)}</p>`,
              )}
            </td>
          </tr>`,
      )}
    </table>`;
}

function valueOf(value: string | undefined): Html {
  return value === undefined ? html`not set` : code(value);
}

function comparisonTable(judged: readonly Comparison[]): Html {
  return html`<h3>What was judged</h3>
    <table>
      <tr>
        <th>Figure</th>
        <th>Old</th>
        <th>Compared</th>
        <th>Difference [90 % interval]</th>
        <th>Allowed</th>
        <th>Answer</th>
      </tr>
      ${legs.map((leg) => {
        const own = judged.filter((comparison) => comparison.leg === leg);
        if (leg === "baseline" || own.length === 0) return html``;
        return html`<tr>
            <th colspan="6">${comparedWords[leg].title}</th>
          </tr>
          ${own.map(comparisonRow)}`;
      })}
    </table>`;
}

function comparisonRow(comparison: Comparison): Html {
  const { title, answer, judgement } = comparison;
  const { old, compared } = meansInWords(comparison);
  const judged = judgement && `${judgementIcons[judgement]} ${judgementWords[judgement]}`;
  return html`<tr>
    <td>${code(title)}</td>
    <td>${old}</td>
    <td>${compared}</td>
    <td>${differenceInWords(comparison)}</td>
    <td>${thresholdInWords(comparison)}</td>
    <td>${judged}<br />${answerWords[answer]}</td>
  </tr>`;
}

const judgementIcons = { beyond: "❌", open: "❔", within: "✅" } as const;

function runList(runs: readonly LegRun[]): Html {
  return html`<h3>Runs that are not valid (${runs.length})</h3>
    <ul>
      ${runs.map(
        ({ leg, round, sentence, findings, command }) =>
          html`<li>
            ${legWords[leg]}, round ${round}: ${code(sentence)}<br />
            ${findings.map(({ checker, message }) => html`${code(`${checker}: ${message}`)}<br />`)}
            Repeat: ${code(command, charactersOfCommand)}
          </li>`,
      )}
    </ul>`;
}
