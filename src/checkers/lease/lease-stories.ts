import type { History } from "../../core/history.js";
import type { Pace } from "../bank-pace.js";
import { type Absence, KeyHolds } from "./key-holds.js";
import {
  answerOf,
  isPut,
  type LeaseInput,
  type LeaseOperation,
  type LeaseOutput,
  mayHaveHappened,
  type PutOperation,
} from "./lease-operation.js";

/** What shows that a lease is over, by the answer of `by` at the latest. */
export interface Ending {
  readonly how: "revoked" | "unknown to a put" | "unknown to a revocation" | "key gone";
  readonly by: LeaseOperation;
  /** Of a key that is gone: what attached it. */
  readonly put?: PutOperation;
}

/** An answer that promises that the lease lives for so long from its invocation on. */
export interface Assurance {
  readonly operation: LeaseOperation;
  /** Seconds. */
  readonly ttl: number;
  /** By when it and all that were invoked before it had their effect. Nanoseconds. */
  readonly effectByNs: number;
}

export interface LeaseStory {
  readonly id: string;
  /** The first answer that shows that it exists. */
  known?: LeaseOperation;
  /** In the order of their invocations. */
  assurances: readonly Assurance[];
  /** The first renewal that was never answered. */
  openRenewal?: LeaseOperation;
  /** The first revocation that may have taken effect. */
  askedToEnd?: LeaseOperation;
  /** The first answer that shows that it is over. */
  ended?: Ending;
  /** The first that shows it and is neither the answer of a revocation that worked nor of a put. */
  lapsed?: Ending;
  /** The first that is the answer of a put. */
  refused?: Ending;
}

export interface LeaseStories {
  readonly leases: ReadonlyMap<string, LeaseStory>;
  /** In the order of the reads' answers. */
  readonly absences: readonly Absence[];
  /** By value. */
  readonly puts: ReadonlyMap<string, PutOperation>;
  /** Answers that say that there is no such lease, of members that may lag behind. */
  readonly hearsay: number;
}

/**
 * What is known of each lease, in one pass over invocations and answers in their order. What etcd
 * decides through its log is believed: reads, puts and revocations. That a renewal or a time-to-live
 * knows no such lease is hearsay, for a new leader that has not yet applied all of its log may say so.
 * Undefined where there was no time for all of it.
 */
export async function leaseStories(
  history: History<LeaseInput, LeaseOutput>,
  pace: Pace,
): Promise<LeaseStories | undefined> {
  const known = written.get(history);
  if (known) return known;
  const { operations, events } = history;
  const writer = new StoryWriter();
  const isWhole = await pace.through(eventsOf(operations, events), ({ operation, isAnswer }) => {
    if (isAnswer) writer.answered(operation);
    else writer.invoked(operation);
  });
  if (!isWhole) return undefined;
  const stories = writer.finished();
  written.set(history, stories);
  return stories;
}

/** Several checkers judge a history, one after the other: they share its stories. */
const written = new WeakMap<object, LeaseStories>();

class StoryWriter {
  readonly #leases = new Map<string, LeaseStory>();
  readonly #assurances = new Map<string, Omit<Assurance, "effectByNs">[]>();
  readonly #puts = new Map<string, PutOperation>();
  readonly #absences: Absence[] = [];
  readonly #holds = new KeyHolds();
  #hearsay = 0;

  invoked(operation: LeaseOperation): void {
    this.#holds.invoked(operation);
    const { input, outcome } = operation;
    if (isPut(operation)) this.#puts.set(operation.input.value, operation);
    if (input.f === "revoke" && mayHaveHappened(operation)) {
      this.#story(input.lease).askedToEnd ??= operation;
    }
    if (input.f === "renew" && outcome.type === "info") {
      this.#story(input.lease).openRenewal ??= operation;
    }
  }

  answered(operation: LeaseOperation): void {
    this.#holds.answered(operation);
    for (const { put, read } of this.#holds.missedBy(operation)) {
      this.#absences.push({ put, read });
      const { lease } = put.input;
      if (lease !== undefined) this.#ended(lease, { how: "key gone", by: read, put });
    }
    const { input } = operation;
    const answer = answerOf(operation);
    if (!answer || !("lease" in input)) return;
    const { lease } = input;
    if ("refused" in answer) {
      const how = input.f === "put" ? "unknown to a put" : "unknown to a revocation";
      // Before it was known to exist it may not have been granted yet.
      if (this.#isKnownBefore(lease, operation)) this.#ended(lease, { how, by: operation });
    } else if ("revoked" in answer) this.#ended(lease, { how: "revoked", by: operation });
    else if (input.f === "put") this.#story(lease).known ??= operation;
    else if (input.f === "grant" && "granted" in answer) {
      this.#assured(lease, { operation, ttl: answer.granted });
    } else if ("renewed" in answer && answer.renewed > 0) {
      this.#assured(lease, { operation, ttl: answer.renewed });
    } else if ("renewed" in answer || ("left" in answer && answer.left < 0)) this.#hearsay += 1;
  }

  finished(): LeaseStories {
    for (const [id, assurances] of this.#assurances) {
      this.#story(id).assurances = inOrder(assurances);
    }
    return {
      leases: this.#leases,
      absences: this.#absences,
      puts: this.#puts,
      hearsay: this.#hearsay,
    };
  }

  #assured(lease: string, assurance: Omit<Assurance, "effectByNs">): void {
    this.#story(lease).known ??= assurance.operation;
    const known = this.#assurances.get(lease);
    if (known) known.push(assurance);
    else this.#assurances.set(lease, [assurance]);
  }

  #ended(lease: string, ending: Ending): void {
    const story = this.#story(lease);
    story.ended ??= ending;
    if (ending.how === "unknown to a put") story.refused ??= ending;
    else if (ending.how !== "revoked") story.lapsed ??= ending;
  }

  #isKnownBefore(lease: string, { index }: LeaseOperation): boolean {
    const { known } = this.#story(lease);
    return known?.completedIndex !== undefined && known.completedIndex < index;
  }

  #story(id: string): LeaseStory {
    const known = this.#leases.get(id);
    if (known) return known;
    const story: LeaseStory = { id, assurances: [] };
    this.#leases.set(id, story);
    return story;
  }
}

function inOrder(assurances: readonly Omit<Assurance, "effectByNs">[]): Assurance[] {
  let effectByNs = 0;
  return assurances
    .toSorted((a, b) => a.operation.index - b.operation.index)
    .map((assurance) => {
      effectByNs = Math.max(effectByNs, assurance.operation.completedAtNs ?? 0);
      return { ...assurance, effectByNs };
    });
}

interface Event {
  readonly operation: LeaseOperation;
  readonly isAnswer: boolean;
}

/** Invocations, and the answers of those that ended ok, as they came. */
function* eventsOf(operations: readonly LeaseOperation[], events: number): Generator<Event> {
  const places = new Int32Array(events).fill(-1);
  for (const [place, { outcome, completedIndex }] of operations.entries()) {
    if (outcome.type === "ok" && completedIndex !== undefined) places[completedIndex] = place;
  }
  function* answersBefore(from: number, to: number): Generator<Event> {
    for (let event = from; event < to; event++) {
      const operation = operations[places[event] ?? -1];
      if (operation) yield { operation, isAnswer: true };
    }
  }
  let from = 0;
  for (const operation of operations) {
    yield* answersBefore(from, operation.index);
    yield { operation, isAnswer: false };
    from = operation.index;
  }
  yield* answersBefore(from, events);
}
