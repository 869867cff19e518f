import { cpuUsage } from "node:process";
import { at } from "../../porcupine-ts/at.js";
import { drawFrom } from "../register-histories.js";
import type { Complaint } from "./examine.js";
import type { Probe, Target } from "./target.js";

/** What came of one target's histories. */
export interface Tally {
  readonly name: string;
  histories: number;
  valid: number;
  invalid: number;
  unknown: number;
  /** How many each engine decided, alone or with others. */
  readonly engines: Map<string, number>;
  cpuMs: number;
}

export interface FuzzResult {
  readonly tallies: readonly Tally[];
  /** The first trouble, with which it ended. */
  readonly trouble?: {
    readonly target: string;
    /** Counted over all targets. */
    readonly history: number;
    readonly complaint: Complaint;
    readonly testCase: string;
  };
}

/**
 * Judges so many random histories, each target in its turn, until something disagrees. What it does
 * follows from the seed alone.
 */
export async function fuzz(
  targets: readonly Target[],
  options: {
    readonly seed: number;
    readonly histories: number;
    /** The first history to make; those before it are passed over. Default: 0. */
    readonly from?: number;
    /** One history in so many has 20 to 200 operations. Default: 50. */
    readonly longEvery?: number;
    readonly onProgress?: (histories: number) => void;
  },
): Promise<FuzzResult> {
  const tallies = targets.map(({ name }): Tally => emptyTally(name));
  const { seed, longEvery = 50 } = options;
  for (let history = options.from ?? 0; history < options.histories;) {
    const batch = Math.floor(history / batchSize);
    const target = at(targets, batch % targets.length);
    const tally = at(tallies, batch % targets.length);
    const before = cpuUsage();
    for (const end = Math.min((batch + 1) * batchSize, options.histories); history < end;) {
      const its = seedOf(seed, history);
      const probe = await target.probe(its, drawFrom(its)(longEvery) === 0 ? "long" : "short");
      count(tally, probe);
      if (probe.complaint && probe.testCase !== undefined) {
        const { complaint, testCase } = probe;
        return { tallies, trouble: { target: target.name, history, complaint, testCase } };
      }
      history += 1;
      options.onProgress?.(history);
    }
    const { user, system } = cpuUsage(before);
    tally.cpuMs += (user + system) / 1000;
  }
  return { tallies };
}

/** A target makes so many histories before the next one has its turn. */
const batchSize = 10;

function count(tally: Tally, { validity, engines }: Probe): void {
  tally.histories += 1;
  tally[validity] += 1;
  for (const engine of engines) tally.engines.set(engine, (tally.engines.get(engine) ?? 0) + 1);
}

function emptyTally(name: string): Tally {
  return { name, histories: 0, valid: 0, invalid: 0, unknown: 0, engines: new Map(), cpuMs: 0 };
}

/** Far apart for neighbours. */
function seedOf(seed: number, history: number): number {
  return Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(history + 1, 0x85ebca6b);
}
