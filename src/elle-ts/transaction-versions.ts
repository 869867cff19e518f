import type { RegisterHistory, RegisterKey, Values } from "./register-history.js";
import type { Anomaly } from "./result.js";

/** A value of which the version is known. */
interface Claim {
  readonly key: string;
  readonly value: number;
}

/**
 * Takes versions to be those of transactions: what is told of one of a transaction's writes holds for
 * all of them, also for those that nobody was told the version of. Returns what cannot be: writes of
 * one transaction that came with several versions, and writes to several keys by several transactions
 * that came with one. What one key shows by itself is told by `registerAnomalies`.
 */
export function shareVersions({ keys, values }: RegisterHistory, transactions: number): Anomaly[] {
  const readable = [...keys.values()].filter(({ repeated }) => repeated === undefined);
  const anomalies: Anomaly[] = [];
  const ofWriter: (Claim | undefined)[] = Array.from({ length: transactions });
  const torn = new Set<number>();
  const atVersion = new Map<number, Claim>();
  for (const claim of claimsIn(readable, values)) {
    const { value, key } = claim;
    const [writer = -1, version = NaN] = [values.writers[value], values.versions[value]];
    const own = ofWriter[writer];
    if (!own) ofWriter[writer] = claim;
    else if (values.versions[own.value] !== version && !torn.has(writer)) {
      torn.add(writer);
      anomalies.push(tornVersions(own, claim, values));
    }
    const other = atVersion.get(version);
    if (!other) atVersion.set(version, claim);
    else if (values.writers[other.value] !== writer && other.key !== key) {
      anomalies.push(sharedVersion(other, claim, values));
    }
  }
  for (const { numberOf } of readable) {
    for (const value of numberOf.values()) {
      const writer = values.writers[value] ?? -1;
      const own = ofWriter[writer];
      if (!own || torn.has(writer) || !Number.isNaN(values.versions[value] ?? NaN)) continue;
      values.versions[value] = values.versions[own.value] ?? NaN;
      values.tellers[value] = values.tellers[own.value] ?? -1;
    }
  }
  return anomalies;
}

function* claimsIn(readable: readonly RegisterKey[], values: Values): Generator<Claim> {
  for (const { key, numberOf, mismatch } of readable) {
    if (mismatch) continue;
    for (const value of numberOf.values()) {
      const isKnown = !Number.isNaN(values.versions[value] ?? NaN);
      if (isKnown && values.writers[value] !== -1) yield { key, value };
    }
  }
}

function tornVersions(one: Claim, other: Claim, values: Values): Anomaly {
  const { name, transactions } = naming();
  const writer = name(values.writers[one.value]);
  const told = [one, other].map((claim) => toldOf(claim, values, name));
  return {
    type: "incompatible-versions",
    transactions,
    key: other.key,
    message: `${writer} wrote ${told.join(" and ")}, and all that one transaction writes is of one version`,
    steps: [],
  };
}

function sharedVersion(one: Claim, other: Claim, values: Values): Anomaly {
  const { name, transactions } = naming();
  const told = [one, other].map(
    (claim) => `${name(values.writers[claim.value])} wrote ${toldOf(claim, values, name)}`,
  );
  return {
    type: "incompatible-versions",
    transactions,
    key: other.key,
    message: `${told.join(", and ")}, and what two transactions write is not of one version`,
    steps: [],
  };
}

/** "1 to x as version 5, as T2 was told". */
function toldOf(
  { key, value }: Claim,
  { texts, versions, tellers, writers }: Values,
  name: (transaction: number | undefined) => string,
): string {
  const told = `${texts[value] ?? ""} to ${key} as version ${versions[value] ?? NaN}`;
  return tellers[value] === writers[value] ? told : `${told} (${name(tellers[value])} saw it)`;
}

interface Naming {
  readonly transactions: readonly number[];
  readonly name: (transaction: number | undefined) => string;
}

/** Transactions are called T1, T2, ... in the order in which they are named. */
function naming(): Naming {
  const transactions: number[] = [];
  return {
    transactions,
    name: (transaction = -1) => {
      const known = transactions.indexOf(transaction);
      return `T${known === -1 ? transactions.push(transaction) : known + 1}`;
    },
  };
}
