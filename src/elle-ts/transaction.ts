/** When and by whom something was done, whatever it was, and how it ended. */
export interface Timed {
  /** Who did it: one process does one thing at a time. */
  readonly process: number | string;
  /** Any numbers that grow with time, such as positions in a history. Equal ones tell no order. */
  readonly invokedAt: number;
  /** Not looked at unless the outcome is "ok". */
  readonly completedAt?: number;
  /** "fail": it certainly did not happen and never will. "info": nobody knows, it still may. */
  readonly outcome: "ok" | "fail" | "info";
}

/** What a client asked for in one transaction on keys that hold lists, and what it was told. */
export interface Transaction extends Timed {
  /** In the order in which the transaction did them. */
  readonly operations: readonly MicroOperation[];
}

export type MicroOperation = Append | Read;

export interface Append {
  readonly f: "append";
  readonly key: string;
  /** No two appends to a key may be of the same element: a read could not tell them apart. */
  readonly element: string;
}

export interface Read {
  readonly f: "read";
  readonly key: string;
  /** All that the key's list held; undefined where it is not known. */
  readonly elements?: readonly string[];
}

/** Whether a transaction certainly took effect, by its index. */
export type Happened = (transaction: number) => boolean;

/** Whether one had returned before the other was called, so that every order must have it first. */
export function precedes(one: Timed, other: Timed): boolean {
  return one.outcome === "ok" && one.completedAt !== undefined && one.completedAt < other.invokedAt;
}
