import type { AskedTargets } from "./asked-targets.js";
import type { KeyValue, ListedMember, RaisedAlarm } from "./client.js";
import type { NodeStatus } from "./cluster.js";
import type { Input, Operation } from "./operation.js";
import type { Rewind } from "./rewind.js";

/** The newest format of `history.ndjson` that this code writes and reads. */
export const historyVersion = 1;

/** The first line of a history: all that a judge needs to know without asking anything else. */
export interface HistoryHeader {
  readonly ordeal: "history";
  readonly version: number;
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seed: number;
  readonly cluster: {
    readonly kind: string;
    readonly nodes: readonly string[];
    /** etcd's version, such as "3.5.30", by node. */
    readonly versions: Readonly<Record<string, string>>;
    /** What everybody who reads the verdict must know about it; undefined for the real thing. */
    readonly caveat?: string;
  };
  readonly workload: { readonly name: string; readonly options: WorkloadOptions };
  readonly nemeses: readonly string[];
  /** Whom these were to hit. Undefined for any node. */
  readonly target?: AskedTargets;
  readonly concurrency: number;
  /** Operations a second that were asked for. */
  readonly rate: number;
  readonly timeLimitMs: number;
  /** How it was seen, before the load began, that a lost answer leads to one application. */
  readonly selfCheck?: string;
  /** Every member is asked once more in the end. Histories of older versions do not say. */
  readonly asksMembers?: true;
  /** The known bug of etcd that was played; undefined where a workload chose what clients do. */
  readonly scenario?: ScenarioNotes;
  /** Of a history that was made smaller: the run it came from, and how many operations that had. */
  readonly shrunkFrom?: { readonly run: string; readonly operations: number };
}

/** What is known of a bug that a scenario is about. See scenario.ts for what each of them means. */
export interface ScenarioNotes {
  readonly name: string;
  readonly issues: readonly number[];
  readonly title: string;
  readonly guarantee: string;
  readonly mechanism: readonly string[];
  readonly consequence: string;
  readonly fixedIn?: string;
  readonly caughtBy: readonly string[];
  /** Whether the version that ran is known to have the bug. */
  readonly isAffected: boolean;
}

/** Options that change what a workload does or how it is judged. Plain JSON. */
export interface WorkloadOptions {
  /** How many operations a key gets before a fresh one takes its place. */
  readonly opsPerKey: number;
  /** Ask for serializable reads, which may be stale, and judge them as if they must not be. */
  readonly serializable: boolean;
  /** Names of shapes that are left out unless they are asked for. Undefined for none. */
  readonly shapes?: readonly string[];
}

/** What a nemesis is about to do: its name and whatever names this fault. Plain JSON. */
export interface FaultSpec {
  readonly nemesis: string;
  /** Nodes that are harmed, for the bands of the report. */
  readonly nodes: readonly string[];
  /** One sentence: "n3 is cut off from n1, n2, n4 and n5". */
  readonly description: string;
  /** The nemesis that let it loose, where that is another than the one whose fault it is. */
  readonly by?: string;
  /** Milliseconds that it is to be in force. Default: as long as any fault of the run. */
  readonly holdMs?: number;
  /**
   * etcd may give up on these nodes from now on until the fault is seen to be over, and say so in
   * its log: no promise is broken by that. Default: it may not.
   */
  readonly mayEndNodes?: boolean;
  /** The same, but with these words alone. */
  readonly mayEndSaying?: string;
}

export type FaultStage =
  /** It is about to be injected: written before anything is done. */
  | "inject"
  /** It was seen to be in force; `evidence` says how. */
  | "in-force"
  /** It could not be injected, or was never seen in force. */
  | "not-in-force"
  /** Its remedy is about to be applied. */
  | "heal"
  /** It was seen to be over. */
  | "over"
  /** It could not be healed, or was not seen to be over. */
  | "not-over";

export interface FaultEvent {
  readonly index: number;
  readonly atNs: number;
  /** The same for all events of one fault. */
  readonly fault: number;
  readonly stage: FaultStage;
  /** With "inject" only. */
  readonly spec?: FaultSpec;
  readonly evidence?: string;
  /** What the cluster was set back to, or will be as soon as it is healed. */
  readonly rewind?: Rewind;
}

/** A fault as a whole. A time is undefined where the stage was never reached. */
export interface FaultRecord {
  readonly fault: number;
  readonly spec: FaultSpec;
  readonly injectedAtNs: number;
  readonly inForceAtNs?: number;
  readonly inForceEvidence?: string;
  readonly healedAtNs?: number;
  readonly overAtNs?: number;
  readonly overEvidence?: string;
  /** The cluster was destroyed after `injectedAtNs` and restored, if ever, after `healedAtNs`. */
  readonly rewind?: Rewind;
  /** Why it was not seen in force or not seen to be over. */
  readonly trouble?: string;
}

/** What a member said of itself when asked: who leads, which term, which revision. */
export interface StatusEvent {
  readonly index: number;
  readonly atNs: number;
  readonly node: string;
  /** Undefined where the member did not answer in time. */
  readonly status?: NodeStatus;
}

/**
 * What a member answered when all of them were asked once more, after everything was healed and
 * the last reads were made. What it never answered is undefined, and `unanswered` says why.
 */
export interface MemberEvent {
  readonly index: number;
  readonly atNs: number;
  readonly node: string;
  /** The highest that a linearizable read on any member had been answered with. */
  readonly toldRevision?: number;
  /** Of a linearizable read on this one, asked for after that. */
  readonly readRevision?: number;
  /** What all are asked about: the lowest of those, so that every member has applied it. */
  readonly revision?: number;
  /** etcd's, such as "3.5.30". */
  readonly version?: string;
  readonly hash?: MemberHash;
  /** Of a serializable read at `revision`. */
  readonly contents?: MemberContents;
  readonly alarms?: readonly RaisedAlarm[];
  readonly members?: readonly ListedMember[];
  readonly unanswered: readonly Unanswered[];
}

/** A question to a member that got no answer, however often it was asked. */
export interface Unanswered {
  readonly question: string;
  /** As etcd or the connection said it in the end. */
  readonly error: string;
}

export interface MemberHash {
  /** Of everything up to this revision. */
  readonly revision: number;
  readonly hash: number;
  /** What is older than this is gone; 0 or below where nothing was compacted. */
  readonly compactRevision: number;
}

/** The whole key space in key order, page by page. */
export interface MemberContents {
  readonly keys: number;
  readonly pages: readonly MemberPage[];
}

export interface MemberPage {
  /** The first key of it. */
  readonly from: string;
  readonly keys: number;
  /** SHA-256 of the JSON of the entries, in hexadecimal. */
  readonly digest: string;
  /** Undefined where there is too much to keep it all. */
  readonly entries?: readonly KeyValue[];
}

/** A line in a node's log that is a finding by itself. */
export interface LogEvent {
  readonly index: number;
  readonly atNs: number;
  readonly node: string;
  readonly level: "panic" | "fatal";
  readonly line: string;
}

/** What a scenario does, in its own words. */
export interface NoteEvent {
  readonly index: number;
  readonly atNs: number;
  readonly text: string;
  /** "missed": a round did not come to where it shows anything, and why. */
  readonly kind: "done" | "missed" | "round";
}

export interface PhaseEvent {
  readonly index: number;
  readonly atNs: number;
  /** "main": load under faults; "healing": faults are healed; "final": last reads; "end". */
  readonly phase: "main" | "healing" | "final" | "end";
  /** Why the phase before it ended early, such as "SIGINT" or "the engine died". */
  readonly reason?: string;
}

/** A recorded run, read back and paired. Everything in it was seen; nothing is judged. */
export interface History<I extends Input = Input, Output = unknown> {
  readonly header: HistoryHeader;
  /** In the order of their calls. */
  readonly operations: readonly Operation<I, Output>[];
  readonly faults: readonly FaultRecord[];
  readonly statuses: readonly StatusEvent[];
  readonly logs: readonly LogEvent[];
  /** In the order of the nodes; none where nobody asked. */
  readonly members: readonly MemberEvent[];
  readonly phases: readonly PhaseEvent[];
  /** Of a scenario; undefined where there are none. */
  readonly notes?: readonly NoteEvent[];
  /** How many events the history holds, its header apart. */
  readonly events: number;
  /** Its cluster was gone before anybody could ask once more what it held. Default: it was not. */
  readonly endsEarly?: true;
  /** True where the last line was torn: the recorder was killed while it wrote. */
  readonly torn: boolean;
}
