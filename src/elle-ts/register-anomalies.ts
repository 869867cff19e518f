import type { RegisterKey, Values, Visit } from "./register-history.js";
import type { RegisterOrder } from "./register-order.js";
import { shownValue } from "./register-reason.js";
import type { Anomaly, DirectType } from "./result.js";
import type { Timed } from "./transaction.js";

export interface KnownRegister {
  readonly transactions: readonly Timed[];
  readonly values: Values;
  readonly sameVersion: RegisterOrder["sameVersion"];
}

/**
 * What the reads of one key show by themselves. Of each kind one is told, the first: a key that went
 * wrong mostly goes on being wrong.
 */
export function registerAnomalies(register: RegisterKey, known: KnownRegister): Anomaly[] {
  const found = new Map<DirectType, Anomaly>();
  const updaters = new Map<number, number>();
  for (const visit of register.visits) {
    if (visit.read === -1) continue;
    const anomalies = [
      ofRead(register, visit, known),
      lostUpdate(register, visit, { values: known.values, updaters }),
    ];
    for (const anomaly of anomalies) {
      if (anomaly && !found.has(anomaly.type)) found.set(anomaly.type, anomaly.tell());
    }
  }
  return [...incompatibleVersions(register, known), ...found.values()];
}

interface Found {
  readonly type: DirectType;
  readonly tell: () => Anomaly;
}

function ofRead(
  { key }: RegisterKey,
  { by, read }: Visit,
  { transactions, values }: KnownRegister,
): Found | undefined {
  const text = values.texts[read] ?? null;
  if (text === null) return undefined;
  const writer = values.writers[read] ?? -1;
  const next = values.overwrittenBy[read] ?? -1;
  const seen = shownValue(key, text);
  if (writer === -1) {
    return anomaly("garbage-read", key, [by], `T1 read ${seen}, which no transaction ever wrote`);
  }
  if (writer === by) {
    const message = `T1 read ${seen}, which T1 itself wrote only afterwards`;
    return anomaly("future-read", key, [by], message);
  }
  if (transactions[writer]?.outcome === "fail") {
    const message = `T1 failed, so that it never happened, but T2 read ${seen}, which T1 had wanted to write`;
    return anomaly("G1a", key, [writer, by], message);
  }
  if (next === -1) return undefined;
  const message = `T2 read ${seen}, which T1 left only until it went on: after ${text} it wrote ${values.texts[next] ?? ""} in the same transaction`;
  return anomaly("G1b", key, [writer, by], message);
}

interface Updates {
  readonly values: Values;
  /** Who first read each value and then wrote. */
  readonly updaters: Map<number, number>;
}

/** Two that replaced the same version, as if the other had not. */
function lostUpdate(
  { key }: RegisterKey,
  { by, read, firstWrite }: Visit,
  { values, updaters }: Updates,
): Found | undefined {
  if (firstWrite === -1) return undefined;
  const first = updaters.get(read);
  if (first === undefined) {
    updaters.set(read, by);
    return undefined;
  }
  const seen = shownValue(key, values.texts[read] ?? null);
  const message = `T1 and T2 both read ${seen} and then wrote to it: whichever was the second did not see what the first had written`;
  return anomaly("lost-update", key, [first, by], message);
}

/** A value that came with two versions, and two values that came with the same. */
function incompatibleVersions(
  { key, mismatch, numberOf }: RegisterKey,
  { values, sameVersion }: KnownRegister,
): Anomaly[] {
  const twins = sameVersion.get(key);
  const found = [];
  if (mismatch) {
    const { by, value, version } = mismatch;
    const teller = values.tellers[value] ?? -1;
    const other = by === teller ? "T1" : "T2";
    const message = `T1 saw ${values.texts[value] ?? ""} in ${key} as version ${values.versions[value] ?? NaN}, and ${other} saw it as version ${version}`;
    const who = by === teller ? [by] : [teller, by];
    found.push(anomaly("incompatible-versions", key, who, message));
  } else if (twins && numberOf.size > 1) {
    const [one, other] = twins;
    const [writer = -1, otherWriter = -1] = [values.writers[one], values.writers[other]];
    const who = writer === otherWriter ? "T1" : "T2";
    const message = `T1 wrote ${values.texts[one] ?? ""} to ${key}, and ${who} wrote ${values.texts[other] ?? ""}, and both are version ${values.versions[one] ?? NaN} of it`;
    const writers = writer === otherWriter ? [writer] : [writer, otherWriter];
    found.push(anomaly("incompatible-versions", key, writers, message));
  }
  return found.map(({ tell }) => tell());
}

function anomaly(
  type: DirectType,
  key: string,
  transactions: readonly number[],
  message: string,
): Found {
  return { type, tell: () => ({ type, transactions, key, message, steps: [] }) };
}
