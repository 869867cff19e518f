import type { Columns } from "../../columns.js";
import type { Row } from "./rows.js";

/**
 * What an operation looks like. Where several share a pixel the highest shows, so that the rare and
 * the doubtful are never hidden behind the many that went well.
 */
export const rank = { hidden: 1, ok: 2, fail: 3, info: 4 } as const;

export const blockSize = 64;

/** Ranks of a row's operations under a filter, also of every `blockSize` operations together. */
export interface RowRanks {
  readonly ranks: Uint8Array;
  readonly blocks: Uint8Array;
}

export function rankRow(columns: Columns, row: Row, mask: Uint8Array): RowRanks {
  const ranks = new Uint8Array(row.operations.length);
  const blocks = new Uint8Array(Math.ceil(ranks.length / blockSize));
  for (const [place, position] of row.operations.entries()) {
    const value = mask[position] === 1 ? rank.ok + (columns.outcome[position] ?? 0) : rank.hidden;
    ranks[place] = value;
    const block = Math.floor(place / blockSize);
    if (value > (blocks[block] ?? 0)) blocks[block] = value;
  }
  return { ranks, blocks };
}
