import type { RequestErrorFacts } from "../../core/classify-error.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Input, Operation } from "../../core/operation.js";

/** Keys from `key` to before `rangeEnd`: undefined for the one key, "\0" for all from `key` on. */
export interface WatchedRange {
  readonly key: string;
  readonly rangeEnd?: string;
}

export type WatchFilter = "no-put" | "no-delete";

/** One message of a watch stream, as it came. */
export interface WatchMessage {
  /** Of its event in the history: the moment when it was received. */
  readonly index: number;
  readonly atNs: number;
  /** -1 where it is meant for all watches of its stream. */
  readonly watchId: number;
  /** Of its header: how far the member had come. 0 where the member did not say. */
  readonly revision: number;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Why, where the member says so in words. */
  readonly cancelReason?: string;
  /** 0 where nothing is said of a compaction. */
  readonly compactRevision: number;
  /** More pieces of the same message follow. */
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}

/** A watch as its client saw it. */
export interface RecordedWatch {
  /** Whose stream carried it. */
  readonly operation: Operation;
  readonly watchId: number;
  readonly range: WatchedRange;
  /** Undefined for "from now on". */
  readonly startRevision?: number;
  readonly filters: readonly WatchFilter[];
  readonly prevKv: boolean;
  readonly progressNotify: boolean;
  readonly fragment: boolean;
  /** The client asked to end it before the stream ended. */
  readonly cancelAsked: boolean;
  /** Names it in the run, for those that go on with it. */
  readonly name?: string;
  /** The name of the watch that it goes on with, from the next revision on. */
  readonly resumes?: string;
  /** Its own and those for all of its stream, in the order in which they came. */
  readonly messages: readonly WatchMessage[];
  readonly ended: WatchEnd;
}

/** "closed" by its client; "broken" otherwise; "unknown" where no end was recorded. */
export type WatchEnd =
  | { readonly how: "closed" }
  | { readonly how: "broken"; readonly error?: RequestErrorFacts }
  | { readonly how: "unknown" };

/** What a write does to one key. */
export type Change =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  /** With a `rangeEnd` only where the write's outcome is not known to the key. */
  | { readonly type: "delete"; readonly key: string; readonly rangeEnd?: string };

/** Changes that have one revision, if they were made. */
export type WriteFact =
  /** Acknowledged. `changes` are all that were made at `revision`, in their order. */
  | { readonly outcome: "made"; readonly revision: number; readonly changes: readonly Change[] }
  /**
   * Nobody knows ("maybe"), or certainly not ("never"): what they would have been. A deletion may
   * turn out to find nothing; the puts are made all or none.
   */
  | { readonly outcome: "maybe" | "never"; readonly changes: readonly Change[] };

/** What an operation that is no watch, or one beside its watches, tells of revisions. */
export interface RevisionFacts {
  readonly write?: WriteFact;
  /** Of the header of an answer that is linearizable; none of a serializable read's. */
  readonly revision?: number;
  /** What an answer showed, each as it was since its mod_revision. */
  readonly found?: readonly KeyValue[];
}

/**
 * What the checkers of watches must know of a workload. Each written value must be written once in
 * a run, so that an event names the write that it tells of.
 */
export interface WatchAdapter<I extends Input = Input, Output = unknown> {
  /** None for an operation that does not watch. Called seldom more than once for each. */
  watchesOf(operation: Operation<I, Output>): readonly RecordedWatch[];
  /** Undefined where it tells nothing. */
  factsOf(operation: Operation<I, Output>): RevisionFacts | undefined;
  /** Whether the operations alone put and delete this key. Default: any. */
  isOurs?(key: string): boolean;
  /** Whether it may be deleted without an operation, with its lease. Default: none. */
  mayLapse?(key: string): boolean;
}

/** A part as a workload records it: a message without its place, and without what is not there. */
export interface WatchPart {
  readonly id: number;
  readonly rev: number;
  readonly created?: true;
  readonly canceled?: true;
  readonly reason?: string;
  readonly compacted?: number;
  readonly fragment?: true;
  readonly events?: readonly WatchEvent[];
}
