import { UsageError } from "../../core/errors.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { cellsOf, type Matrix, orderOf } from "./order.js";
import { cellName, type Night } from "./night.js";
import type { Budget, SoakPlan } from "./soak.js";

/** A night as it was asked for. */
export interface AskedNight {
  readonly tool: string;
  readonly matrix: Matrix;
  readonly budget: Budget & { readonly inWords: string };
  /** Undefined for a fresh one each night. */
  readonly seed: number | undefined;
  readonly untilFailure: boolean;
  readonly shard?: { readonly part: number; readonly of: number };
  readonly leastRunMs: number;
  readonly caveat?: string;
}

/**
 * The night to go on with: the last one where it did not end, else a new one. Throws UsageError
 * where the nights that are there are of another campaign, or the one that did not end was asked
 * for in another way.
 */
export function nightFor(
  asked: AskedNight,
  nights: readonly Night[],
  { freshSeed, wallTime }: { readonly freshSeed: () => number; readonly wallTime: string },
): { readonly night: Night; readonly isResumed: boolean } {
  const cells = cellsOf(asked.matrix);
  const last = nights.at(-1);
  const other = last && differenceOf(last, { ...asked, cells });
  if (other !== undefined) {
    throw new UsageError(
      `the results folder holds a campaign with ${other}: give the same options, or another folder with --results`,
    );
  }
  if (last && last.ended === undefined) return { night: last, isResumed: true };
  const night: Night = {
    ordeal: "night",
    version: 1,
    tool: asked.tool,
    name: wallTime.replaceAll(":", "-"),
    startedAt: wallTime,
    seed: asked.seed ?? freshSeed(),
    budget: asked.budget.inWords,
    ...(asked.shard && { shard: asked.shard }),
    ...(asked.caveat !== undefined && { caveat: asked.caveat }),
    cells,
    runs: [],
  };
  return { night, isResumed: false };
}

/** What to do in a night, which follows from its seed. */
export function planFor(asked: AskedNight, { seed }: Night): SoakPlan {
  const random = seededRandom(seed).fork("soak");
  const { budget, untilFailure, shard, leastRunMs, matrix } = asked;
  return {
    budget,
    untilFailure,
    ...(shard && { shard }),
    cellOf: orderOf(matrix, random),
    seedOf: (number) => random.fork(`run ${number}`).below(2 ** 31),
    leastRunMs,
  };
}

/** How a night differs from one that is asked for, in words; undefined where it does not. */
function differenceOf(
  night: Night,
  asked: Omit<AskedNight, "matrix"> & Pick<Night, "cells">,
): string | undefined {
  const names = (cells: Night["cells"]) => cells.map(cellName).sort().join(" ");
  if (names(night.cells) !== names(asked.cells)) {
    return `other cells (${night.cells.length}, such as ${cellName(night.cells[0] ?? noCell)})`;
  }
  if (shardInWords(night) !== shardInWords(asked)) return shardInWords(night);
  if (night.ended !== undefined) return undefined;
  if (night.budget !== asked.budget.inWords) return `an unfinished night of ${night.budget}`;
  if (asked.seed !== undefined && night.seed !== asked.seed) {
    return `an unfinished night of --seed ${night.seed}`;
  }
  return undefined;
}

const noCell = { workload: "none", nemeses: [], etcd: "none", nodes: 0 } as const;

function shardInWords({ shard }: Pick<Night, "shard">): string {
  return shard ? `--shard ${shard.part}/${shard.of}` : "no --shard";
}
