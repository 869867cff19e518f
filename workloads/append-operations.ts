/** A key's list, as JSON. Whatever no client can have written is one element, as it was found. */
export type List = readonly (number | string)[];

/** What a key held; an absent key is an empty list of mod_revision 0. */
export interface Found {
  readonly elements: List;
  readonly modRevision: number;
}

export type Micro =
  | { readonly f: "r"; readonly key: string }
  | { readonly f: "append"; readonly key: string; readonly value: number };

/** A transaction: a "read" appends nothing. It takes place only if all keys are as expected. */
export interface AppendInput {
  readonly f: "read" | "append";
  /** No key is appended to twice: etcd refuses to put a key twice in one transaction. */
  readonly operations: readonly Micro[];
  /** What the thread saw last of each key that is appended to. */
  readonly expected: readonly (Found & { readonly key: string })[];
}

export type AppendOutput =
  /** What the reads found, in their order. */
  | { readonly applied: true; readonly revision: number; readonly lists: readonly Found[] }
  /** A key was not as expected. What each of the transaction's keys held instead, as `keysOf`. */
  | { readonly applied: false; readonly lists: readonly Found[] };

/** The keys of a transaction in the order in which it names them first. */
export function keysOf({ operations }: AppendInput): string[] {
  return [...new Set(operations.map(({ key }) => key))];
}

/** Of a key that is appended to: what it holds when all of the transaction took place. */
export function listAfter({ operations, expected }: AppendInput, key: string): List {
  const before = expected.find((guard) => guard.key === key)?.elements ?? [];
  const added = operations.flatMap((one) =>
    one.f === "append" && one.key === key ? [one.value] : [],
  );
  return [...before, ...added];
}
