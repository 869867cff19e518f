import { type CellResult, cellResults } from "./cell-results.js";
import type { Night } from "./night.js";
import { clusterInWords, loadInWords } from "./night-in-words.js";

/** The cells of a night as a table: a load by row, a cluster by column, in the order of the night. */
export interface ResultMatrix {
  /** Each in words. */
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly load: string;
    /** By column; undefined where that combination was not asked for. */
    readonly results: readonly (CellResult | undefined)[];
  }[];
}

export function resultMatrix(night: Night): ResultMatrix {
  const rows = new Map<string, { load: string; results: Map<string, CellResult> }>();
  const columns = new Map<string, string>();
  for (const result of cellResults(night)) {
    const { workload, nemeses, etcd, nodes, config } = result.cell;
    const column = JSON.stringify([etcd, nodes, config]);
    columns.set(column, clusterInWords(result.cell));
    const key = JSON.stringify([workload, nemeses]);
    const row = rows.get(key) ?? { load: loadInWords(result.cell), results: new Map() };
    rows.set(key, row);
    row.results.set(column, result);
  }
  return {
    columns: [...columns.values()],
    rows: [...rows.values()].map(({ load, results }) => ({
      load,
      results: [...columns.keys()].map((column) => results.get(column)),
    })),
  };
}
