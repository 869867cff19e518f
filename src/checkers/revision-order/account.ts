import type { Input } from "../../core/operation.js";

/** What a key can hold; null for nothing. Text for whatever a workload keeps in one. */
export type Held = string | number | null;

/** A put of a value that no other operation of the run puts there, or a deletion (null). */
export interface KeyWrite {
  readonly key: string;
  readonly value: Held;
}

/** What an answer shows of a key; 0 for the figures of an absent one. */
export interface KeyLook {
  readonly key: string;
  /** Undefined where the answer does not tell it, as where etcd compared the revision alone. */
  readonly value?: Held;
  /** Undefined where the answer does not tell it, as where etcd compared the value alone. */
  readonly modRevision?: number;
  readonly version?: number;
  readonly createRevision?: number;
  /** As it was right before what the operation itself wrote; else as of its header's revision. */
  readonly isBefore?: true;
}

/** What an answer tells. */
export interface Told {
  /** Whether its writes took place, at the revision of its header; false: they never will. */
  readonly wrote: boolean;
  /** Comparisons that held count: etcd looked, and this is what it must have found. */
  readonly looks: readonly KeyLook[];
}

/** What a workload's operations are, in terms of keys and revisions. */
export interface RevisionAccounts<I extends Input = Input, Output = unknown> {
  /** Whether keys are ever deleted. */
  readonly deletes: boolean;
  /** What an operation writes if it takes place, all at one revision; nothing if it only looks. */
  asked(input: I): readonly KeyWrite[];
  /** Of one that ended ok. */
  told(input: I, output: Output): Told;
}
