import type { Timed } from "./transaction.js";

/** What a client asked for in one transaction on registers, and what it was told. */
export interface RegisterTransaction extends Timed {
  /** In the order in which the transaction did them. */
  readonly operations: readonly RegisterOperation[];
}

export type RegisterOperation = RegisterWrite | RegisterRead;

export interface RegisterWrite {
  readonly f: "write";
  readonly key: string;
  /** No two writes to a key may be of the same value: a read could not tell them apart. */
  readonly value: string;
  /** As in reads. Looked at where the transaction ended ok. */
  readonly version?: number;
}

export interface RegisterRead {
  readonly f: "read";
  readonly key: string;
  /** null where the key was absent; undefined where it is not known. */
  readonly value?: string | null;
  /**
   * Which of the key's versions this is, if the database says so: the higher the later, one for each
   * write to the key (etcd: `mod_revision`). Not looked at where the key was absent.
   */
  readonly version?: number;
}
