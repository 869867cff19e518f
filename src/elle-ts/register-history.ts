import type { RegisterTransaction } from "./register-transaction.js";

/**
 * Every value of every key, the absent ones included, as columns; a value's number is its place.
 * Transactions are named by their index, and -1 is none.
 */
export interface Values {
  /** null: the key is absent. */
  readonly texts: (string | null)[];
  /** Whoever asked for it to be written, whatever came of it; -1 for those never written. */
  readonly writers: number[];
  /** What its writer wrote to the key right after it; -1 where it stood at the writer's end. */
  readonly overwrittenBy: number[];
  /** NaN where it is not known. */
  readonly versions: number[];
  /** Who said so first: the writer itself or a reader; -1 where the version is not known. */
  readonly tellers: number[];
}

/** What a transaction that may have happened did to a key. Values by their numbers; -1 is none. */
export interface Visit {
  readonly by: number;
  /** What it read before it wrote to the key itself. */
  read: number;
  firstWrite: number;
  lastWrite: number;
}

export interface RegisterKey {
  readonly key: string;
  /** The number of its absence, which is before all that was written. */
  readonly absent: number;
  readonly numberOf: Map<string, number>;
  readonly visits: Visit[];
  /** A value that was written twice, so that nothing can be said of the key. */
  repeated?: string;
  /** Two versions of one value, so that none of the key can be believed. */
  mismatch?: Mismatch;
}

export interface Mismatch {
  readonly by: number;
  readonly value: number;
  readonly version: number;
}

/** By key, in the order in which keys first occur. */
export type RegisterKeys = ReadonlyMap<string, RegisterKey>;

export interface RegisterHistory {
  readonly keys: RegisterKeys;
  readonly values: Values;
}

export interface RegisterHistoryBuilder extends RegisterHistory {
  readonly add: (transaction: RegisterTransaction, index: number) => void;
}

export function gatherRegisters(): RegisterHistoryBuilder {
  const values: Values = { texts: [], writers: [], overwrittenBy: [], versions: [], tellers: [] };
  const keys = new Map<string, RegisterKey>();

  function addValue(text: string | null): number {
    values.writers.push(-1);
    values.overwrittenBy.push(-1);
    values.versions.push(NaN);
    values.tellers.push(-1);
    return values.texts.push(text) - 1;
  }

  function registerOf(key: string): RegisterKey {
    const known = keys.get(key);
    if (known) return known;
    const made = { key, absent: addValue(null), numberOf: new Map<string, number>(), visits: [] };
    keys.set(key, made);
    return made;
  }

  function numberOf({ absent, numberOf: known }: RegisterKey, text: string | null): number {
    if (text === null) return absent;
    const number = known.get(text) ?? addValue(text);
    known.set(text, number);
    return number;
  }

  function addWrite(register: RegisterKey, text: string, by: number): number {
    const value = numberOf(register, text);
    if (values.writers[value] !== -1) register.repeated ??= text;
    values.writers[value] = by;
    const visit = visitOf(register, by);
    if (visit.lastWrite === -1) visit.firstWrite = value;
    else values.overwrittenBy[visit.lastWrite] = value;
    visit.lastWrite = value;
    return value;
  }

  function addVersion(register: RegisterKey, value: number, version: number, by: number): void {
    if (value === register.absent) return;
    const known = values.versions[value] ?? NaN;
    if (Number.isNaN(known)) {
      values.versions[value] = version;
      values.tellers[value] = by;
    } else if (known !== version) register.mismatch ??= { by, value, version };
  }

  return {
    keys,
    values,
    add({ outcome, operations }, index) {
      for (const operation of operations) {
        const register = registerOf(operation.key);
        const { value: text, version } = operation;
        let value: number;
        if (operation.f === "write") value = addWrite(register, operation.value, index);
        else if (outcome === "ok" && text !== undefined) {
          value = numberOf(register, text);
          const visit = visitOf(register, index);
          if (visit.firstWrite === -1 && visit.read === -1) visit.read = value;
        } else continue;
        if (outcome === "ok" && version !== undefined) addVersion(register, value, version, index);
      }
    },
  };
}

/** Transactions are added one after the other, so that a key's last visit is the one under way. */
function visitOf({ visits }: RegisterKey, by: number): Visit {
  const last = visits.at(-1);
  if (last?.by === by) return last;
  const visit = { by, read: -1, firstWrite: -1, lastWrite: -1 };
  visits.push(visit);
  return visit;
}
