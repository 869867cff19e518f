import type { Anomaly, EdgeName } from "./result.js";

/** Cycles of more transactions than this are drawn by their first ones. */
const most = 12;

const width = 760;
const rowHeight = 90;
const boxHeight = 34;
const boxWidth = 420;
const left = 40;
const top = 20;

const colours: Readonly<Record<EdgeName, string>> = {
  ww: "#1a5fb4",
  wr: "#26734d",
  rw: "#c01c28",
  process: "#6b4c9a",
  realtime: "#8a5a00",
};

/**
 * A cycle of transactions as a picture, an SVG element in text: one box a transaction, from above to
 * below, and an arrow from each to the one that it must come before. `inWords` says what stands in a
 * box after "T1: ", by the transaction's index. Undefined for anomalies that are no cycles.
 */
export function drawCycle(
  { type, transactions, edges }: Anomaly,
  inWords: (transaction: number) => string,
): string | undefined {
  if (!edges) return undefined;
  const shown = transactions.slice(0, most);
  const hidden = transactions.length - shown.length;
  const texts = [
    ...shown.map((transaction, i) => `T${i + 1}: ${inWords(transaction)}`),
    ...(hidden > 0 ? [`${hidden} more, each before the next`] : []),
  ];
  const height = 2 * top + (texts.length - 1) * rowHeight + boxHeight;
  const arrows = texts.map((_, i) => {
    const isLast = i === texts.length - 1;
    const edge = edges[isLast ? edges.length - 1 : i] ?? "ww";
    return isLast ? arrowBack(i, edge) : arrowDown(i, edge);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(`${type}: ${texts.length} boxes, each before the next, and the last before the first`)}</title>`,
    ...arrows,
    ...texts.map((text, i) => box(i, text)),
    `</svg>`,
  ].join("\n");
}

function topOf(row: number): number {
  return top + row * rowHeight;
}

/** About as much as fits. */
const mostLetters = 60;

function box(row: number, text: string): string {
  const fitting = text.length > mostLetters ? `${text.slice(0, mostLetters - 3)}...` : text;
  const y = topOf(row);
  return [
    `<g><title>${escaped(text)}</title>`,
    `<rect x="${left}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6" fill="#ffffff" stroke="#333333"/>`,
    `<text x="${left + 10}" y="${y + 22}" fill="#111111">${escaped(fitting)}</text></g>`,
  ].join("");
}

function arrowDown(row: number, edge: EdgeName): string {
  const x = left + boxWidth / 2;
  const [from, to] = [topOf(row) + boxHeight, topOf(row + 1)];
  const line = `M ${x} ${from} L ${x} ${to}`;
  const head = `M ${x - 5} ${to - 9} L ${x} ${to} L ${x + 5} ${to - 9}`;
  return arrow({ line, head, x: x + 10, y: (from + to) / 2 + 4 }, edge);
}

/** From the last box around the others to the first. */
function arrowBack(row: number, edge: EdgeName): string {
  const [x, far] = [left + boxWidth, left + boxWidth + 120];
  const [from, to] = [topOf(row) + boxHeight / 2, topOf(0) + boxHeight / 2];
  const line = `M ${x} ${from} C ${far} ${from} ${far} ${to} ${x} ${to}`;
  const head = `M ${x + 9} ${to - 5} L ${x} ${to} L ${x + 9} ${to + 5}`;
  return arrow({ line, head, x: far - 20, y: (from + to) / 2 + 4 }, edge);
}

interface Arrow {
  readonly line: string;
  readonly head: string;
  readonly x: number;
  readonly y: number;
}

function arrow({ line, head, x, y }: Arrow, edge: EdgeName): string {
  const colour = colours[edge];
  return [
    `<g class="edge" stroke="${colour}" fill="none" stroke-width="1.5"><path d="${line}"/><path d="${head}"/>`,
    `<text x="${x}" y="${y}" stroke="none" fill="${colour}">${edge}</text></g>`,
  ].join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
