import type { Columns } from "../../columns.js";
import type { Band } from "../data/fault-bands.js";
import { tick, tickStep, ticksIn } from "../data/format.js";
import type { Palette } from "../view/theme.js";
import type { Layout } from "./layout.js";
import { blockSize, type RowRanks, rank } from "./ranks.js";
import { firstAtLeast, type Row } from "./rows.js";

export interface Scene {
  readonly columns: Columns;
  readonly layout: Layout;
  readonly rows: readonly Row[];
  readonly ranks: readonly RowRanks[];
  readonly rowOf: Uint32Array;
  readonly bands: readonly Band[];
  readonly phases: readonly { readonly at: number; readonly name: string }[];
  readonly palette: Palette;
  /** Positions of the operations that the finding in view is about. */
  readonly marked: readonly number[];
}

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly selected?: number;
  readonly hovered?: number;
}

type Context = CanvasRenderingContext2D;

const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';

export function draw(context: Context, scene: Scene, view: Window): void {
  const { layout, palette } = scene;
  context.clearRect(0, 0, layout.width, layout.height);
  context.font = `12px ${fontFamily}`;
  context.textBaseline = "middle";
  drawAxis(context, scene, view);
  drawRowLabels(context, scene);
  context.save();
  context.beginPath();
  context.rect(layout.left, 0, layout.right - layout.left, layout.height);
  context.clip();
  drawBands(context, scene, view);
  drawPhases(context, scene, view);
  for (const [number, row] of scene.rows.entries()) {
    const ranks = scene.ranks[number];
    if (ranks) drawRow(context, scene, view, { row, ranks, top: layout.rowTops[number] ?? 0 });
  }
  for (const position of scene.marked) outline(context, scene, view, position, palette.mark);
  if (view.hovered !== undefined) outline(context, scene, view, view.hovered, palette.soft);
  if (view.selected !== undefined) outline(context, scene, view, view.selected, palette.text);
  context.restore();
}

/** Pixels from the left edge of the canvas. */
function xOf(layout: Layout, { from, to }: Window, seconds: number): number {
  return layout.left + ((seconds - from) / (to - from)) * (layout.right - layout.left);
}

export function secondsAt(layout: Layout, { from, to }: Window, x: number): number {
  return from + ((x - layout.left) / (layout.right - layout.left)) * (to - from);
}

function drawAxis(context: Context, { layout, palette }: Scene, view: Window): void {
  const step = tickStep(view.to - view.from, (layout.right - layout.left) / 110);
  context.fillStyle = palette.soft;
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.textAlign = "center";
  for (const at of ticksIn(view.from, view.to, step)) {
    const x = Math.round(xOf(layout, view, at)) + 0.5;
    context.beginPath();
    context.moveTo(x, 20);
    context.lineTo(x, layout.height);
    context.stroke();
    const label = tick(at, step);
    const half = context.measureText(label).width / 2;
    const inside = Math.min(Math.max(x, layout.left + half), layout.right - half);
    context.fillText(label, inside, 10);
  }
}

function drawRowLabels(context: Context, { layout, rows, palette }: Scene): void {
  context.textAlign = "left";
  for (const { node, top } of layout.groups) {
    context.fillStyle = palette.text;
    context.font = `600 12px ${fontFamily}`;
    context.fillText(clip(context, node, 40), 0, top + layout.rowHeight / 2);
  }
  context.font = `11px ${fontFamily}`;
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  if (layout.lanes > 0) {
    context.fillText("faults", layout.left - 10, layout.laneTop + layout.laneHeight / 2);
  }
  if (layout.rowHeight < 12) return;
  for (const [number, row] of rows.entries()) {
    const middle = (layout.rowTops[number] ?? 0) + layout.rowHeight / 2;
    context.fillText(row.label, layout.left - 10, middle);
  }
}

function drawBands(context: Context, { layout, bands, palette }: Scene, view: Window): void {
  context.textAlign = "left";
  context.font = `11px ${fontFamily}`;
  for (const band of bands) {
    if (band.to < view.from || band.from > view.to) continue;
    const x0 = Math.max(layout.left, xOf(layout, view, band.from));
    const x1 = Math.min(layout.right, xOf(layout, view, band.to));
    const width = Math.max(1, x1 - x0);
    const colour = palette.faults[band.kind % palette.faults.length] ?? palette.soft;
    context.fillStyle = colour;
    context.globalAlpha = 0.13;
    for (const { node, top, bottom } of layout.groups) {
      if (band.nodes.includes(node)) context.fillRect(x0, top - 3, width, bottom - top + 6);
    }
    if (band.lane >= layout.lanes) {
      context.globalAlpha = 1;
      continue;
    }
    const y = layout.laneTop + band.lane * layout.laneHeight;
    context.globalAlpha = 0.22;
    context.fillRect(x0, y + 1, width, layout.laneHeight - 3);
    context.globalAlpha = 1;
    context.fillRect(x0, y + 1, Math.min(2, width), layout.laneHeight - 3);
    context.fillStyle = palette.text;
    const label = clip(context, bandLabel(band), width - 10);
    context.fillText(label, x0 + 6, y + layout.laneHeight / 2);
  }
}

function bandLabel({ nemesis, nodes }: Band): string {
  return nodes.length > 0 ? `${nemesis} ${nodes.join(", ")}` : nemesis;
}

function drawPhases(context: Context, { layout, phases, palette }: Scene, view: Window): void {
  context.strokeStyle = palette.soft;
  context.setLineDash([3, 3]);
  for (const { at } of phases) {
    if (at <= view.from || at >= view.to) continue;
    const x = Math.round(xOf(layout, view, at)) + 0.5;
    context.beginPath();
    context.moveTo(x, layout.laneTop);
    context.lineTo(x, layout.height);
    context.stroke();
  }
  context.setLineDash([]);
}

interface DrawnRow {
  readonly row: Row;
  readonly ranks: RowRanks;
  readonly top: number;
}

/** Bars narrower than this many pixels are merged with their neighbours. */
const narrow = 2;

/**
 * Draws what the window shows. Bars narrower than a pixel or two become columns of one pixel each
 * in which the highest rank shows; where a whole block of operations is narrower than a pixel it is
 * not even looked into, so that the work is bounded by pixels rather than by operations.
 */
function drawRow(context: Context, scene: Scene, view: Window, drawn: DrawnRow): void {
  const { row, ranks, top } = drawn;
  const { layout } = scene;
  const perSecond = (layout.right - layout.left) / (view.to - view.from);
  const count = row.operations.length;
  let column = -1;
  let columnRank = 0;
  const flush = () => {
    if (columnRank > 0) narrowBar(context, scene, { x: column, top, rank: columnRank });
    columnRank = 0;
  };

  for (let i = firstAtLeast(row.reach, view.from); i < count;) {
    const start = row.starts[i] ?? 0;
    if (start > view.to) break;
    const x0 = xOf(layout, view, start);
    const blockEnd = i + blockSize - 1;
    const isBlock =
      i % blockSize === 0 &&
      blockEnd < count &&
      ((row.reach[blockEnd] ?? 0) - start) * perSecond < 1 &&
      (row.starts[blockEnd] ?? 0) >= start;
    const value = isBlock ? ranks.blocks[i / blockSize] : ranks.ranks[i];
    const x1 = isBlock ? x0 : xOf(layout, view, row.ends[i] ?? 0);
    if (x1 - x0 < narrow) {
      const pixel = Math.floor(x0);
      if (pixel !== column) {
        flush();
        column = pixel;
      }
      columnRank = Math.max(columnRank, value ?? 0);
    } else {
      flush();
      wideBar(context, scene, { x0, x1, top, rank: value ?? 0, position: row.operations[i] ?? 0 });
    }
    i += isBlock ? blockSize : 1;
  }
  flush();
}

/** Heights as well as colours tell outcomes apart: fail is low, ok is middling, info is tall. */
const heightShares = [0, 0.2, 0.55, 0.3, 0.85];

function barBox(layout: Layout, top: number, value: number): { y: number; height: number } {
  const height = Math.max(2, Math.round((heightShares[value] ?? 0) * layout.rowHeight));
  return { y: Math.round(top + (layout.rowHeight - height) / 2), height };
}

function colourOf(palette: Palette, value: number): string {
  if (value === rank.ok) return palette.ok;
  if (value === rank.fail) return palette.fail;
  if (value === rank.info) return palette.info;
  return palette.faint;
}

function narrowBar(
  context: Context,
  { layout, palette }: Scene,
  bar: { x: number; top: number; rank: number },
): void {
  const { y, height } = barBox(layout, bar.top, bar.rank);
  context.fillStyle = colourOf(palette, bar.rank);
  context.fillRect(bar.x, y, 1, height);
}

function wideBar(
  context: Context,
  scene: Scene,
  bar: { x0: number; x1: number; top: number; rank: number; position: number },
): void {
  const { layout, palette } = scene;
  const { y, height } = barBox(layout, bar.top, bar.rank);
  const x0 = Math.max(layout.left - 4, bar.x0);
  const x1 = Math.min(layout.right + 4, bar.x1);
  // A hair of room between bars that touch.
  const width = Math.max(1, x1 - x0 - 0.75);
  context.fillStyle = colourOf(palette, bar.rank);
  if (bar.rank !== rank.info) {
    context.fillRect(x0, y, width, height);
  } else {
    context.globalAlpha = 0.3;
    context.fillRect(x0, y, width, height);
    context.globalAlpha = 1;
    hatch(context, { x0, width, y, height, colour: palette.info });
  }
  if (bar.rank === rank.fail && width > 10) cross(context, { x: x0 + 1, y, height, palette });
  if (width > 46 && layout.rowHeight >= 14 && bar.rank > rank.hidden) {
    barLabel(context, scene, { ...bar, x0, width });
  }
}

function hatch(
  context: Context,
  box: { x0: number; width: number; y: number; height: number; colour: string },
): void {
  context.strokeStyle = box.colour;
  context.lineWidth = 1;
  context.strokeRect(box.x0 + 0.5, box.y + 0.5, Math.max(0, box.width - 1), box.height - 1);
  if (box.width < 6) return;
  context.save();
  context.beginPath();
  context.rect(box.x0, box.y, box.width, box.height);
  context.clip();
  context.beginPath();
  for (let x = box.x0 - box.height; x < box.x0 + box.width; x += 6) {
    context.moveTo(x, box.y + box.height);
    context.lineTo(x + box.height, box.y);
  }
  context.globalAlpha = 0.7;
  context.stroke();
  context.restore();
}

function cross(
  context: Context,
  { x, y, height, palette }: { x: number; y: number; height: number; palette: Palette },
): void {
  const middle = y + height / 2;
  context.strokeStyle = palette.fail;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, middle - 5);
  context.lineTo(x + 8, middle + 5);
  context.moveTo(x, middle + 5);
  context.lineTo(x + 8, middle - 5);
  context.stroke();
}

function barLabel(
  context: Context,
  { columns, palette, layout }: Scene,
  bar: { x0: number; width: number; top: number; rank: number; position: number },
): void {
  const kind = columns.kinds[columns.kind[bar.position] ?? 0] ?? "";
  const key = columns.keys[(columns.key[bar.position] ?? 0) - 1];
  const label = clip(context, key === undefined ? kind : `${kind} ${key}`, bar.width - 12);
  if (label === "") return;
  const middle = bar.top + layout.rowHeight / 2 + 0.5;
  context.textAlign = "left";
  context.font = `10.5px ${fontFamily}`;
  if (bar.rank === rank.ok) {
    context.fillStyle = palette.onBar;
    context.fillText(label, bar.x0 + 5, middle);
    return;
  }
  // On a low or hatched bar the text stands on a plate of its own.
  const width = context.measureText(label).width;
  context.fillStyle = palette.surface;
  context.fillRect(bar.x0 + 10, middle - 6, width + 4, 12);
  context.fillStyle = palette.text;
  context.fillText(label, bar.x0 + 12, middle);
}

function outline(
  context: Context,
  scene: Scene,
  view: Window,
  position: number,
  colour: string,
): void {
  const { layout, columns } = scene;
  const start = columns.start[position];
  const number = scene.rowOf[position];
  if (start === undefined || number === undefined) return;
  const end = columns.end[position] ?? NaN;
  const top = layout.rowTops[number] ?? 0;
  const x0 = xOf(layout, view, start);
  const x1 = Number.isNaN(end) ? x0 + 14 : xOf(layout, view, end);
  if (x1 < layout.left - 8 || x0 > layout.right + 8) return;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(x0 - 2, top + 1, Math.max(3, x1 - x0) + 3, layout.rowHeight - 2);
  if (x1 - x0 > 12) return;
  // A bar too narrow to be seen is pointed at.
  context.fillStyle = colour;
  const x = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x - 4, top - 6);
  context.lineTo(x + 4, top - 6);
  context.fill();
}

/** The text cut to a width; nothing where not even a few letters fit. */
function clip(context: Context, text: string, width: number): string {
  if (width < 14) return "";
  const wanted = context.measureText(text).width;
  if (wanted <= width) return text;
  const letters = Math.floor((text.length * width) / wanted) - 1;
  return letters < 2 ? "" : `${text.slice(0, letters)}…`;
}
