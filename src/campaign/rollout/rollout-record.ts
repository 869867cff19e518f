import type { Validity } from "../../core/checker.js";
import type { Interval } from "../interval.js";

/**
 * The runs of one round: everything on the old set-up; everything on the new one; a change from old
 * to new node by node under load; and the same with the way back.
 */
export const legs = ["baseline", "candidate", "forward", "back"] as const;
export type Leg = (typeof legs)[number];

/** The nemesis whose faults are the changes of nodes in the legs `forward` and `back`. */
export const changeNemesis = "rollout";

/** What a node runs before the change, or after it. */
export interface Side {
  /** As `--from-etcd` and `--to-etcd` take it. */
  readonly etcd: string;
  /** Such as "3.5.30". */
  readonly version: string;
  /** Of its binary, in hexadecimal. */
  readonly sha256: string;
  /** Path of the user's etcd-config.yml; undefined for none. */
  readonly config?: string;
}

/** A key in which the two configurations differ. Keys of sections are "section.key". */
export interface KeyDifference {
  readonly key: string;
  /** Undefined where the old configuration does not set it. */
  readonly from?: unknown;
  /** Undefined where the new configuration does not set it. */
  readonly to?: unknown;
}

/** Something to know about a difference before anything starts. */
export interface Remark {
  /** The key, or "etcd" for the version. */
  readonly key: string;
  /**
   * "dangerous": it may harm, and what is measured may show it. "unprovable": it may harm, and nothing
   * that these runs do can show it: the verdict cannot be safe. "untested": ordeal sets the key itself.
   * "note": good to know.
   */
  readonly kind: "dangerous" | "unprovable" | "untested" | "note";
  readonly sentence: string;
}

/** Milliseconds from invocation to completion, of operations that ended ok. */
export interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One fault of a run, and what clients had of it. Times in milliseconds from the load's begin. */
export interface FaultFigures {
  readonly nemesis: string;
  readonly description: string;
  readonly nodes: readonly string[];
  readonly injectedAtMs: number;
  /** Undefined where it was never seen in force. */
  readonly inForceAtMs?: number;
  /** Undefined where the run ended first. */
  readonly healedAtMs?: number;
  readonly overAtMs?: number;
  /** Why it was not seen in force or not seen to be over. */
  readonly trouble?: string;
  /** Operations invoked while it lasted, from its injection to its healing. */
  readonly operations: { readonly ok: number; readonly all: number };
  /** The longest stretch in which no operation of any client ended ok, of those that touch it. */
  readonly outageMs: number;
  /**
   * From its healing until every harmed node has answered an operation that began after it.
   * Undefined where another fault came before that was seen, or the load ended.
   */
  readonly recoveryMs?: number;
}

/** What was measured of one run's load. All of it is computed from the run's history. */
export interface RunFigures {
  readonly seconds: number;
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number };
  /** By name of the error, of those that did not end ok. */
  readonly errors: Readonly<Record<string, number>>;
  /** Undefined where nothing ended ok. */
  readonly latencyMs?: Latencies;
  /** While no fault was in force, nor had been a second before. */
  readonly calm: {
    readonly seconds: number;
    readonly operations: { readonly ok: number; readonly all: number };
    readonly latencyMs?: Latencies;
  };
  /**
   * What clients of the other nodes had while one was changed, and of all nodes else: while no other
   * fault was in force, nor had been a second before. The same as calm where no node was changed.
   */
  readonly elsewhere: {
    readonly ok: number;
    readonly all: number;
    /** The longest stretch of that time in which no operation of any client ended ok. */
    readonly longestOutageMs: number;
  };
  /** The longest stretch of the load in which no operation of any client ended ok. */
  readonly longestOutageMs: number;
  /** How often another member led than before, as members told; and how often of these in calm time. */
  readonly leaderChanges: { readonly all: number; readonly calm: number };
  readonly faults: readonly FaultFigures[];
  /** Second by second of the load; p99 is null where nothing ended ok. */
  readonly timeline: {
    readonly ok: readonly number[];
    readonly failed: readonly number[];
    readonly p99Ms: readonly (number | null)[];
  };
}

/** A run that has ended. */
export interface LegRun {
  readonly leg: Leg;
  /** From 1 on. The runs of a round have the same seed and the same faults. */
  readonly round: number;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly wallMs: number;
  /** `failed` where the harness or its infrastructure did, so that the verdict may lack things. */
  readonly outcome: Validity | "failed";
  /** The verdict in a sentence, or what failed. */
  readonly sentence: string;
  /** What each checker that was not content said first. */
  readonly findings: readonly { readonly checker: string; readonly message: string }[];
  /** The command that makes the run again. */
  readonly command: string;
  /** Of the run's folder, relative to the rollout's. */
  readonly folder: string;
  /** How many changes of nodes were asked for; 0 in the legs without. */
  readonly changesPlanned: number;
  /** Undefined where there is no history to measure. */
  readonly figures?: RunFigures;
}

/** How much worse the new set-up may be. */
export interface Thresholds {
  /** Percentage points of operations that end ok. */
  readonly availabilityPoints: number;
  /** Longer time without service and longer recovery, in milliseconds. */
  readonly outageMs: number;
  /** Percent that latencies may rise. */
  readonly latencyPercent: number;
  /** Percent that throughput may fall. */
  readonly throughputPercent: number;
  /** More changes of leader a minute, in calm time. */
  readonly leaderChanges: number;
}

/** A figure of one leg beside the same of the baseline, over all rounds in which both have it. */
export interface Comparison {
  readonly leg: Exclude<Leg, "baseline">;
  /** Names it for programs: "availability", "recovery/kill", "latency-p99". */
  readonly metric: string;
  /** For people: "recovery after kill". */
  readonly title: string;
  readonly unit: "%" | "ms" | "ops/s" | "1/min";
  /** How two values are held against each other: in points or units, or in percent of the baseline. */
  readonly scale: "difference" | "percent";
  /** Which direction is worse. */
  readonly worse: "higher" | "lower";
  readonly pairs: readonly {
    readonly round: number;
    readonly baseline: number;
    readonly compared: number;
  }[];
  /** Mean difference, compared minus baseline, on that scale. Undefined without a pair. */
  readonly difference?: number;
  /** 90 % confidence, so that each bound holds with 95 %. Undefined below two pairs. */
  readonly interval?: Interval;
  /** "indistinguishable": the interval holds zero, or there is none. */
  readonly answer: "better" | "worse" | "indistinguishable" | "unmeasured";
  /** How much worse it may be, above zero, on that scale. Undefined: shown, not judged. */
  readonly threshold?: number;
  /**
   * Against the threshold: "within", certainly not worse than it allows; "beyond", certainly worse;
   * "open", too uncertain. Undefined where it is not judged.
   */
  readonly judgement?: "within" | "beyond" | "open";
}

/** Why not all rounds were made. */
export interface EarlyEnd {
  /** "unfinished": it still goes on, or it was killed. */
  readonly by: "interrupt" | "violation" | "failure" | "unfinished";
  /** For people: the signal's name, or what failed. */
  readonly why: string;
}

export interface RolloutVerdict {
  readonly verdict: "safe" | "unsafe" | "not proven";
  /** One sentence each, the weightiest first. */
  readonly reasons: readonly string[];
  /** As of every command: 0 safe, 1 unsafe, 2 not proven, 3 the harness failed. */
  readonly exitCode: number;
}

/** `rollout.json`: what was asked, what was run, and what came out. */
export interface RolloutRecord {
  readonly ordeal: "rollout";
  readonly version: 1;
  /** The version of ordeal itself. */
  readonly tool: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The command that asks for the same again. */
  readonly command: string;
  readonly from: Side;
  readonly to: Side;
  readonly differences: readonly KeyDifference[];
  readonly remarks: readonly Remark[];
  /** Undefined where every node goes back; else why one is never changed. */
  readonly pointOfNoReturn?: string;
  readonly nodes: number;
  readonly workload: string;
  readonly nemeses: readonly string[];
  readonly timeLimitMs: number;
  readonly rate: number;
  readonly rounds: number;
  readonly seed: number;
  readonly thresholds: Thresholds;
  /** Undefined where all rounds were made. */
  readonly endedEarly?: EarlyEnd;
  readonly runs: readonly LegRun[];
  readonly comparisons: readonly Comparison[];
  readonly verdict: RolloutVerdict;
}
