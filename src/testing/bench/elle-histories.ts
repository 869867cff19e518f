import type { RegisterOperation, RegisterTransaction } from "../../elle-ts/register-transaction.js";
import type { MicroOperation, Timed, Transaction } from "../../elle-ts/transaction.js";
import { type Draw, drawFrom } from "../register-histories.js";

export interface TransactionShape {
  readonly seed: number;
  readonly transactions: number;
  readonly clients: number;
  /** So many reads are of what was there long before. */
  readonly staleReads: number;
}

/** So many keys are in use at a time, and a fresh one takes a key's place after so many writes. */
const slots = 4;
const writesPerKey = 32;
const mostOperations = 4;

interface Micro {
  readonly key: string;
  /** Of a read, what it found; of a write, what stands there from then on, the newest last. */
  readonly versions: readonly number[];
  readonly isWrite: boolean;
}

/** Transactions on lists as a run without faults leaves them, but for reads that were made stale. */
export function listHistory(shape: TransactionShape): Transaction[] {
  return played(shape).map(({ micros, ...timed }) => ({
    ...timed,
    operations: micros.map(({ key, versions, isWrite }): MicroOperation => {
      if (isWrite) return { f: "append", key, element: String(versions.at(-1)) };
      return { f: "read", key, elements: versions.map(String) };
    }),
  }));
}

/** The same on registers, of which each holds the last element of the list. */
export function registerHistory(shape: TransactionShape): RegisterTransaction[] {
  return played(shape).map(({ micros, ...timed }) => ({
    ...timed,
    operations: micros.map(({ key, versions, isWrite }): RegisterOperation => {
      const newest = versions.at(-1);
      if (isWrite) return { f: "write", key, value: String(newest) };
      return { f: "read", key, value: newest === undefined ? null : String(newest) };
    }),
  }));
}

interface Played extends Timed {
  readonly micros: readonly Micro[];
}

interface Pending {
  readonly invokedAt: number;
  readonly keys: readonly { readonly key: string; readonly isWrite: boolean }[];
  micros?: readonly Micro[];
}

/** Each turn one client goes a step: it asks, or its transaction takes effect, or it is answered. */
function played({ seed, transactions, clients, staleReads }: TransactionShape): Played[] {
  const draw = drawFrom(seed);
  const lists = new Map<string, readonly number[]>();
  const writes = Array.from({ length: slots }, () => 0);
  const pending: (Pending | undefined)[] = Array.from({ length: clients });
  const done: Played[] = [];
  let [event, asked, written] = [0, 0, 0];

  function ask(): Pending {
    const keys = Array.from({ length: 1 + draw(mostOperations) }, () => {
      const slot = draw(slots);
      const isWrite = draw(2) === 0;
      const before = writes[slot] ?? 0;
      if (isWrite) writes[slot] = before + 1;
      return { key: `k${slots * Math.floor(before / writesPerKey) + slot}`, isWrite };
    });
    return { invokedAt: event++, keys };
  }

  function takeEffect({ keys }: Pending): Micro[] {
    const writtenTo = new Set<string>();
    return keys.map(({ key, isWrite }) => {
      const versions = lists.get(key) ?? [];
      if (!isWrite || writtenTo.has(key)) return { key, versions, isWrite: false };
      writtenTo.add(key);
      const longer = [...versions, ++written];
      lists.set(key, longer);
      return { key, versions: longer, isWrite: true };
    });
  }

  while (done.length < transactions) {
    const process = draw(clients);
    const one = pending[process];
    if (!one) {
      if (asked === transactions) continue;
      asked += 1;
      pending[process] = ask();
    } else if (!one.micros) {
      one.micros = takeEffect(one);
    } else {
      const { invokedAt, micros } = one;
      done.push({ process, invokedAt, completedAt: event++, outcome: "ok", micros });
      pending[process] = undefined;
    }
  }
  return withStaleReads(done, staleReads, draw);
}

/** Reads find half of what they found, of lists that were long. */
function withStaleReads(history: readonly Played[], count: number, draw: Draw): Played[] {
  const spoilt = [...history];
  for (let left = count; left > 0;) {
    const at = draw(spoilt.length);
    const one = spoilt[at];
    const read = one?.micros.findIndex(({ isWrite, versions }) => !isWrite && versions.length > 7);
    if (!one || read === undefined || read === -1) continue;
    left -= 1;
    const micros = one.micros.map((micro, i) =>
      i === read
        ? { ...micro, versions: micro.versions.slice(0, micro.versions.length / 2) }
        : micro,
    );
    spoilt[at] = { ...one, micros };
  }
  return spoilt;
}
