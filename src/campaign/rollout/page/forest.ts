import { type Html, html } from "../../../report/html.js";
import { differenceInWords, thresholdInWords } from "../compare/comparison-in-words.js";
import { answerWords, judgementWords } from "./words.js";
import type { Comparison } from "../rollout-record.js";

const width = 240;
const height = 50;
const middle = width / 2;
const barY = 23;
/** From the zero line to the outermost mark. */
const reach = middle - 8;

/**
 * Where the difference lies between better, on the left, and worse, on the right, whichever
 * direction is worse. Each has a scale of its own, and zero in the middle.
 */
export function forestPlot(comparison: Comparison): Html | undefined {
  const { difference, interval, threshold, worse, judgement, answer } = comparison;
  if (difference === undefined || !judgement) return undefined;
  const sign = worse === "higher" ? 1 : -1;
  const ends = interval ? [interval.low, interval.high] : [];
  const allowed = threshold === undefined ? undefined : threshold * sign;
  const furthest = Math.max(...[difference, ...ends, allowed ?? 0].map(Math.abs));
  const at = (value: number) =>
    tidy(middle + (furthest === 0 ? 0 : ((value * sign) / furthest) * reach));
  const words = [
    differenceInWords(comparison),
    `allowed: ${thresholdInWords(comparison)}`,
    answerWords[answer].toLowerCase(),
    judgementWords[judgement].toLowerCase(),
  ].join("; ");
  return html`<svg
    class="forest ${judgement}"
    role="img"
    aria-label="${words}. Better is on the left, worse on the right."
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <title>${words}</title>
    ${allowed === undefined ? undefined : limitOf(at(allowed))}
    <line class="zero" x1="${middle}" x2="${middle}" y1="12" y2="36" />
    ${interval && intervalOf(at(interval.low), at(interval.high))}
    <circle class="${interval ? "estimate" : "estimate lone"}" cx="${at(difference)}" cy="${barY}" r="4" />
    <text x="0" y="48">◂ better</text>
    <text x="${middle}" y="48" text-anchor="middle">0</text>
    <text x="${width}" y="48" text-anchor="end">worse ▸</text>
  </svg>`;
}

/** From here on it is worse than it may be. */
function limitOf(x: number): Html {
  return html`<rect class="beyond" x="${x}" y="12" width="${tidy(width - x)}" height="24" />
    <line class="limit" x1="${x}" x2="${x}" y1="12" y2="36" />
    <text x="${Math.min(x, width - 22)}" y="9" text-anchor="middle">allowed</text>`;
}

function intervalOf(oneEnd: number, otherEnd: number): Html {
  const [left, right] = [Math.min(oneEnd, otherEnd), Math.max(oneEnd, otherEnd)];
  return html`<line class="interval" x1="${left}" x2="${right}" y1="${barY}" y2="${barY}" />
    ${[left, right].map(
      (x) => html`<line class="interval" x1="${x}" x2="${x}" y1="${barY - 5}" y2="${barY + 5}" />`,
    )}`;
}

function tidy(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
