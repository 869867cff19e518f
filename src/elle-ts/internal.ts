import type { KeyHistories } from "./key-history.js";
import type { Anomaly } from "./result.js";
import type { Read, Transaction } from "./transaction.js";
import { shownList } from "./words.js";

/** What a transaction knows of a key from what it did before. */
interface Known {
  /** What it last read; undefined before its first read. */
  readonly read: readonly string[] | undefined;
  /** What it appended since. */
  readonly appended: string[];
}

/**
 * Whether a transaction's reads agree with what it did itself before them: a transaction sees its own
 * appends, and nothing else changes under its hands. At most one anomaly a transaction. Keys of which
 * one element was appended twice are passed over.
 */
export function internalAnomaly(
  { outcome, operations }: Transaction,
  index: number,
  keys: KeyHistories,
): Anomaly | undefined {
  if (outcome !== "ok" || operations.length < 2) return undefined;
  const known = new Map<string, Known>();
  for (const operation of operations) {
    const { key } = operation;
    if (keys.get(key)?.repeated !== undefined) continue;
    const before = known.get(key) ?? { read: undefined, appended: [] };
    if (operation.f === "append") {
      if (before.read?.includes(operation.element)) {
        return futureRead(key, operation.element, { index, read: before.read });
      }
      before.appended.push(operation.element);
      known.set(key, before);
    } else if (operation.elements) {
      if (!agrees(operation.elements, before)) return contradiction(operation, before, index);
      known.set(key, { read: operation.elements, appended: [] });
    }
  }
  return undefined;
}

/** Before the first read, the list may begin with anything. */
function agrees(elements: readonly string[], { read, appended }: Known): boolean {
  const before = elements.length - appended.length;
  if (read ? before !== read.length : before < 0) return false;
  return (
    appended.every((element, i) => elements[before + i] === element) &&
    (read?.every((element, i) => elements[i] === element) ?? true)
  );
}

function futureRead(
  key: string,
  element: string,
  { index, read }: { readonly index: number; readonly read: readonly string[] },
): Anomaly {
  return {
    type: "future-read",
    transactions: [index],
    key,
    message: `T1 read ${key} as ${shownList(read)}, with ${element} in it, which T1 itself appended only afterwards`,
    steps: [],
  };
}

function contradiction({ key, elements = [] }: Read, before: Known, index: number): Anomaly {
  const did = [
    ...(before.read ? [`read ${key} as ${shownList(before.read)}`] : []),
    ...(before.appended.length > 0 ? [`appended ${before.appended.join(", ")} to ${key}`] : []),
  ];
  return {
    type: "internal",
    transactions: [index],
    key,
    message: `T1 contradicts itself: it ${did.join(", then ")}, and after that read ${key} as ${shownList(elements)}`,
    steps: [],
  };
}
