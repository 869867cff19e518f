import { type Html, html } from "../../../report/html.js";
import { plural } from "../../../core/plural.js";
import { legible } from "../../../report/legible.js";
import { momentInWords } from "../../soak/night-in-words.js";
import { commandOf } from "./parts.js";
import {
  caveatsOf,
  courseInWords,
  sideInWords,
  tallyInWords,
  verdictMeanings,
  verdictWords,
} from "./words.js";
import type { RolloutRecord } from "../rollout-record.js";

/** The weightiest come first, and those who decide are to read all that is shown. */
const reasonsShown = 8;

/** The verdict, what it is of, why, what bounds it, and how it came about. */
export function headSection(record: RolloutRecord): Html {
  const { from, to, verdict, startedAt, tool } = record;
  const kind = verdictClasses[verdict.verdict];
  return html`<header>
    <p class="eyebrow">Rollout · ${momentInWords(startedAt)} · ordeal ${legible(tool)}</p>
    <h1>
      <span class="badge ${kind}"
        ><span aria-hidden="true">${icons[verdict.verdict]}</span> ${verdictWords[verdict.verdict]}</span
      >
      <span class="sides"
        >${sideInWords(from)} <span aria-hidden="true">→</span
        ><span class="spoken">becomes</span> ${sideInWords(to)}</span
      >
    </h1>
    <div class="reasons ${kind}">
      <p>${verdictMeanings[verdict.verdict]}</p>
      ${listOf("Reasons", verdict.reasons.slice(0, reasonsShown))} ${moreReasons(verdict.reasons)}
    </div>
    ${caveatsList(record)}
    <p>${tallyInWords(record)}</p>
    <p>${courseInWords(record)}</p>
    ${commandOf(legible(record.command), "the whole rollout again")}
  </header>`;
}

const verdictClasses = {
  safe: "valid",
  unsafe: "invalid",
  "not proven": "unknown",
} as const;

const icons = { safe: "✓", unsafe: "✕", "not proven": "?" } as const;

function moreReasons(reasons: readonly string[]): Html | undefined {
  const more = reasons.slice(reasonsShown);
  if (more.length === 0) return undefined;
  return html`<details>
    <summary>${plural(more.length, "more reason")}</summary>
    ${listOf("More reasons", more)}
  </details>`;
}

function caveatsList(record: RolloutRecord): Html | undefined {
  const caveats = caveatsOf(record);
  if (caveats.length === 0) return undefined;
  return html`<div class="caveats">
    <h2>To be kept in mind</h2>
    ${listOf("Caveats", caveats)}
  </div>`;
}

function listOf(label: string, sentences: readonly string[]): Html {
  return html`<ul aria-label="${label}">
    ${sentences.map((sentence) => html`<li>${legible(sentence)}</li>`)}
  </ul>`;
}
