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

/** Asks the engines that need no search, where the model says that they apply. */
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

/** Up to so many operations, and steps, the search for any model is the quickest for registers too. */
const fewOperations = 256;
const fewSteps = 2_000;

/** Small registers are mostly decided before the search made for registers has got ready. */
function searchBriefly(register: RegisterPart): QuickDecision | undefined {
  if (register.count > fewOperations) return undefined;
  const search = createGeneralSearch(registerAsGeneral(register));
  const end = endOf(search, search.run(fewSteps));
  const { visited } = search;
  search.release?.();
  return end && { engine: "general-search", end, visited };
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
