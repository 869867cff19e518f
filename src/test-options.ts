import type { AskedTargets } from "./core/asked-targets.js";
import type { PlannedFault } from "./core/run.js";
import type { TestBed } from "./core/test-bed.js";
import type { RunFolder } from "./store/run-folder.js";

/** All options of `ordeal test`, defaults filled in and checked. Plain JSON: it goes to the plan. */
export interface TestOptions {
  /** The kind of cluster. */
  readonly cluster: string;
  readonly nodes: number;
  /** A version, `debian:<suite>`, an image, or a path. */
  readonly etcd: string;
  /** The user's etcd-config.yml. */
  readonly config?: string;
  /** What the nemeses "rollout" and "upgrade" change nodes to, in this order. */
  readonly changes?: readonly { readonly etcd: string; readonly config?: string }[];
  /** The other configuration of the nemesis "reconfigure"; one of ordeal's own without a file. */
  readonly variation?: { readonly config?: string };
  readonly tls: boolean;
  /** Where the nodes keep their data. */
  readonly data: "tmpfs" | "disk";
  readonly workload: string;
  /** A known bug of etcd that is played instead of load and chosen faults; none by default. */
  readonly scenario?: string;
  readonly nemeses: readonly string[];
  /** Whom these may hit. Undefined for any node. */
  readonly target?: AskedTargets;
  /** Deviations that are planted into the cluster on purpose; none where it is the real thing. */
  readonly bugs: readonly string[];
  readonly timeLimitMs: number;
  readonly rate: number;
  readonly concurrency: number;
  readonly seed: number;
  /** Of the cluster's own chances, where it has any; `seed` by default. */
  readonly clusterSeed?: number;
  readonly opsPerKey: number;
  readonly serializable: boolean;
  /** Names of shapes that workloads leave out unless they are asked for. Undefined for none. */
  readonly shapes?: readonly string[];
  readonly nemesisIntervalMs: number;
  readonly requestTimeoutMs: number;
  readonly recoveryLimitMs: number;
  readonly checkerTimeoutMs: number;
  readonly checkerMemoryMb: number;
  readonly results: string;
  /** Leave the cluster standing after the run. */
  readonly keep: boolean;
}

/** A run that is about to begin. */
export interface TestRun {
  readonly run: string;
  readonly options: TestOptions;
  /** The command that asks for the same run again. */
  readonly command: string;
  readonly bed: TestBed;
  readonly folder: RunFolder;
  /** The faults to inject; where it is undefined the nemeses choose them. */
  readonly plannedFaults?: readonly PlannedFault[];
}
