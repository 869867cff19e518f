import type { Decision, SteppedSearch } from "../parts/order.js";
import { createGeneralSearch } from "./general-search/general-search.js";
import type { Question } from "./question.js";
import type { EngineName, SearchEnd } from "./search-end.js";
import { createRegisterSearch } from "./register-search/register-search.js";
import { decideByZones } from "./zones.js";

export interface QuickDecision {
  readonly engine: EngineName;
  readonly end: SearchEnd;
}

/** Asks the engines that need no search, where the model says that they apply. */
export function decideQuickly(question: Question<unknown>): QuickDecision | undefined {
  const { register } = question;
  if (!register) return undefined;
  return quickly("zones", decideByZones(register));
}

function quickly(engine: EngineName, decision: Decision): QuickDecision | undefined {
  switch (decision.outcome) {
    case "valid":
      return { engine, end: decision };
    case "invalid":
      return { engine, end: { outcome: "invalid", reached: 0 } };
    case "undecided":
      return undefined;
  }
}

export interface StartedSearch {
  readonly engine: EngineName;
  readonly search: SteppedSearch;
}

/** The search for what is still open. `onlyGeneral`: the one that serves any model. */
export function startSearch(
  question: Question<unknown>,
  { onlyGeneral }: { readonly onlyGeneral: boolean },
): StartedSearch {
  const { register } = question;
  return register && !onlyGeneral
    ? { engine: "register-search", search: createRegisterSearch(register) }
    : { engine: "general-search", search: createGeneralSearch(question.general()) };
}
