import type { Operation } from "../../core/operation.js";
import type { Held, KeyWrite, Told } from "./account.js";

/** An operation that asked to write, and what is known of whether and when it did. */
export interface Writer {
  readonly operation: Operation;
  readonly writes: readonly KeyWrite[];
  /** "perhaps": its outcome is unknown. What is proven stays "perhaps", with a revision. */
  readonly fate: "wrote" | "never" | "perhaps";
  /** At which it wrote, where that is known. */
  revision?: number;
  /** Where its own answer does not tell the revision: whose answer does. */
  seenBy?: Operation;
}

/** Who asked to put which value under which key. */
export interface Writers {
  enter(writer: Writer): void;
  of(key: string, value: Held): readonly Writer[];
  /** Deletions of the key whose outcome is unknown, in the order of their calls. */
  perhapsDeletedBy(key: string): readonly Writer[];
  /** Puts of the key of unknown outcome that nobody saw. To be asked when all looks were settled. */
  unseenPuts(key: string): number;
  all(): readonly Writer[];
}

interface OfKey {
  /** One writer a value, as a rule: then it stands alone. */
  readonly byValue: Map<Held, Writer | Writer[]>;
  readonly perhapsPut: Writer[];
  readonly perhapsDeleted: Writer[];
}

export function newWriters(): Writers {
  const keys = new Map<string, OfKey>();
  const all: Writer[] = [];
  const unseen = new Map<string, number>();

  function ofKey(key: string): OfKey {
    const known = keys.get(key);
    if (known) return known;
    const made: OfKey = { byValue: new Map(), perhapsPut: [], perhapsDeleted: [] };
    keys.set(key, made);
    return made;
  }

  function enterWrite(writer: Writer, { key, value }: KeyWrite): void {
    const { byValue, perhapsPut, perhapsDeleted } = ofKey(key);
    if (writer.fate === "perhaps") (value === null ? perhapsDeleted : perhapsPut).push(writer);
    if (value === null) return;
    const before = byValue.get(value);
    if (before === undefined) byValue.set(value, writer);
    else if (Array.isArray(before)) before.push(writer);
    else byValue.set(value, [before, writer]);
  }

  return {
    enter(writer) {
      all.push(writer);
      for (const write of writer.writes) enterWrite(writer, write);
    },
    of(key, value) {
      const found = keys.get(key)?.byValue.get(value) ?? [];
      return Array.isArray(found) ? found : [found];
    },
    perhapsDeletedBy: (key) => keys.get(key)?.perhapsDeleted ?? [],
    unseenPuts(key) {
      const known = unseen.get(key);
      if (known !== undefined) return known;
      const puts = keys.get(key)?.perhapsPut ?? [];
      const count = puts.filter(({ revision }) => revision === undefined).length;
      unseen.set(key, count);
      return count;
    },
    all: () => all,
  };
}

/** Undefined for what only looks. */
export function writerOf(
  operation: Operation,
  writes: readonly KeyWrite[],
  told: Told | undefined,
): Writer | undefined {
  if (writes.length === 0) return undefined;
  const { outcome } = operation;
  switch (outcome.type) {
    case "fail":
      return { operation, writes, fate: "never" };
    case "info":
      return { operation, writes, fate: "perhaps" };
    case "ok": {
      if (told?.wrote !== true) return { operation, writes, fate: "never" };
      const revision = outcome.header?.revision;
      // An answer without a header does not say when.
      if (revision === undefined) return { operation, writes, fate: "perhaps" };
      return { operation, writes, fate: "wrote", revision };
    }
  }
}
