import { type Html, html } from "../../report/html.js";
import { encodePath } from "../../report/page-style.js";
import type { CellOutcome } from "./cell-results.js";
import { legible } from "../../report/legible.js";
import type { Night, NightRun } from "./night.js";
import { outcomeWords } from "./night-in-words.js";

/** A night, and how the page shows it. */
export interface NightOnPage {
  readonly night: Night;
  /** Of its element, and the beginning of the ids in it. */
  readonly id: string;
  readonly folderOf: (night: Night, run: NightRun) => string | undefined;
  /** Whether every run of it is listed. */
  readonly listsRuns: boolean;
  /** Of the headings in it. */
  readonly level: number;
}

/** An outcome by sign and word, so that colour is not needed. */
export function verdictBadge(outcome: CellOutcome): Html {
  return html`<span class="verdict ${outcome === "not reached" ? "none" : outcome}"
    ><span aria-hidden="true">${icons[outcome]}</span> ${outcomeWords[outcome]}</span
  >`;
}

const icons = { valid: "✓", invalid: "✕", unknown: "?", failed: "!", "not reached": "–" } as const;

/** A link to the report of a run, or to what is left of it. */
export function linkTo(
  { night, folderOf }: NightOnPage,
  run: NightRun,
  { words, about }: LinkWords,
): Html {
  const folder = run.kept === "none" ? undefined : folderOf(night, run);
  if (folder === undefined) return html`<span class="soft">not kept</span>`;
  const what = whatIsLeft(run);
  const text = words(what);
  return html`<a href="./${encodePath(folder)}/${files[what]}" aria-label="${text}: ${about}"
    >${text}</a
  >`;
}

/** Of a run that failed neither report nor verdict need be there. */
function whatIsLeft({ kept, outcome }: NightRun): keyof typeof files {
  if (outcome === "failed") return "folder";
  return kept === "all" ? "report" : "verdict";
}

const files = { report: "report.html", verdict: "verdict.json", folder: "" } as const;

interface LinkWords {
  readonly words: (what: keyof typeof files) => string;
  /** Of what it is, for those who hear it without what stands around it. */
  readonly about: string;
}

/** For those who hear the page; no two runs of a page are called the same. */
export function aboutRun({ number, attempt, startedAt }: NightRun): string {
  return `run ${number}, attempt ${attempt}, ${legible(startedAt)}`;
}
