import type { WatchEvent } from "../../core/client.js";
import type { ObjectInput, ObjectOutput } from "../../models/kubernetes-object.js";
import type { Operation } from "../../core/operation.js";
import { messagesOf } from "../watch/watch-part.js";
import { isOfObject, type KubernetesOperation, pageOf } from "./kubernetes-operation.js";

/** What certainly happened to an object at a revision, and who made it or else saw it first. */
export interface KnownChange {
  readonly key: string;
  readonly revision: number;
  /** Null for a deletion. */
  readonly value: string | null;
  readonly by: Operation;
}

/** Somebody was told what an object was like at a revision. */
export interface Sighting {
  readonly key: string;
  /** At which the answer shows the object. */
  readonly revision: number;
  /** Of the object, 0 where it was absent. */
  readonly modRevision: number;
  readonly by: Operation;
}

/** Two tell different things of one object at one revision. */
export interface Dispute {
  readonly first: KnownChange;
  readonly second: KnownChange;
}

/**
 * All that is certain of the objects' history: by writes that were acknowledged, by what reads,
 * lists and refused writes found, and by what watches were told. A write that was acknowledged had
 * found what its guard says, too. Changes that nobody saw are missing.
 */
export class ObjectLog {
  readonly #objects = new Map<string, ObjectStory>();
  readonly #writers = new Map<string, Operation<ObjectInput, ObjectOutput>>();
  readonly disputes: Dispute[] = [];

  /** In the order of their calls. */
  add(operation: KubernetesOperation): void {
    if (isOfObject(operation)) this.#addObject(operation);
    else if (operation.input.f === "list") this.#addPage(operation);
    else if (operation.input.f === "watch") this.#addEvents(operation);
  }

  /** To be called once, when all was added. */
  order(): void {
    for (const story of this.#objects.values()) {
      story.changes.sort(byRevision);
      story.sightings.sort(byRevision);
    }
  }

  /** All keys that anything is known of, in order. */
  keys(): readonly string[] {
    return [...this.#objects.keys()].sort();
  }

  /** Who asked to write this value; undefined where nobody did. */
  writerOf(value: string): Operation<ObjectInput, ObjectOutput> | undefined {
    return this.#writers.get(value);
  }

  /** The last known change up to a revision. */
  lastChange(key: string, revision: number): KnownChange | undefined {
    const changes = this.#objects.get(key)?.changes ?? [];
    return changes[firstAfter(changes, revision) - 1];
  }

  /** All known changes after the first revision and up to the last, in order. */
  changesBetween(key: string, after: number, last: number): readonly KnownChange[] {
    const changes = this.#objects.get(key)?.changes ?? [];
    return changes.slice(firstAfter(changes, after), firstAfter(changes, last));
  }

  /** The first and the last sighting from one revision to another, both included. */
  sightingsAtTheEdges(key: string, first: number, last: number): readonly Sighting[] {
    const sightings = this.#objects.get(key)?.sightings ?? [];
    const from = firstAfter(sightings, first - 1);
    const to = firstAfter(sightings, last) - 1;
    if (to < from) return [];
    return [sightings[from], sightings[to]].filter((sighting) => sighting !== undefined);
  }

  /** Who saw this version of the object at the latest revision. */
  lastSightingOf(key: string, modRevision: number): Sighting | undefined {
    return this.#objects.get(key)?.lastSeen.get(modRevision);
  }

  /** Who may have deleted this version of the object without having been told so. */
  mayHaveDeleted(key: string, modRevision: number): Operation | undefined {
    return this.#objects.get(key)?.openDeletions.get(modRevision);
  }

  #addObject(operation: Operation<ObjectInput, ObjectOutput>): void {
    const { input, outcome } = operation;
    if ("value" in input) this.#writers.set(input.value, operation);
    const { key } = input;
    if (outcome.type === "ok") {
      this.#addAnswer(operation, outcome.output, outcome.header?.revision);
    } else if (outcome.type === "info" && input.f === "delete") {
      const { openDeletions } = this.#storyOf(key);
      const { modRevision } = input.believed;
      if (!openDeletions.has(modRevision)) openDeletions.set(modRevision, operation);
    }
  }

  #addAnswer(
    by: Operation<ObjectInput, ObjectOutput>,
    output: ObjectOutput,
    newest: number | undefined,
  ): void {
    const { input } = by;
    const { key } = input;
    if ("done" in output && output.done) {
      const { revision } = output;
      const value = "value" in input ? input.value : null;
      this.#change({ key, revision, value, by });
      const found = foundByGuard(input);
      if (found !== undefined) this.#see({ key, revision: revision - 1, modRevision: found, by });
    } else if (output.found !== undefined && newest !== undefined) {
      const { found } = output;
      if (found) this.#change({ key, revision: found.modRevision, value: found.value, by });
      this.#see({ key, revision: newest, modRevision: found?.modRevision ?? 0, by });
    }
  }

  /** Objects that a page leaves out are no sightings: whoever judges lists looks for them. */
  #addPage(by: KubernetesOperation): void {
    const page = pageOf(by);
    if (!page) return;
    for (const { key, value, modRevision } of page.kvs) {
      this.#change({ key, revision: modRevision, value, by });
      this.#see({ key, revision: page.revision, modRevision, by });
    }
  }

  #addEvents(by: KubernetesOperation): void {
    for (const { events } of messagesOf(by)) {
      for (const { type, kv } of events) this.#change(changeOf({ type, kv }, by));
    }
  }

  #change(change: KnownChange): void {
    const { changes, at } = this.#storyOf(change.key);
    const before = at.get(change.revision);
    if (before === undefined) {
      const added = { ...change };
      at.set(change.revision, added);
      changes.push(added);
    } else if (before.value !== change.value) {
      this.disputes.push({ first: before, second: change });
    } else if (isWrite(change.by) && !isWrite(before.by)) {
      before.by = change.by;
    }
  }

  #see(sighting: Sighting): void {
    const { sightings, lastSeen } = this.#storyOf(sighting.key);
    sightings.push(sighting);
    if (sighting.modRevision === 0) return;
    const last = lastSeen.get(sighting.modRevision);
    if (!last || last.revision < sighting.revision) lastSeen.set(sighting.modRevision, sighting);
  }

  #storyOf(key: string): ObjectStory {
    let story = this.#objects.get(key);
    if (!story) {
      story = {
        ...{ changes: [], at: new Map(), sightings: [] },
        ...{ lastSeen: new Map(), openDeletions: new Map() },
      };
      this.#objects.set(key, story);
    }
    return story;
  }
}

interface StoredChange extends KnownChange {
  by: Operation;
}

interface ObjectStory {
  readonly changes: StoredChange[];
  readonly at: Map<number, StoredChange>;
  readonly sightings: Sighting[];
  /** By mod_revision. */
  readonly lastSeen: Map<number, Sighting>;
  /** The first of unknown outcome, by the mod_revision that it asks for. */
  readonly openDeletions: Map<number, Operation>;
}

function isWrite({ outcome }: Operation): boolean {
  if (outcome.type !== "ok") return false;
  return typeof outcome.output === "object" && outcome.output !== null && "done" in outcome.output;
}

export function changeOf({ type, kv }: WatchEvent, by: Operation): KnownChange {
  const { key, modRevision: revision, value } = kv;
  return { key, revision, value: type === "put" ? value : null, by };
}

/** The mod_revision that an object had where the guard held; undefined where it says nothing of it. */
function foundByGuard(input: ObjectInput): number | undefined {
  switch (input.f) {
    case "create":
      return 0;
    case "update":
    case "delete":
      return input.believed.modRevision;
    default:
      return undefined;
  }
}

function byRevision(
  a: { readonly revision: number; readonly by: Operation },
  b: { readonly revision: number; readonly by: Operation },
): number {
  return a.revision - b.revision || a.by.index - b.by.index;
}

/** The place of the first of a later revision. */
function firstAfter(list: readonly { readonly revision: number }[], revision: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.revision ?? Infinity) > revision) high = middle;
    else low = middle + 1;
  }
  return low;
}
