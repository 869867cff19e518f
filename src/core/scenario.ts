import type { NodeStatus } from "./cluster.js";
import type { FaultSpec, ScenarioNotes } from "./history.js";
import type { Input, Outcome } from "./operation.js";
import type { Random } from "./random.js";

/** Versions of etcd: from the first one on, up to the second but without it. */
export interface VersionRange {
  /** Undefined for all that are older than `before`. */
  readonly from?: string;
  /** Undefined where no release is fixed. */
  readonly before?: string;
}

/** A bug of etcd that others have told of, as far as it can be seen from outside. */
export interface KnownBug {
  /** Numbers of issues and pull requests at https://github.com/etcd-io/etcd. */
  readonly issues: readonly number[];
  /** What goes wrong, in a sentence, for those who use etcd. */
  readonly title: string;
  /** The promise that is broken, in a sentence. */
  readonly guarantee: string;
  /** How it comes about, step by step, for those who know etcd and not this bug. */
  readonly mechanism: readonly string[];
  /** What it means for those who run such an etcd, in a sentence. */
  readonly consequence: string;
  readonly affected: readonly VersionRange[];
  /** Releases that have the fix, in words; undefined where none has. */
  readonly fixedIn?: string;
}

/**
 * A known bug, and what clients do and which faults come when, so that it shows. Written with the
 * operations of a workload, and judged by that workload's checkers, which know nothing of it.
 */
export interface Scenario<I extends Input = Input, Output = unknown> {
  readonly name: string;
  readonly bug: KnownBug;
  /** A key of the table of workloads. */
  readonly workload: string;
  /** Members of the cluster. */
  readonly nodes: 1 | 3 | 5;
  /** Nemeses whose faults it injects: nodes are made for them. Each must be seen in force and over. */
  readonly nemeses: readonly string[];
  /** Why it cannot be played on this version, in a sentence; undefined where it can. */
  impossibleOn?(version: string): string | undefined;
  /** What nodes of this version run with beside what is usual, as in etcd's `--config-file`. */
  config?(version: string): Readonly<Record<string, unknown>>;
  /** So often it is played at most, in one cluster: until a checker that looks on objects. */
  readonly rounds: number;
  /** The checkers of which at least one is to object where the bug is there. */
  readonly caughtBy: readonly string[];
  /** Of several runs at least this share is to be caught. Default: nine tenths. */
  readonly leastCaught?: number;
  /** Deadline of every request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Once through. Whatever it leaves in force is healed after it. */
  play(stage: Stage<I, Output>): Promise<void>;
}

/** What a scenario acts with. All that it does is recorded as in any other run. */
export interface Stage<I extends Input = Input, Output = unknown> {
  readonly nodes: readonly string[];
  /** What the nodes run. */
  readonly version: string;
  readonly random: Random;
  /** From 1 on. Keys and values are to be others in each. */
  readonly round: number;
  /** A client with a connection of its own to that node, one operation at a time. */
  readonly client: (node: string) => StageClient<I, Output>;
  /** Several of them. */
  readonly clients: (node: string, count: number) => readonly StageClient<I, Output>[];
  /** Harms, and waits until that is seen in force. Throws StoppedShort where it is not. */
  readonly inject: (spec: FaultSpec) => Promise<StageFault>;
  /** The same, for what must be quick: harms, and waits for nothing else. */
  readonly inflict: (spec: FaultSpec) => Promise<UnseenFault>;
  /** Waits until there is one that a majority follows. Throws StoppedShort where none comes. */
  readonly leader: () => Promise<string>;
  /** What that node says of itself. Throws StoppedShort where it says nothing. */
  readonly status: (node: string) => Promise<NodeStatus>;
  /** Throws StoppedShort where that takes too long. */
  readonly until: (
    what: string,
    holds: () => boolean | Promise<boolean>,
    limitMs: number,
  ) => Promise<void>;
  /** Milliseconds since the run began. */
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Tells whoever reads the history what is being done, in a sentence. */
  readonly note: (text: string) => void;
  /** Something without which this round proves nothing. Throws StoppedShort where it does not hold. */
  readonly need: (what: string, holds: boolean) => void;
}

export interface StageClient<I extends Input = Input, Output = unknown> {
  readonly node: string;
  /** Goes on as a new process with a new connection where nobody knows what came of it. */
  ask(input: I): Promise<Outcome<Output>>;
  /** The same, for what nothing goes on without: throws StoppedShort where it is not ok. */
  must(input: I): Promise<Output>;
}

export interface StageFault {
  /** Undoes it, and waits until it is seen to be over. Throws StoppedShort where it is not. */
  heal(): Promise<void>;
}

export interface UnseenFault extends StageFault {
  /** Waits until it is seen in force, as it must be before it is healed. Throws StoppedShort where it is not. */
  seen(): Promise<void>;
}

/** A round did not come to where it shows anything: no verdict on etcd. */
export class StoppedShort extends Error {
  override readonly name = "StoppedShort";
}

/** Whether a release of etcd, such as "3.5.30", has the bug, as far as is known. */
export function isAffected({ affected }: Pick<KnownBug, "affected">, version: string): boolean {
  return affected.some(
    ({ from, before }) =>
      (from === undefined || compareVersions(version, from) >= 0) &&
      (before === undefined || compareVersions(version, before) < 0),
  );
}

/** Below, at or above 0, as the first is older, the same or newer. Of what is no number: 0. */
export function compareVersions(one: string, other: string): number {
  const parts = (version: string) => version.split(/[.+-]/).slice(0, 3).map(Number);
  const [a, b] = [parts(one), parts(other)];
  for (let place = 0; place < 3; place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}

/** What a history keeps of it, so that its reader needs nothing else. */
export function notesOf({ name, bug, caughtBy }: Scenario, version: string): ScenarioNotes {
  const { issues, title, guarantee, mechanism, consequence, fixedIn } = bug;
  return {
    name,
    ...{ issues, title, guarantee, mechanism, consequence },
    ...(fixedIn !== undefined && { fixedIn }),
    caughtBy,
    isAffected: isAffected(bug, version),
  };
}
