import type { Validity } from "../../core/checker.js";
import type { Outcome } from "../../core/operation.js";

/** One combination of all that varies in a campaign. */
export interface Cell {
  readonly workload: string;
  /** Together in one run; empty for none. */
  readonly nemeses: readonly string[];
  /** As `--etcd` takes it; empty where no etcd runs. */
  readonly etcd: string;
  readonly nodes: number;
  /** Path of an etcd-config.yml; undefined for etcd's defaults. */
  readonly config?: string;
}

/** What came of a run: `failed` where the harness or its infrastructure did, so that there is no verdict. */
export type RunOutcome = Validity | "failed";

/** A run of a night that has ended. */
export interface NightRun {
  /** Its place in the order of the night, from 0 on. */
  readonly number: number;
  readonly cell: Cell;
  readonly seed: number;
  /** 2 where it was tried again, since the first attempt failed for reasons of infrastructure. */
  readonly attempt: 1 | 2;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly wallMs: number;
  readonly outcome: RunOutcome;
  /** The verdict in a sentence, or what failed. */
  readonly sentence: string;
  /** What each checker that was not content said first. */
  readonly findings: readonly { readonly checker: string; readonly message: string }[];
  /** Undefined where there is no verdict. */
  readonly operations?: Readonly<Record<Outcome["type"], number>>;
  /** The command that asks for the same run again. */
  readonly command: string;
  /** Of its folder, relative to the night's; undefined where it was not kept. */
  readonly folder?: string;
  /** What is left in the folder: all of it, or verdict and plan alone. */
  readonly kept: "all" | "summary" | "none";
}

export type EndOfNight = "budget" | "until-failure" | "interrupted" | "disk";

/** A night of a campaign: what was asked for, and all runs that have ended so far. */
export interface Night {
  readonly ordeal: "night";
  readonly version: 1;
  /** The version of ordeal itself. */
  readonly tool: string;
  /** Its folder's name: when it began. */
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Undefined while it goes on, or where it was killed. */
  readonly ended?: EndOfNight;
  readonly seed: number;
  /** What the budget was, as the command line says it: "--for 8h" or "--runs 200". */
  readonly budget: string;
  /** Part of so many that a night is divided into, from 1 on; undefined for the whole. */
  readonly shard?: { readonly part: number; readonly of: number };
  /** What everybody who reads of it must know about its clusters, in a sentence. */
  readonly caveat?: string;
  readonly cells: readonly Cell[];
  readonly runs: readonly NightRun[];
}

/** A cell in a word: the same for the same cell, and good for a file's name. */
export function cellName({ workload, nemeses, etcd, nodes, config }: Cell): string {
  const name = [
    workload,
    nemeses.join("+") || "no-faults",
    ...(etcd === "" ? [] : [etcd]),
    `${nodes}n`,
    ...(config === undefined ? [] : [config]),
  ].join("-");
  return name.replaceAll(/[^\w.+-]/g, "_");
}

/**
 * What counts: of each run its last attempt. The first attempts that failed for reasons of
 * infrastructure are counted apart.
 */
export function tallyOf(runs: readonly NightRun[]): NightTally {
  const last = new Map(runs.map((run) => [run.number, run]));
  const tally = { valid: 0, invalid: 0, unknown: 0, failed: 0 };
  for (const { outcome } of last.values()) tally[outcome] += 1;
  return { ...tally, retried: runs.length - last.size };
}

export interface NightTally extends Readonly<Record<RunOutcome, number>> {
  readonly retried: number;
}
