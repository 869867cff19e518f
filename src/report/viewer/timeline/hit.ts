import { secondsAt, type Window } from "./draw.js";
import { type Layout } from "./layout.js";
import { type RowRanks, rank } from "./ranks.js";
import { firstAtLeast, type Row } from "./rows.js";

/** The operation under a point of the canvas: position in the columns. */
export function operationAt(
  scene: { layout: Layout; rows: readonly Row[]; ranks: readonly RowRanks[] },
  view: Window,
  point: { x: number; y: number },
): number | undefined {
  const { layout } = scene;
  if (point.x < layout.left || point.x > layout.right) return undefined;
  const number = layout.rowTops.findIndex(
    (top) => point.y >= top && point.y < top + layout.rowHeight,
  );
  const row = scene.rows[number];
  const ranks = scene.ranks[number]?.ranks;
  if (!row || !ranks) return undefined;
  const at = secondsAt(layout, view, point.x);
  const reach = secondsAt(layout, view, point.x + 3) - at;

  let best: number | undefined;
  let bestDistance = Infinity;
  let bestRank = 0;
  for (let i = firstAtLeast(row.reach, at - reach); i < row.starts.length; i++) {
    const start = row.starts[i] ?? 0;
    if (start > at + reach) break;
    const value = ranks[i] ?? 0;
    if (value === rank.hidden) continue;
    const distance = Math.max(0, start - at, at - (row.ends[i] ?? 0));
    if (distance > reach) continue;
    if (distance < bestDistance || (distance === bestDistance && value > bestRank)) {
      best = row.operations[i];
      bestDistance = distance;
      bestRank = value;
    }
  }
  return best;
}
