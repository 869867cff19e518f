import type { RequestErrorFacts } from "../src/core/classify-error.js";
import type { KeyValue } from "../src/core/client.js";
import type { WatchFilter } from "../src/checkers/watch/watch-record.js";

/** One watch of a stream. */
export interface WatchPlan {
  /** Above 0, unique in its stream. */
  readonly id: number;
  readonly key: string;
  readonly rangeEnd?: string;
  /** Undefined for "from now on". */
  readonly startRevision?: number;
  readonly filters?: readonly WatchFilter[];
  readonly prevKv?: true;
  readonly progressNotify?: true;
  readonly fragment?: true;
  /** After so long it is cancelled, while the stream goes on. */
  readonly cancelAtMs?: number;
  /** Unique in the run. */
  readonly name: string;
  /** The name of the watch that it goes on with. */
  readonly resumes?: string;
}

/** Opens a stream with these watches and listens for a while. */
export interface WatchInput {
  readonly f: "watch";
  readonly watches: readonly WatchPlan[];
  readonly lifeMs: number;
  /** The reader rests so long after each message. */
  readonly restMs: number;
  /** When to ask how far the watches have come, in order. */
  readonly progressAtMs: readonly number[];
  /** At the end of a run: it is over as soon as its first watch was told of all up to this. */
  readonly until?: number;
  /** It is over as soon as one of its watches was told of a change of this key. */
  readonly untilKey?: string;
}

/** What a write does to a key. A `pad` is so many letters after the value, to make it long. */
export type Step =
  | { readonly type: "put"; readonly key: string; readonly value: string; readonly pad?: number }
  | { readonly type: "delete"; readonly key: string; readonly rangeEnd?: string };

export interface PutInput {
  readonly f: "put";
  readonly step: Step & { readonly type: "put" };
}

export interface DeleteInput {
  readonly f: "delete";
  readonly step: Step & { readonly type: "delete" };
  /** Only where the key was last changed at this revision; for a single key. */
  readonly guard?: number;
}

/** Several changes of different keys at one revision. */
export interface TxnInput {
  readonly f: "txn";
  readonly steps: readonly Step[];
}

export interface CompactInput {
  readonly f: "compact";
  readonly revision: number;
  /** Answered when what is dropped is gone from the disk as well. */
  readonly physical?: true;
}

/** A linearizable read. */
export interface ReadInput {
  readonly f: "read";
  readonly key: string;
  readonly rangeEnd?: string;
}

export type WriteInput = PutInput | DeleteInput | TxnInput;
export type WatchWorkloadInput = WatchInput | WriteInput | CompactInput | ReadInput;

/** How far a watch has come. */
export interface WatchTold {
  readonly id: number;
  /** The first revision that it was not told of yet; undefined where it was told nothing. */
  readonly next?: number;
  /** What it asked for is compacted away; this is the oldest that is left. */
  readonly compacted?: number;
}

export type WatchOutput =
  | { readonly ended: "closed"; readonly told: readonly WatchTold[] }
  /** What the last of its answers was: a watch changes nothing, so what came before it counts. */
  | {
      readonly ended: "broken";
      readonly error: RequestErrorFacts;
      readonly told: readonly WatchTold[];
    };

export type WatchWorkloadOutput =
  | WatchOutput
  /** Of a write: the keys that it deleted. Where it neither put nor deleted there is no revision. */
  | { readonly deleted: readonly string[]; readonly revision?: number }
  | { readonly compacted: true }
  | { readonly compacted: false; readonly refusal: string }
  | { readonly found: readonly KeyValue[] };
