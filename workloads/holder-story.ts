import type { Holder, HolderInput, HolderOutput } from "../src/checkers/lock/holder-operation.js";
import type { Random } from "../src/core/random.js";
import type { Thread, ThreadContext } from "../src/core/workload.js";

/** What is done while it is held, besides the first read and the first write. */
export type HolderStep = "read" | "write" | "proclaim" | "ask" | "keepalive";

/** What locks and elections differ in, and how far their users go. */
export interface HolderPlot {
  readonly prefix: string;
  readonly win: "lock" | "campaign";
  readonly ask: "owner" | "leader";
  readonly letGo: "unlock" | "resign";
  /** Of each lease, in seconds. */
  readonly ttl: number;
  /** One of them is drawn for each step. */
  readonly steps: readonly HolderStep[];
  /** Milliseconds: one of them is drawn for each write. */
  readonly heldUpMs: readonly number[];
  /** Some write once more when they have let go of it, which the fence must refuse. */
  readonly writesAfterwards: boolean;
  /** Some who hold it end the lease of another one that waits for it: that one must not get it. */
  readonly endsWaiters: boolean;
}

/** So many threads share a lock: they meet, and most of them have it soon. */
const threadsToAName = 2;
/** Steps of whoever holds it: a read, a write, and up to so many more. */
const leastSteps = 2;
const mostMoreSteps = 4;

type Ending = "let-go" | "let-go-then-write" | "revoke" | "revoke-then-write";
/** One of them is drawn: most let go before they revoke, as they should. */
const endings: readonly Ending[] = [
  "let-go",
  "let-go",
  "let-go-then-write",
  "let-go-then-write",
  "revoke",
  "revoke-then-write",
];

/** How the names are called that so many threads share. */
export function nameOf({ prefix }: HolderPlot, place: number): string {
  return `${prefix}/${place}`;
}

interface Attempt {
  readonly name: string;
  readonly steps: number;
  readonly ending: Ending;
}

/** Where a thread stands in its story; each attempt has a lease of its own. */
type Chapter =
  | { readonly at: "start" }
  | { readonly at: "candidate"; readonly lease: string }
  | { readonly at: "holder"; readonly by: Holder; readonly done: number }
  | { readonly at: "let-go"; readonly by: Holder }
  /** The last write, after which its lease is still to be revoked, or not. */
  | { readonly at: "afterwards"; readonly by: Holder; readonly isRevoked: boolean }
  | { readonly at: "revoke"; readonly lease: string; readonly by?: Holder }
  /** The cluster was set back: leases of before may be there again, and each stands in others' way. */
  | { readonly at: "clear-away"; readonly leases: readonly string[] };

/** By name: the lease of who waits for it, as far as the threads of a run know. */
export type Waiting = Map<string, string>;

/** More attempts than a thread makes between a snapshot and the disaster. */
const leasesKept = 20;

/**
 * A thread wants a lock or an election over and over: grants itself a lease, waits until it holds it,
 * reads and writes the resource, lets go of it, and revokes the lease. Whatever goes wrong, the lease
 * is revoked as the next thing, again and again until that is answered, so that no waiter stays
 * behind. What a thread draws follows from its random stream alone.
 */
export function holderThread(
  plot: HolderPlot,
  { thread, threads, random }: ThreadContext,
  { waiting, onName }: { readonly waiting: Waiting; readonly onName: (name: string) => void },
): Thread<HolderInput, HolderOutput> {
  const names = Math.ceil(threads / threadsToAName);
  let attempt: Attempt = { name: nameOf(plot, 0), steps: 0, ending: "let-go" };
  let chapter: Chapter = { at: "start" };
  let written = 0;
  /** Of the latest attempts, the newest first. */
  let leases: readonly string[] = [];

  const freshValue = () => ++written * threads + thread;

  function next(): HolderInput {
    const choice = choose(plot, names, random);
    const { name } = attempt;
    switch (chapter.at) {
      case "start":
        attempt = choice.attempt;
        onName(attempt.name);
        return { f: "grant", ttl: plot.ttl };
      case "candidate":
        waiting.set(name, chapter.lease);
        return plot.win === "campaign"
          ? { f: "campaign", name, lease: chapter.lease, value: freshValue() }
          : { f: "lock", name, lease: chapter.lease };
      case "holder":
        return stepOf(chapter.by, chapter.done, choice);
      case "let-go":
        return { f: plot.letGo, name, by: chapter.by };
      case "afterwards":
        return { f: "write", name, by: chapter.by, value: freshValue(), heldUpMs: 0 };
      case "revoke":
        return { f: "revoke", lease: chapter.lease };
      case "clear-away":
        return { f: "revoke", lease: chapter.leases[0] ?? "0" };
    }
  }

  function stepOf(by: Holder, done: number, { step, heldUpMs, endsWaiter }: Choice): HolderInput {
    const { name } = attempt;
    const waiter = waiting.get(name);
    if (done >= leastSteps && plot.endsWaiters && endsWaiter && waiter !== undefined) {
      return { f: "revoke", lease: waiter };
    }
    switch (done === 0 ? "read" : done === 1 ? "write" : step) {
      case "read":
        return { f: "read", name, by };
      case "write":
        return { f: "write", name, by, value: freshValue(), heldUpMs };
      case "proclaim":
        return { f: "proclaim", name, by, value: freshValue() };
      case "ask":
        return { f: plot.ask, name };
      case "keepalive":
        return { f: "keepalive", lease: by.lease };
    }
  }

  function saw(_: HolderInput, output: HolderOutput): void {
    waitNoMore();
    if (output.type === "granted") {
      chapter = { at: "candidate", lease: output.lease };
      leases = [output.lease, ...leases].slice(0, leasesKept);
    } else if (output.type === "held") chapter = { at: "holder", by: output.holder, done: 0 };
    else chapter = after(output);
  }

  function after(output: HolderOutput): Chapter {
    const { ending, steps } = attempt;
    const writesAfterwards = plot.writesAfterwards && ending.endsWith("write");
    switch (chapter.at) {
      case "start":
      case "candidate":
        return { at: "start" };
      case "holder": {
        const { by } = chapter;
        const done = chapter.done + 1;
        if (isLost(output)) return { at: "revoke", lease: by.lease };
        if (done < steps) return { at: "holder", by, done };
        return ending.startsWith("let-go")
          ? { at: "let-go", by }
          : { at: "revoke", lease: by.lease, by };
      }
      case "let-go": {
        const { by } = chapter;
        if (writesAfterwards) return { at: "afterwards", by, isRevoked: false };
        return { at: "revoke", lease: by.lease };
      }
      case "afterwards": {
        const { by, isRevoked } = chapter;
        return isRevoked ? { at: "start" } : { at: "revoke", lease: by.lease };
      }
      case "revoke": {
        const { by } = chapter;
        return by && writesAfterwards ? { at: "afterwards", by, isRevoked: true } : { at: "start" };
      }
      case "clear-away":
        return clearAway(chapter.leases.slice(1));
    }
  }

  /** Whoever asks for it afterwards has another lease. */
  function waitNoMore(): void {
    if (chapter.at !== "candidate") return;
    if (waiting.get(attempt.name) === chapter.lease) waiting.delete(attempt.name);
  }

  function missed(): void {
    waitNoMore();
    switch (chapter.at) {
      case "start":
      case "revoke":
      case "clear-away":
        return;
      case "candidate":
        chapter = { at: "revoke", lease: chapter.lease };
        return;
      case "afterwards":
        if (chapter.isRevoked) chapter = { at: "start" };
        else chapter = { at: "revoke", lease: chapter.by.lease };
        return;
      case "holder":
      case "let-go":
        chapter = { at: "revoke", lease: chapter.by.lease };
    }
  }

  function forget(): void {
    chapter = clearAway(leases);
  }

  return { next, saw, missed, forget };
}

function clearAway(leases: readonly string[]): Chapter {
  return leases.length > 0 ? { at: "clear-away", leases } : { at: "start" };
}

/** The answer tells that somebody else may have it by now. */
function isLost(output: HolderOutput): boolean {
  return output.type === "refused" || (output.type === "renewed" && output.ttl === 0);
}

interface Choice {
  readonly attempt: Attempt;
  readonly step: HolderStep;
  readonly heldUpMs: number;
  readonly endsWaiter: boolean;
}

/** Always the same draws, whatever comes of them. */
function choose(plot: HolderPlot, names: number, random: Random): Choice {
  const name = nameOf(plot, random.below(names));
  const steps = leastSteps + random.below(mostMoreSteps + 1);
  const ending = random.pick(endings);
  const step = random.pick(plot.steps);
  const heldUpMs = random.pick(plot.heldUpMs);
  return { attempt: { name, steps, ending }, step, heldUpMs, endsWaiter: random.below(4) === 0 };
}
