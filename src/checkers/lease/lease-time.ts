import type { FaultRecord, History } from "../../core/history.js";
import type { Assurance, LeaseStory } from "./lease-stories.js";
import type { LeaseOperation } from "./lease-operation.js";

const secondNs = 1e9;
/** etcd's default, which ordeal leaves as it is. */
const electionNs = secondNs;
/** Right clocks differ by no more than this share. */
const drift = 0.001;
/** What etcd counts in ticks of 100 ms may come a little early, and so may the news of it. */
const marginNs = 0.25 * secondNs;

interface Rates {
  readonly slowest: number;
  readonly fastest: number;
}

/** How wrong the members' clocks ran, as far as faults made them; both are 1 where none did. */
export function ratesOf({ faults }: Pick<History, "faults">): Rates {
  const rates = faults.map(rateOf);
  return {
    slowest: rates.reduce((slowest, rate) => Math.min(slowest, rate), 1),
    fastest: rates.reduce((fastest, rate) => Math.max(fastest, rate), 1),
  };
}

function rateOf({ spec }: FaultRecord): number {
  const { skew } = spec as { readonly skew?: { readonly rate?: number } };
  return skew?.rate ?? 1;
}

/**
 * Until when a lease lives for certain after such an answer, by the run's clock: its time counts from
 * when the leader got the request, which is not before the invocation, by the leader's own clock. A
 * leader that was replaced and does not know yet may give the answer, for up to two election
 * timeouts; the new one adds an election timeout for that, which falls short where their clocks run
 * at different rates. Nanoseconds.
 */
export function livesUntil({ operation, ttl }: Assurance, { slowest, fastest }: Rates): number {
  const lifeNs = (ttl * secondNs * (1 - drift)) / fastest;
  const unevenNs = 2 * electionNs * (1 / slowest - 1 / fastest);
  return operation.invokedAtNs + lifeNs - unevenNs - marginNs;
}

/** The answer that promises the longest life, among those that were asked for before an event. */
export function longestBefore(
  { assurances }: LeaseStory,
  rates: Rates,
  index: number,
): (Assurance & { readonly untilNs: number }) | undefined {
  let longest: (Assurance & { readonly untilNs: number }) | undefined;
  for (const assurance of assurances) {
    if (assurance.operation.index > index) break;
    const untilNs = livesUntil(assurance, rates);
    if (!longest || untilNs > longest.untilNs) longest = { ...assurance, untilNs };
  }
  return longest;
}

/** Ten seconds and two elections: etcd names no deadline for the end of a lease. */
const graceNs = 10 * secondNs + 2 * electionNs;

export interface Deadline {
  readonly atNs: number;
  /** The last answer that promised a time. */
  readonly last: Assurance;
}

/**
 * Whether a lease must have been over when a read was asked, and since when. Only where all was calm
 * for long enough: an end needs a leader and a quorum, and each new leader gives every lease its
 * whole time anew. Undefined where it cannot be told. Nanoseconds.
 */
export class Deadlines {
  readonly #faults: History["faults"];
  readonly #finalNs: number | undefined;
  /** When each term was seen first. */
  readonly #terms: ReadonlyMap<number, number>;

  constructor(history: History) {
    this.#faults = history.faults;
    this.#finalNs = history.phases.find(({ phase }) => phase === "final")?.atNs;
    this.#terms = termsOf(history);
  }

  /** The latest moment at which the lease can have been there by rights, and what it follows from. */
  of(story: LeaseStory, read: LeaseOperation): Deadline | undefined {
    const { known, openRenewal } = story;
    if (known?.completedAtNs === undefined || read.outcome.type !== "ok") return undefined;
    if (openRenewal && openRenewal.invokedAtNs < read.invokedAtNs) return undefined;
    const last = lastBefore(story.assurances, read.completedIndex ?? Infinity);
    if (!last) return undefined;
    const lifeNs = last.ttl * secondNs + electionNs + graceNs;
    // What is young cannot be overdue, which spares the look at everything else.
    if (read.invokedAtNs <= last.effectByNs + lifeNs) return undefined;
    const calmNs = this.#calmSince(read);
    const leaderNs = this.#terms.get(read.outcome.header?.raftTerm ?? -1);
    if (calmNs === undefined || leaderNs === undefined) return undefined;
    const anewNs = Math.max(known.completedAtNs, last.effectByNs, calmNs, leaderNs);
    return { atNs: anewNs + lifeNs, last };
  }

  /** When the last fault before the read was over. Undefined: one may have been in force. */
  #calmSince({ invokedAtNs }: LeaseOperation): number | undefined {
    // Everything is healed by then, and every member serves.
    if (this.#finalNs !== undefined && this.#finalNs <= invokedAtNs) return this.#finalNs;
    let calmNs = 0;
    for (const { injectedAtNs, overAtNs } of this.#faults) {
      if (injectedAtNs > invokedAtNs) continue;
      if (overAtNs === undefined || overAtNs > invokedAtNs) return undefined;
      calmNs = Math.max(calmNs, overAtNs);
    }
    return calmNs;
  }
}

/** The last that was asked for before an event. */
function lastBefore(assurances: readonly Assurance[], index: number): Assurance | undefined {
  let [low, high] = [0, assurances.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((assurances[middle]?.operation.index ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return assurances[low - 1];
}

function termsOf({ operations, statuses }: History): Map<number, number> {
  const terms = new Map<number, number>();
  const see = (term: number, atNs: number) => {
    if (atNs < (terms.get(term) ?? Infinity)) terms.set(term, atNs);
  };
  for (const { outcome, completedAtNs } of operations) {
    if (outcome.type !== "ok" || !outcome.header || completedAtNs === undefined) continue;
    see(outcome.header.raftTerm, completedAtNs);
  }
  for (const { atNs, status } of statuses) if (status) see(status.raftTerm, atNs);
  return terms;
}
