import type { Validity, Verdict } from "./checker.js";
import type { SetUp } from "./cluster.js";
import type { FaultRecord, FaultSpec } from "./history.js";

/** The etcd binary that a node ran. */
export interface EtcdBuild {
  /** As etcd prints it, such as "3.5.30". */
  readonly version: string;
  /** The Git commit that the binary names, where it names one. */
  readonly gitSha?: string;
  /** Of the `etcd` file, in hexadecimal. */
  readonly sha256: string;
  /** Where it came from: "Debian package etcd-server 3.5.30-2 (sid)", an image's digest, a path. */
  readonly source: string;
}

/** A fault that is to be injected when its time comes, whatever a nemesis would choose. */
export interface PlannedFault {
  readonly spec: FaultSpec;
  /** By the run's clock, which begins with the load. */
  readonly atNs: number;
  /** From its injection to its healing; undefined: until the load is over. */
  readonly durationNs?: number;
}

/** What nodes run once they were changed to it. */
export interface PlannedSetUp {
  readonly setUp: SetUp;
  readonly etcd: Readonly<Record<string, EtcdBuild>>;
  readonly config: Readonly<Record<string, string>>;
}

/** `plan.json`: everything needed to ask for a run again. */
export interface Plan {
  readonly ordeal: "plan";
  readonly version: 1;
  readonly run: string;
  /** The version of ordeal itself. */
  readonly tool: string;
  readonly startedAt: string;
  /** The exact command to repeat the run, with its seed. */
  readonly command: string;
  /** All options of `ordeal test`, defaults filled in. Plain JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly nodes: readonly string[];
  readonly etcd: Readonly<Record<string, EtcdBuild>>;
  /** The effective etcd configuration by node, as written to its `etcd-config.yml`. */
  readonly config: Readonly<Record<string, string>>;
  /** What nodes can be changed to, likewise; undefined or none where there is nothing. */
  readonly changes?: readonly PlannedSetUp[] | undefined;
  /** The one set-up "new", as older versions wrote it. */
  readonly changedTo?: Omit<PlannedSetUp, "setUp">;
  readonly image?: { readonly reference: string; readonly id: string };
  readonly engine?: { readonly name: string; readonly version: string; readonly api: string };
  /** The faults that it was told to inject; undefined where its nemeses chose them. */
  readonly plannedFaults?: readonly PlannedFault[];
  /** The faults as they really happened; filled in when the run is over. */
  readonly schedule: readonly FaultRecord[];
}

/** What a workload did not ask for, since every release of etcd is known to go wrong there. */
export interface LeftOut {
  readonly shape: string;
  /** Of https://github.com/etcd-io/etcd; undefined where nobody has told of it yet. */
  readonly issue?: number;
  /** In words that go on a sentence. */
  readonly summary: string;
}

/** `verdict.json`. Written anew whenever a history is judged again. */
export interface RunVerdict {
  readonly ordeal: "verdict";
  readonly version: 1;
  readonly run: string;
  readonly judgedAt: string;
  readonly validity: Validity;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly exitCode: number;
  readonly checkers: Readonly<Record<string, Verdict>>;
  /** True where the history ended before the run did: a crash, a torn line, an interrupt. */
  readonly incomplete: boolean;
  /** The exceptions; undefined or none where there is none, and in verdicts of older versions. */
  readonly leftOut?: readonly LeftOut[];
}

/** Exit codes of the command line; a violation wins over everything else. */
export const exitCodes = {
  valid: 0,
  invalid: 1,
  unknown: 2,
  harness: 3,
  usage: 64,
} as const;
