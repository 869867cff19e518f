import type { SteppedSearch } from "../../parts/order.js";
import { initialValue, type RegisterPart } from "../../parts/register-part.js";
import { orderOf } from "./found-order.js";
import { withUnseenValuesMerged } from "./merge-values.js";
import { bytesOfProblem, problemOf } from "./problem.js";
import { type RuleName, rulesInForce } from "./rules.js";
import { bytesOfSearch, createSearch, type Search, step } from "./search.js";
import { stretchOf } from "./stretch.js";

/**
 * The search for an order of the operations on one register, whatever they are. rules.ts says what
 * it goes by, and why that is right.
 *
 * `reached` counts returns accounted for by a configuration that the search was in; where a rule
 * gave up what leads nowhere, some order may account for more of them.
 */
export function createRegisterSearch(
  part: RegisterPart,
  options: {
    readonly rules?: Partial<Record<RuleName, boolean>>;
    readonly stretches?: Stretches;
  } = {},
): SteppedSearch {
  const rules = rulesInForce(options.rules);
  const merged = rules["one unseen value"] ? withUnseenValuesMerged(part) : part;
  const start = { values: Int32Array.of(initialValue), cover: -1 };
  const search = createSearch(problemOf(merged), rules, start);
  const aside = createAside(merged, options.stretches ?? usualStretches(part));
  const looksAside = rules["a stretch by itself"];
  return {
    run(steps) {
      for (let left = steps; left > 0 && search.outcome === "open"; left--) {
        step(search);
        if (looksAside) lookAside(aside, search);
      }
      return search.outcome;
    },
    order: () => orderOf(search.path),
    get reached() {
      return search.reached;
    },
    get visited() {
      return search.visited + aside.visitedBefore + (aside.search?.visited ?? 0);
    },
    bytes: () =>
      bytesOfProblem(search.problem) +
      bytesOfSearch(search) +
      (aside.search ? bytesOfProblem(aside.search.problem) + bytesOfSearch(aside.search) : 0),
  };
}

/** When the rule "a stretch by itself" is used. */
interface Stretches {
  /** How many configurations the search must have looked at in vain. */
  readonly patience: number;
  /** How many returns the first stretch has; others have more. */
  readonly shortest: number;
}

/** To cut one out takes a look at all operations: it must be worth while. */
function usualStretches({ count }: RegisterPart): Stretches {
  return { patience: 200 + Math.ceil(count / 64), shortest: 64 };
}

/** That rule at work. */
interface Aside extends Stretches {
  readonly part: RegisterPart;
  search: Search | undefined;
  /** The last rank of the stretch, and how many there are. */
  last: number;
  length: number;
  /** By searches in stretches that were given up. */
  visitedBefore: number;
}

function createAside(part: RegisterPart, stretches: Stretches): Aside {
  return { part, ...stretches, search: undefined, last: -1, length: 0, visitedBefore: 0 };
}

/** Goes a step in the stretch for each step of a search that is stuck. */
function lookAside(aside: Aside, main: Search): void {
  if (main.visitedSince < aside.patience || main.outcome !== "open") return;
  if (main.farthest !== aside.last) cutOut(aside, main, aside.shortest);
  const { search } = aside;
  if (!search) return;
  if (search.outcome === "open") step(search);
  if (search.outcome === "impossible") main.outcome = "impossible";
  else if (search.outcome === "found") cutOut(aside, main, 4 * aside.length);
}

/** The layers before the farthest; nothing where these are the whole of the history. */
function cutOut(aside: Aside, main: Search, length: number): void {
  aside.visitedBefore += aside.search?.visited ?? 0;
  const last = main.farthest;
  const first = last + 1 - length;
  aside.last = last;
  aside.length = length;
  if (first <= 0) {
    aside.search = undefined;
    return;
  }
  const { part, start } = stretchOf(aside.part, first, last);
  aside.search = createSearch(problemOf(part), main.rules, start);
}
