import type { PutRequest, RangeRequest, TxnOperation, TxnRequest } from "../../../core/client.js";
import type { Command, EtcdError } from "./command.js";
import { etcdErrors } from "./etcd-errors.js";
import { compareKeys, isSingleKey, type KeyRange } from "./key-range.js";

/** etcd's default: in the comparisons or in one branch, nested ones counted along their path. */
const mostOperations = 128;

/** What etcd refuses by the request alone, before it proposes it. Undefined: nothing. */
export function refusalOf(command: Command): EtcdError | undefined {
  switch (command.type) {
    case "put":
      return putRefusal(command.request);
    case "delete-range":
      return emptyKeyRefusal(command.request);
    case "txn":
      return txnRefusal(command.request, mostOperations) ?? overlapRefusal(command.request);
    case "compact":
    case "lease-grant":
    case "lease-revoke":
      return undefined;
  }
}

export function rangeRefusalOf(request: RangeRequest): EtcdError | undefined {
  return emptyKeyRefusal(request);
}

function emptyKeyRefusal({ key }: { readonly key: string }): EtcdError | undefined {
  return key === "" ? etcdErrors.emptyKey : undefined;
}

function putRefusal(request: PutRequest): EtcdError | undefined {
  const { key, value, lease = "0", ignoreValue = false, ignoreLease = false } = request;
  if (key === "") return etcdErrors.emptyKey;
  if (ignoreValue && value !== "") return etcdErrors.valueProvided;
  if (ignoreLease && lease !== "0" && lease !== "") return etcdErrors.leaseProvided;
  return undefined;
}

function txnRefusal(
  { compare, success, failure }: TxnRequest,
  allowed: number,
): EtcdError | undefined {
  const size = Math.max(compare.length, success.length, failure.length);
  if (size > allowed) return etcdErrors.tooManyOperations;
  return (
    firstRefusal(compare, emptyKeyRefusal) ??
    firstRefusal([...success, ...failure], (operation) =>
      operationRefusal(operation, allowed - size),
    )
  );
}

function operationRefusal(operation: TxnOperation, allowed: number): EtcdError | undefined {
  switch (operation.type) {
    case "range":
    case "delete-range":
      return emptyKeyRefusal(operation.request);
    case "put":
      return putRefusal(operation.request);
    case "txn":
      return txnRefusal(operation.request, allowed);
  }
}

function firstRefusal<T>(
  items: readonly T[],
  refuse: (item: T) => EtcdError | undefined,
): EtcdError | undefined {
  for (const item of items) {
    const refused = refuse(item);
    if (refused) return refused;
  }
  return undefined;
}

function overlapRefusal({ success, failure }: TxnRequest): EtcdError | undefined {
  const clean = writesOf(success) !== undefined && writesOf(failure) !== undefined;
  return clean ? undefined : etcdErrors.duplicateKey;
}

interface Writes {
  readonly puts: ReadonlySet<string>;
  readonly deletions: readonly KeyRange[];
}

/**
 * What the operations may write; undefined where a key is put twice, or both put and deleted. The
 * order is etcd's: a nested transaction's deletions are held only against what comes after it.
 */
function writesOf(operations: readonly TxnOperation[]): Writes | undefined {
  const deletions: KeyRange[] = operations.flatMap((operation) =>
    operation.type === "delete-range" ? [operation.request] : [],
  );
  const puts = new Set<string>();
  const isFree = (key: string) => !deletions.some((range) => overlaps(key, range));

  for (const operation of operations) {
    if (operation.type !== "txn") continue;
    const success = writesOf(operation.request.success);
    const failure = writesOf(operation.request.failure);
    if (!success || !failure) return undefined;
    // Only one of the two branches is taken: they may put the same key.
    const inEither = new Set([...success.puts, ...failure.puts]);
    for (const key of inEither) {
      if (puts.has(key) || !isFree(key)) return undefined;
    }
    for (const key of inEither) puts.add(key);
    deletions.push(...success.deletions, ...failure.deletions);
  }

  for (const operation of operations) {
    if (operation.type !== "put") continue;
    const { key } = operation.request;
    if (puts.has(key) || !isFree(key)) return undefined;
    puts.add(key);
  }
  return { puts, deletions };
}

/** Here etcd takes the end "\0" literally: such a deletion overlaps nothing. */
function overlaps(key: string, range: KeyRange): boolean {
  if (isSingleKey(range)) return key === range.key;
  return compareKeys(key, range.key) >= 0 && compareKeys(key, range.rangeEnd ?? "") < 0;
}
