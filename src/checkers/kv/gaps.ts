import type { KvInput } from "../../models/etcd/requests.js";
import type { KeyValue } from "../../core/client.js";
import {
  type KvOperation,
  putsMadeBy,
  revisionMadeBy,
  shownAsOf,
  shownBy,
  type Sighting,
  waysToWrite,
} from "./kv-operation.js";

/** A revision that nobody is known to have made. */
export interface Gap {
  readonly revision: number;
  /** Keys that were as they are both before and after it. */
  readonly untouched: ReadonlySet<string>;
  /** Keys that were seen as written at it, and what; undefined where only the key is known. */
  readonly written: ReadonlyMap<string, string | undefined>;
}

interface OpenGap extends Gap {
  readonly untouched: Set<string>;
  readonly written: Map<string, string | undefined>;
}

/**
 * The gaps between two revisions, ascending. Whoever finds a key with its mod_revision tells that
 * nothing happened to it between that and the revision of the answer, so that few writes are left
 * that can have made a gap.
 */
export function gapsBetween(
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
  makers: ReadonlyMap<number, unknown>,
  operations: readonly KvOperation[],
): readonly Gap[] {
  const gaps: OpenGap[] = [];
  for (let revision = oldest + 1; revision <= newest; revision++) {
    if (!makers.has(revision)) gaps.push({ revision, untouched: new Set(), written: new Map() });
  }
  if (gaps.length === 0) return gaps;
  const at = new Map(gaps.map((gap) => [gap.revision, gap]));
  const chains = new Map<string, Chain>();
  for (const operation of operations) {
    const { kvs, at: asOf } = shownAsOf(operation);
    for (const kv of kvs) exclude(gaps, kv, asOf);
    for (const kv of shownBy(operation)) {
      const chain = chainOf(chains, kv.key);
      // Reads find the same again and again.
      if (chain.last !== kv.modRevision) chain.seen.set(kv.modRevision, kv);
      chain.last = kv.modRevision;
      const made = at.get(kv.createRevision)?.written;
      if (made && !made.has(kv.key)) made.set(kv.key, undefined);
      // Where only keys were asked for, the value is empty.
      if (kv.value !== "") at.get(kv.modRevision)?.written.set(kv.key, kv.value);
    }
    const made = revisionMadeBy(operation);
    if (made === undefined) continue;
    for (const key of putsMadeBy(operation)) chainOf(chains, key).puts.add(made);
  }
  for (const chain of chains.values()) {
    for (const { kv, at: until } of unbrokenIn(chain)) exclude(gaps, kv, until);
  }
  return gaps;
}

/** What is known of the writes to a key, by mod_revision. */
interface Chain {
  readonly seen: Map<number, KeyValue>;
  readonly puts: Set<number>;
  /** Of those seen. */
  last: number;
}

function chainOf(chains: Map<string, Chain>, key: string): Chain {
  const known = chains.get(key);
  if (known) return known;
  const chain = { seen: new Map<number, KeyValue>(), puts: new Set<number>(), last: 0 };
  chains.set(key, chain);
  return chain;
}

/**
 * Versions count the puts since a key was made: where all of those between two are known, nothing
 * else happened to it meanwhile.
 */
function unbrokenIn({ seen, puts }: Chain): Sighting[] {
  const ascending = [...seen.values()].sort((a, b) => a.modRevision - b.modRevision);
  const writes = [...new Set([...seen.keys(), ...puts])].sort((a, b) => a - b);
  const place = new Map(writes.map((revision, index) => [revision, index]));
  return ascending.flatMap((kv, index) => {
    const next = ascending[index + 1];
    if (next?.createRevision !== kv.createRevision) return [];
    const known = (place.get(next.modRevision) ?? 0) - (place.get(kv.modRevision) ?? 0);
    return known === next.version - kv.version ? [{ kv, at: next.modRevision - 1 }] : [];
  });
}

function exclude(gaps: readonly OpenGap[], kv: KeyValue, at: number): void {
  for (let place = firstAbove(kv.modRevision, gaps); place < gaps.length; place++) {
    const gap = gaps[place];
    if (!gap || gap.revision > at) return;
    gap.untouched.add(kv.key);
  }
}

function firstAbove(revision: number, gaps: readonly { readonly revision: number }[]): number {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((gaps[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether the request can have made the gap, by what it writes. That `untouched` keys rule it out
 * changes no verdict, since the answers that showed them do so too; it spares the search the attempt.
 */
export function mayFill({ untouched, written }: Gap, input: KvInput): boolean {
  return waysToWrite(input).some(({ puts, deletes }) => {
    if (puts.some(({ key }) => untouched.has(key))) return false;
    const isAll = [...written].every(([key, seen]) =>
      puts.some((put) => put.key === key && couldBe(put.value, seen)),
    );
    if (!isAll) return false;
    return puts.length > 0 || deletes.some((key) => key === undefined || !untouched.has(key));
  });
}

function couldBe(put: string | undefined, seen: string | undefined): boolean {
  return put === undefined || seen === undefined || put === seen;
}
