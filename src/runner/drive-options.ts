import type { AskedTargets } from "../core/asked-targets.js";
import type { Clock } from "../core/clock.js";
import type { Cluster } from "../core/cluster.js";
import type { Nemesis } from "../core/nemesis.js";
import type { Random } from "../core/random.js";
import type { PlannedFault } from "../core/run.js";
import type { Scenario } from "../core/scenario.js";
import type { Workload } from "../core/workload.js";
import type { HistoryWriter } from "../history/writer.js";
import type { Progress } from "./progress.js";

export interface DriveOptions {
  readonly cluster: Cluster;
  readonly workload: Workload;
  readonly nemeses: readonly Nemesis[];
  /** Whom the nemeses may hit. Undefined for any node. */
  readonly target?: AskedTargets;
  /** Faults of these nemeses that are injected when their time comes, and none is chosen. */
  readonly schedule?: readonly PlannedFault[];
  /** Is played instead of load and faults that are chosen. */
  readonly toPlay?: ScenarioToPlay;
  readonly recorder: HistoryWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly progress: Progress;
  /** The highest process number that was given out so far; kept up by the workers. */
  readonly processes: { highest: number };
  /** Worker threads; thread t speaks to node t mod nodes. */
  readonly concurrency: number;
  /** Invocations a second over all threads. */
  readonly rate: number;
  readonly timeLimitMs: number;
  /** Deadline of every call to etcd. */
  readonly requestTimeoutMs: number;
  /** Mean time between two faults of a kind, and mean duration of a fault. */
  readonly nemesisIntervalMs: number;
  /** Within this time every node must serve again after healing. */
  readonly recoveryLimitMs: number;
  /** Ends the load early: faults are healed, but the final reads are left out. */
  readonly signal: AbortSignal;
}

export interface ScenarioToPlay {
  readonly scenario: Scenario;
  /** What the nodes run. */
  readonly version: string;
  /** Aborted as soon as a checker that looks on has objected: there is no need to go on. */
  readonly found: AbortSignal;
}
