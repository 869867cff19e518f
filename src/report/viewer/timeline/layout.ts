import type { Band } from "../data/fault-bands.js";
import { margins } from "../view/margins.js";
import type { Row } from "./rows.js";

/** Where things lie on the canvas, in CSS pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Labels of rows lie left of it. */
  readonly left: number;
  readonly right: number;
  readonly laneTop: number;
  readonly laneHeight: number;
  readonly lanes: number;
  readonly rowsTop: number;
  readonly rowHeight: number;
  /** Upper edge of each row. */
  readonly rowTops: readonly number[];
  readonly groups: readonly Group[];
}

/** The rows of one node. */
export interface Group {
  readonly node: string;
  readonly top: number;
  readonly bottom: number;
}

const axisHeight = 26;
const laneHeight = 18;
const maxLanes = 6;
const groupGap = 10;
const bottomMargin = 8;

export function layOut(width: number, rows: readonly Row[], bands: readonly Band[]): Layout {
  const lanes = Math.min(maxLanes, 1 + Math.max(-1, ...bands.map(({ lane }) => lane)));
  const rowHeight = rows.length <= 24 ? 20 : rows.length <= 60 ? 14 : 9;
  const rowsTop = axisHeight + lanes * laneHeight + (lanes > 0 ? 8 : 0);
  const rowTops: number[] = [];
  const groups: { node: string; top: number; bottom: number }[] = [];
  let y = rowsTop;
  for (const { node } of rows) {
    const last = groups.at(-1);
    if (last?.node === node) {
      last.bottom += rowHeight;
    } else {
      if (last) y += groupGap;
      groups.push({ node, top: y, bottom: y + rowHeight });
    }
    rowTops.push(y);
    y += rowHeight;
  }
  return {
    width,
    height: y + bottomMargin,
    left: margins.left,
    right: width - margins.right,
    laneTop: axisHeight,
    laneHeight,
    lanes,
    rowsTop,
    rowHeight,
    rowTops,
    groups,
  };
}
