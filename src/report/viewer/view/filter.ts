import { type Columns, outcomes } from "../../columns.js";
import type { Filter } from "./view-state.js";

/** 1 for each operation that the filter lets through. */
export function matching(columns: Columns, filter: Filter): Uint8Array {
  const mask = new Uint8Array(columns.count).fill(1);
  const keep = (column: Float64Array, wanted: (value: number) => boolean) => {
    for (let i = 0; i < mask.length; i++) if (!wanted(column[i] ?? 0)) mask[i] = 0;
  };
  if (filter.node !== "") {
    const node = columns.nodes.indexOf(filter.node);
    keep(columns.node, (value) => value === node);
  }
  if (filter.kind !== "") {
    const kind = columns.kinds.indexOf(filter.kind);
    keep(columns.kind, (value) => value === kind);
  }
  if (filter.outcome !== "") {
    const outcome = outcomes.findIndex((name) => name === filter.outcome);
    keep(columns.outcome, (value) => value === outcome);
  }
  if (filter.process !== "") {
    const process = Number(filter.process);
    keep(columns.process, (value) => value === process);
  }
  if (filter.key !== "") {
    const keys = matchingKeys(columns.keys, filter.key);
    keep(columns.key, (value) => keys.has(value - 1));
  }
  return mask;
}

/** The key of that name, or else all keys whose names contain it. */
function matchingKeys(keys: readonly string[], wanted: string): ReadonlySet<number> {
  const exact = keys.indexOf(wanted);
  if (exact >= 0) return new Set([exact]);
  return new Set(keys.flatMap((key, position) => (key.includes(wanted) ? [position] : [])));
}

export function countMatching(mask: Uint8Array): number {
  let count = 0;
  for (const bit of mask) count += bit;
  return count;
}
