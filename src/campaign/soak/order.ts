import type { Random } from "../../core/random.js";
import type { Cell } from "./night.js";

/** All that varies in a campaign. None of the lists is empty. */
export interface Matrix {
  readonly workloads: readonly string[];
  /** Each set is injected together; an empty set is a run without faults. */
  readonly nemeses: readonly (readonly string[])[];
  readonly etcd: readonly string[];
  readonly nodes: readonly number[];
  /** Paths of etcd-config.yml; undefined for etcd's defaults. */
  readonly configs: readonly (string | undefined)[];
}

interface Pair {
  readonly workload: string;
  readonly nemeses: readonly string[];
}

interface Setting {
  readonly etcd: string;
  readonly nodes: number;
  readonly config: string | undefined;
}

/** Every combination, in the order in which the lists name them. */
export function cellsOf(matrix: Matrix): Cell[] {
  return pairsOf(matrix).flatMap((pair) =>
    settingsOf(matrix).map((setting) => cellOf(pair, setting)),
  );
}

/**
 * The cell of each run, without end. In each round every pair of a workload and a set of nemeses
 * comes once, each in a setting of its own; after as many rounds as there are settings every cell
 * has come once. So a short budget has tried every pair before it tries any of them again.
 */
export function orderOf(matrix: Matrix, random: Random): (number: number) => Cell {
  const pairs = random.fork("pairs").shuffle(pairsOf(matrix));
  const settings = random.fork("settings").shuffle(settingsOf(matrix));
  return (number) => {
    const position = number % pairs.length;
    const round = Math.floor(number / pairs.length);
    const pair = pairs[position];
    const setting = settings[(round + position) % settings.length];
    if (!pair || !setting) throw new RangeError("a matrix without a cell has no order");
    return cellOf(pair, setting);
  };
}

function pairsOf({ workloads, nemeses }: Matrix): Pair[] {
  return workloads.flatMap((workload) => nemeses.map((set) => ({ workload, nemeses: set })));
}

function settingsOf({ etcd, nodes, configs }: Matrix): Setting[] {
  return etcd.flatMap((version) =>
    nodes.flatMap((count) => configs.map((config) => ({ etcd: version, nodes: count, config }))),
  );
}

function cellOf({ workload, nemeses }: Pair, { etcd, nodes, config }: Setting): Cell {
  return { workload, nemeses, etcd, nodes, ...(config !== undefined && { config }) };
}
