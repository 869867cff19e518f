import type { CheckContext, CheckProgress } from "../../core/checker.js";
import type { KvAnswer } from "../../models/etcd/model.js";
import type { EtcdState } from "../../models/etcd/state.js";
import type { Budget, UnknownReason } from "../../porcupine-ts/budget.js";
import { findOrder, type Found, type Question } from "./order-search.js";
import type { Entry, Window } from "./timeline.js";

export interface WindowedQuestion {
  readonly initial: EtcdState;
  readonly windows: readonly Window[];
  /** The first revision that more than one may have made; Infinity where there is none. */
  readonly firstDoubt: number;
  readonly mayMake: Question["mayMake"];
  readonly mayMatter: Question["mayMatter"];
}

export interface SearchPace {
  /** What is left of the check's time and memory. */
  readonly left: () => CheckContext;
  readonly budget: Budget;
  readonly onProgress?: (progress: CheckProgress) => void;
}

export type Searched = {
  /** In all. */
  readonly windows: number;
  /** Up to the one that was looked at last. */
  readonly judged: number;
  readonly longestWindow: number;
  /** How often windows were searched together with those before them. */
  readonly searchedAgain: number;
  readonly visited: number;
} & (
  | { readonly validity: "valid" }
  | { readonly validity: "unknown"; readonly reason: UnknownReason }
  | { readonly validity: "invalid"; readonly failure: Question }
);

/** Where a window may begin. */
interface Start {
  readonly state: EtcdState;
  /** What was called before, may never have happened, and is not in the order that led here. */
  readonly open: readonly Entry[];
  /** Whether every order of all that was before leads to this state. */
  readonly isOnlyOne: boolean;
}

/**
 * One window after the other, each from the state that the order found for those before it led to.
 * Where one has no order from there, another order of those before it may have led to another
 * state: so it is searched again together with ever more of them, until the state that they begin
 * in is the only one that is possible.
 */
export async function searchWindows(
  { initial, windows, firstDoubt, mayMake, mayMatter }: WindowedQuestion,
  { left, budget, onProgress }: SearchPace,
): Promise<Searched> {
  const starts: Start[] = [{ state: initial, open: [], isOnlyOne: true }];
  const certainties = certaintiesOf(windows, mayMatter);
  const counts = { visited: 0, searchedAgain: 0, longestWindow: 0 };

  const questionFrom = (from: number, to: number): Question => {
    const start = starts[from];
    if (!start) throw new RangeError(`nothing leads to window ${from}`);
    const entries = [...start.open, ...windows.slice(from, to + 1).flatMap((one) => one.entries)];
    return { initial: start.state, entries, mayMake, mayMatter };
  };
  const ask = async (question: Question): Promise<Found> => {
    const found = await findOrder(question, left());
    counts.visited += found.visited;
    counts.longestWindow = Math.max(counts.longestWindow, question.entries.length);
    return found;
  };
  const result = (judged: number) => ({ windows: windows.length, judged, ...counts });

  for (const place of windows.keys()) {
    let from = place;
    let question = questionFrom(from, place);
    let found = await ask(question);
    for (
      let back = 1;
      found.validity === "invalid" && starts[from]?.isOnlyOne === false;
      back *= 2
    ) {
      from = Math.max(0, place - back);
      question = questionFrom(from, place);
      counts.searchedAgain += 1;
      found = await ask(question);
    }
    if (found.validity === "invalid") {
      return { ...result(place + 1), validity: "invalid", failure: question };
    }
    if (found.validity === "unknown") {
      return { ...result(place), validity: "unknown", reason: found.reason };
    }
    const next = startAfter(question, found.order);
    const { revision } = next.state.now;
    const known = certainties[place];
    // A refusal tells no revision, and several writes after all that was told may explain it.
    const isOnlyOne = known?.isSettled === true && revision <= known.told && revision < firstDoubt;
    starts.push({ ...next, isOnlyOne });
    await budget.breathe();
    onProgress?.({
      ...{ partitions: windows.length, decided: place + 1 },
      ...{ visited: counts.visited, elapsedMs: budget.elapsedMs() },
    });
  }
  return { ...result(windows.length), validity: "valid" };
}

function startAfter(
  { initial, entries }: Question,
  order: Extract<Found, { validity: "valid" }>["order"],
): Omit<Start, "isOnlyOne"> {
  const placed = new Set(order.map(({ entry }) => entry));
  const open = entries.filter((entry) => entry.end === Infinity && !placed.has(entry));
  return { state: order.at(-1)?.state ?? initial, open };
}

/** What is certain at the end of a window, whatever order there was. */
interface Certainty {
  /** The store was at this revision, or a later one. */
  readonly told: number;
  /** What no revision tells, leases and how far compactions came, hangs on nothing unknown. */
  readonly isSettled: boolean;
}

function certaintiesOf(
  windows: readonly Window[],
  mayMatter: Question["mayMatter"],
): readonly Certainty[] {
  let told = 0;
  const compacted = { certainly: 0, perhaps: 0 };
  const granted = new Set<string>();
  let areLeasesKnown = true;
  return windows.map(({ entries }) => {
    for (const { end, answer, operation } of entries) {
      const { input } = operation;
      const isOver = end < Infinity;
      if (isOver && answer) told = Math.max(told, revisionIn(answer));
      if (input.f === "compact") {
        const isDone = isOver && answer !== undefined && "revision" in answer;
        const kind = isDone ? "certainly" : "perhaps";
        if (isDone || !isOver) compacted[kind] = Math.max(compacted[kind], input.request.revision);
      }
      if (input.f === "grant" || input.f === "revoke") {
        const { id } = input.request;
        // Where a lease is granted twice, whether a revocation came in between may be open. That an
        // unknown request ends a lease needlessly is what the search avoids, but does not promise.
        const isAgain = input.f === "grant" && granted.has(id);
        if (isAgain || (!isOver && mayMatter(input))) areLeasesKnown = false;
        if (input.f === "grant") granted.add(id);
      }
    }
    const isSettled = areLeasesKnown && compacted.perhaps <= compacted.certainly;
    return { told, isSettled };
  });
}

function revisionIn(answer: KvAnswer): number {
  if ("seenAt" in answer) return answer.seenAt;
  return "revision" in answer ? answer.revision : 0;
}
