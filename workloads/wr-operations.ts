export type WrMicro =
  | { readonly f: "r"; readonly key: string }
  | { readonly f: "w"; readonly key: string; readonly value: number };

/** A transaction: a "read" writes nothing. */
export interface WrInput {
  readonly f: "read" | "write";
  /** No key is written to twice: etcd refuses to put a key twice in one transaction. */
  readonly operations: readonly WrMicro[];
}

/** What a key held; null and 0 where it was absent. What no client can have written is a text. */
export interface WrFound {
  readonly value: number | string | null;
  readonly modRevision: number;
}

export interface WrOutput {
  /** What the reads found, in their order. */
  readonly found: readonly WrFound[];
}
