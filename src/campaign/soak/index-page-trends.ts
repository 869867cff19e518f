import { type Html, html } from "../../report/html.js";
import type { NightOnPage } from "./index-page-parts.js";
import { durationInWords, momentInWords } from "./night-in-words.js";
import { type Trend, trendsOf } from "./trends.js";

/** More columns than these could not be told from one another. */
const nightsCompared = 30;

const measures: readonly {
  readonly name: string;
  /** Undefined where the night has no such value. */
  readonly of: (trend: Trend) => number | undefined;
  readonly inWords: (value: number) => string;
}[] = [
  { name: "Runs", of: ({ runs }) => runs, inWords: count },
  { name: "Violations", of: ({ violations }) => violations, inWords: count },
  { name: "Inconclusive", of: ({ inconclusive }) => inconclusive, inWords: count },
  { name: "Failed", of: ({ failed }) => failed, inWords: count },
  { name: "Operations a run, median", of: ({ operations }) => operations, inWords: count },
  { name: "Wall time a run, median", of: ({ wallMs }) => wallMs, inWords: durationInWords },
];

function count(value: number): string {
  return value.toLocaleString("en");
}

/** Nights side by side, newest first as given: small columns for the eye, and all of it as text. */
export function trendsSection(nights: readonly NightOnPage[]): Html {
  if (nights.length < 2) {
    return html`<h2>Trends</h2>
      <p class="soft">There is no earlier night to compare this one with.</p>`;
  }
  const shown = nights.slice(0, nightsCompared);
  const trends = trendsOf(shown.map(({ night }) => night));
  const all =
    nights.length > shown.length ? `the newest ${shown.length} of ${nights.length}` : shown.length;
  return html`<section>
    <h2>Trends</h2>
    <div class="charts">${measures.map((measure) => chartOf(measure, trends.toReversed()))}</div>
    <div class="scroll" tabindex="0" role="region" aria-label="Table of trends">
      <table class="trends">
        <caption>
          Night by night, newest first: ${all} nights.
        </caption>
        <thead>
          <tr>
            <th scope="col">Night</th>
            ${measures.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${trends.map((trend, index) => rowOf(trend, shown[index]?.id ?? ""))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function rowOf(trend: Trend, id: string): Html {
  return html`<tr>
    <th scope="row" class="time"><a href="#${id}">${momentInWords(trend.night.startedAt)}</a></th>
    ${measures.map((measure) => html`<td class="number">${valueInWords(measure, trend)}</td>`)}
  </tr>`;
}

type Measure = (typeof measures)[number];

function valueInWords({ of, inWords }: Measure, trend: Trend): string {
  const value = of(trend);
  return value === undefined ? "–" : inWords(value);
}

const columnWidth = 14;
/** So that few nights are not drawn as walls. */
const columnsAtLeast = 14;
const height = 56;

/** A column a night, oldest first; the newest, which is the last, is told in the caption. */
function chartOf(measure: Measure, oldestFirst: readonly Trend[]): Html {
  const values = oldestFirst.map((trend) => measure.of(trend) ?? 0);
  const highest = Math.max(...values, 1);
  const words = oldestFirst.map(
    (trend) => `${momentInWords(trend.night.startedAt)} ${valueInWords(measure, trend)}`,
  );
  return html`<figure>
    <figcaption>
      ${measure.name} <b>${oldestFirst
        .slice(-1)
        .map((trend) => valueInWords(measure, trend))
        .join("")}</b>
    </figcaption>
    <svg
      role="img"
      aria-label="${measure.name}, oldest night first: ${words.join("; ")}"
      viewBox="0 0 ${Math.max(values.length, columnsAtLeast) * columnWidth} ${height}"
      preserveAspectRatio="none"
    >
      ${values.map((value, index) => {
        const tall = (value / highest) * (height - 2);
        return html`<rect
          x="${index * columnWidth}"
          y="${height - 1 - tall}"
          width="${columnWidth - 4}"
          height="${tall + 1}"
        ><title>${words[index]}</title></rect>`;
      })}
    </svg>
  </figure>`;
}
