import type { Model } from "./model-hierarchy.js";

/** Cycles of dependencies, the most severe first: A. Adya, "Weak Consistency", 1999. */
export const cycleNames = ["G0", "G1c", "G-single", "G-nonadjacent", "G2-item"] as const;

export type CycleName = (typeof cycleNames)[number];

/**
 * A cycle that needs the order in which one process did things, or the order in time, says so: it
 * is an anomaly where sessions or real time are promised to count.
 */
export type CycleType = `${CycleName}${"" | "-process" | "-realtime"}`;

/** Why one transaction comes before another: README.md. */
export type EdgeName = "ww" | "wr" | "rw" | "process" | "realtime";

/** Anomalies that reads or a transaction show by themselves, without any cycle of transactions. */
export type DirectType =
  | "garbage-read"
  | "duplicate-elements"
  | "incompatible-order"
  | "G1a"
  | "dirty-update"
  | "G1b"
  | "internal"
  | "future-read"
  | "lost-append"
  | "lost-update"
  | "cyclic-versions"
  | "cyclic-versions-process"
  | "cyclic-versions-realtime"
  | "incompatible-versions";

export type AnomalyType = CycleType | DirectType;

export interface Anomaly {
  readonly type: AnomalyType;
  /** Indexes of transactions as they were given. Sentences call them T1, T2, ... in this order. */
  readonly transactions: readonly number[];
  /** Of what shows in one key. */
  readonly key?: string;
  /** What happened, without a full stop. */
  readonly message: string;
  /** Of a cycle of transactions: the edge from each to the next, and from the last to the first. */
  readonly edges?: readonly EdgeName[];
  /** Of a cycle: for each transaction, why it comes before the next, in a sentence. */
  readonly steps: readonly string[];
}

export interface CheckResult {
  /** "unknown" where nothing was found, but not all could be looked at. */
  readonly validity: "valid" | "invalid" | "unknown";
  /** Some of each type: what shows directly, then cycles, the gravest first. */
  readonly anomalies: readonly Anomaly[];
  /** How many of each type there were, as far as was looked. */
  readonly counts: Readonly<Partial<Record<AnomalyType, number>>>;
  /** What the anomalies say of consistency models. */
  readonly models: {
    /** The weakest ones that are violated; all stronger ones are as well. */
    readonly violated: readonly Model[];
    /** The strongest ones of which nothing was found against them or any weaker one. */
    readonly mayHold: readonly Model[];
  };
  /** Keys that were not judged, since one element or value was written to them twice, and which. */
  readonly repeated: readonly { readonly key: string; readonly element: string }[];
  /** True where `mayGoOn` ended the check. */
  readonly stopped: boolean;
  readonly statistics: {
    readonly transactions: number;
    readonly keys: number;
    readonly edges: number;
    /** Groups of transactions each of which must come before every other: each holds a cycle. */
    readonly tangles: number;
    /** Those that were not looked into. Nothing hangs on them but what is told. */
    readonly tanglesLeftOut: number;
  };
}
