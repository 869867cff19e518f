import type { Clock } from "./clock.js";
import type { Cluster } from "./cluster.js";
import type { LogEvent } from "./history.js";
import type { EtcdBuild, Plan } from "./run.js";

/** A cluster that was started for a run, with what its record has to know. */
export interface StartedCluster extends Cluster {
  /** What each node runs; without an entry where a node runs no build of etcd. */
  readonly builds: Readonly<Record<string, EtcdBuild>>;
  /** The effective configuration by node. */
  readonly configs: Readonly<Record<string, string>>;
  /** What nodes can be changed to; undefined or none where there is nothing. */
  readonly changes?: Plan["changes"];
  /**
   * Proves that a write whose reply is lost is applied exactly once and reported as sent. Resolves
   * to the evidence in a sentence; rejects with HarnessError where the proof fails.
   */
  selfCheck(): Promise<string>;
  /** Removes everything, unless it is kept. Safe to call twice. */
  stop(options: { readonly keep: boolean }): Promise<void>;
  /** For people: how to look around in a cluster that was kept. */
  howToGetIn(): readonly string[];
}

export interface StartClusterOptions {
  /** The run's id. */
  readonly run: string;
  /** Gets `<node>.log` for each node. */
  readonly logsDirectory: string;
  readonly onLogFinding: (finding: Omit<LogEvent, "index" | "atNs">) => void;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Where a run takes place: what its cluster is made of, and whose time it runs in. */
export interface TestBed {
  /** As `--cluster` names it. */
  readonly kind: string;
  /** What it adds to the name of a run's folder, such as "3.5.30". */
  readonly label: string;
  /**
   * What everybody who reads a verdict must know about it, in a sentence: shown at the start, in
   * the verdict and in the report's title. Undefined where the cluster is the real thing.
   */
  readonly caveat?: string;
  /** What the plan says about it. */
  readonly about: Pick<Plan, "image" | "engine">;
  /** All that waits for the cluster or for its clock happens in here. */
  inItsTime<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until every node serves. Whatever fails, nothing is left behind. */
  start(options: StartClusterOptions): Promise<StartedCluster>;
  /** A clock that begins now. */
  startClock(): Clock;
}
