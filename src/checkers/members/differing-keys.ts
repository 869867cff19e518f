import type { KeyValue } from "../../core/client.js";
import type { MemberContents, MemberEvent } from "../../core/history.js";

/** What one key is on each member. */
export interface DifferingKey {
  readonly key: string;
  /** By node; undefined where the key is not there. */
  readonly held: ReadonlyMap<string, KeyValue | undefined>;
}

export interface Differences {
  /** In the order of the keys. */
  readonly keys: readonly DifferingKey[];
  /** The pages from this key on differ, and none of the keys that were kept does. */
  readonly beyond?: string;
}

interface Holder {
  readonly node: string;
  readonly contents: MemberContents;
}

/**
 * Every key that is not the same on all members that answered, in each of its fields. Pages that
 * are the same everywhere are passed over by their digests.
 */
export function differencesOf(members: readonly MemberEvent[]): Differences {
  const holders = members.flatMap(({ node, contents }) => (contents ? [{ node, contents }] : []));
  const [first, ...others] = holders;
  if (!first || others.every((other) => samePages(first, other))) return { keys: [] };
  const alike = pagesAlike(first, others);
  const end = endOfKnown(holders, alike);
  const keys = differingKeys(holders, alike, end);
  if (keys.length > 0 || end === undefined) return { keys };
  return { keys, beyond: first.contents.pages[alike]?.from ?? "" };
}

function samePages(one: Holder, other: Holder): boolean {
  const { pages } = other.contents;
  return pages.length === one.contents.pages.length && pagesAlike(one, [other]) === pages.length;
}

/** How many pages, from the first on, are the same on all. */
function pagesAlike(first: Holder, others: readonly Holder[]): number {
  const { pages } = first.contents;
  const at = pages.findIndex(({ digest }, place) =>
    others.some(({ contents }) => contents.pages[place]?.digest !== digest),
  );
  return at < 0 ? pages.length : at;
}

function differingKeys(
  holders: readonly Holder[],
  alike: number,
  end: string | undefined,
): DifferingKey[] {
  const entries = holders.map(({ node, contents }) => [node, keptAfter(contents, alike)] as const);
  const keys = new Set(entries.flatMap(([, kept]) => [...kept.keys()]));
  return [...keys]
    .filter((key) => end === undefined || order(key, end) <= 0)
    .map((key) => ({ key, held: new Map(entries.map(([node, kept]) => [node, kept.get(key)])) }))
    .filter(({ held }) => new Set([...held.values()].map(fieldsOf)).size > 1)
    .sort((a, b) => order(a.key, b.key));
}

function keptAfter({ pages }: MemberContents, alike: number): ReadonlyMap<string, KeyValue> {
  const entries = pages.slice(alike).flatMap(({ entries = [] }) => entries);
  return new Map(entries.map((entry) => [entry.key, entry]));
}

/** Beyond it not every member's keys were kept. Undefined where all were. */
function endOfKnown(holders: readonly Holder[], alike: number): string | undefined {
  const ends = holders.flatMap(({ contents }) => {
    const pages = contents.pages.slice(alike);
    if (pages.every(({ entries }) => entries !== undefined)) return [];
    return [pages.findLast(({ entries }) => entries !== undefined)?.entries?.at(-1)?.key ?? ""];
  });
  return ends.sort(order)[0];
}

function fieldsOf(kv: KeyValue | undefined): string {
  if (!kv) return "";
  const { value, createRevision, modRevision, version, lease } = kv;
  return JSON.stringify([value, createRevision, modRevision, version, lease]);
}

/** etcd's: by bytes. */
function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
