import { intAt } from "../at.js";
import type { Decision, SteppedSearch } from "../parts/order.js";
import type { RegisterPart } from "../parts/register-part.js";
import { createGeneralSearch } from "./general-search/general-search.js";
import { registerAsGeneral } from "./general-search/register-as-general.js";
import type { Question } from "./question.js";
import type { EngineName, SearchEnd } from "./search-end.js";
import { createRegisterSearch } from "./register-search/register-search.js";
import { decideFifoQueue } from "./fifo-queue/fifo-queue.js";
import { decideMutex } from "./mutex.js";
import { decideGrowOnlySet } from "./set.js";
import { decideBySweep } from "./sweep.js";
import { decideByZones } from "./zones/zones.js";

export interface QuickDecision {
  readonly engine: EngineName;
  readonly end: SearchEnd;
  /** Configurations looked at. */
  readonly visited: number;
}

/** Asks what takes next to no time: engines that need no search where they apply, or a brief one. */
export function decideQuickly<State>({
  register,
  views,
}: Question<State>): QuickDecision | undefined {
  const { revisions, mutex, set, queue } = views;
  return (
    (revisions && quickly("sweep", decideBySweep(revisions.part, revisions.steps))) ??
    (register && quickly("zones", decideByZones(register))) ??
    (register && searchBriefly(register)) ??
    (mutex && quickly("mutex", decideMutex(mutex))) ??
    (set && quickly("set", decideGrowOnlySet(set))) ??
    (queue && quickly("fifo-queue", decideFifoQueue(queue)))
  );
}

function quickly(engine: EngineName, decision: Decision): QuickDecision | undefined {
  switch (decision.outcome) {
    case "valid":
      return { engine, end: decision, visited: 0 };
    case "invalid":
      return { engine, end: { outcome: "invalid", reached: 0 }, visited: 0 };
    case "undecided":
      return undefined;
  }
}

/** So many operations are worth a try, whatever they are. */
const few = 256;
/** More are if all returned and so many at most were under way at a time. */
const fewAtOnce = 6;
/** More than so many would keep everything else waiting. */
const many = 200_000;
/** So many steps are taken anyway, and so many more for each return that they account for. */
const stepsAnyway = 2_000;
const stepsPerReturn = 3;
const stepsAtOnce = 500;

/**
 * The search for any model needs next to no preparation. As long as it goes straight on it is quicker
 * than the search made for registers, which is the one to ask where it has to go back a lot.
 */
function searchBriefly(register: RegisterPart): QuickDecision | undefined {
  if (!isWorthATry(register)) return undefined;
  const search = createGeneralSearch(registerAsGeneral(register));
  let outcome = search.run(stepsAtOnce);
  for (let steps = stepsAtOnce; outcome === "open"; steps += stepsAtOnce) {
    if (steps > stepsAnyway + stepsPerReturn * search.reached) break;
    outcome = search.run(stepsAtOnce);
  }
  const end = endOf(search, outcome);
  const { visited } = search;
  search.release?.();
  return end && { engine: "general-search", end, visited };
}

function isWorthATry({ count, calledAt, returnedAt, byReturn }: RegisterPart): boolean {
  if (count <= few) return true;
  if (count > many || byReturn.length < count) return false;
  let returned = 0;
  for (let number = 0; number < count; number++) {
    while (intAt(returnedAt, intAt(byReturn, returned)) < intAt(calledAt, number)) returned++;
    if (number + 1 - returned > fewAtOnce) return false;
  }
  return true;
}

function endOf(search: SteppedSearch, outcome: "found" | "impossible" | "open") {
  switch (outcome) {
    case "found":
      return { outcome: "valid", order: search.order() } as const;
    case "impossible":
      return { outcome: "invalid", reached: search.reached } as const;
    case "open":
      return undefined;
  }
}

export interface StartedSearch {
  readonly engine: EngineName;
  readonly search: SteppedSearch;
}

/** The search for what is still open. `onlyGeneral`: the one that serves any model. */
export function startSearch<State>(
  question: Question<State>,
  { onlyGeneral }: { readonly onlyGeneral: boolean },
): StartedSearch {
  const { register } = question;
  return register && !onlyGeneral
    ? { engine: "register-search", search: createRegisterSearch(register) }
    : { engine: "general-search", search: createGeneralSearch(question.general()) };
}
