import { intAt } from "./at.js";
import type { Budget } from "./budget.js";
import type { Counterexample, LinearizationPoint } from "./counterexample/counterexample.js";
import { findCounterexample } from "./counterexample/find-counterexample.js";
import type { RefutedPart } from "./counterexample/refuted-part.js";
import type { DecidedPart } from "./decide-parts.js";
import { decideQuickly, startSearch } from "./engines/engines.js";
import type { Question } from "./engines/question.js";
import { searchInTurns } from "./engines/search-in-turns.js";
import type { SearchEnd } from "./engines/search-end.js";
import { illegal, type Model } from "./model.js";
import type { Recorded } from "./parts/recorded.js";
import type { PartitionResult } from "./result.js";
import type { Subject } from "./subject.js";

/** The verdict on a part as users get it, but for its counterexample. */
export function partitionResult<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  { part, end, cost }: DecidedPart<State>,
): PartitionResult<State> {
  const { name, indexes: operations } = part;
  const common = { name, operations, statistics: { operations: operations.length, ...cost } };
  switch (end.outcome) {
    case "unknown":
      return { ...common, validity: "unknown", reason: end.reason };
    case "valid":
      return explainValid(subject, common, end.order);
    case "invalid":
      return { ...common, validity: "invalid" };
  }
}

/** Up to so many operations a search takes next to no time, so that it need not be brief. */
const longestInFull = 4_096;

/** Of a part that is invalid. */
export function counterexampleOf<State, Input, Output>(
  { model, recorded, questions }: Subject<State, Input, Output>,
  { part, question, end, cost }: DecidedPart<State>,
  { budget, onlyGeneral }: { readonly budget: Budget; readonly onlyGeneral: boolean },
): Promise<Counterexample<State>> {
  const decide: RefutedPart["decide"] = async (numbers, until, effort) => {
    const some = questions.aboutSome(question, numbers, until);
    // What a quick engine refuted it mostly refutes in pieces, too.
    const isQuick = !onlyGeneral && cost.visited === 0;
    const isBrief = effort === "brief" && isQuick && numbers.length > longestInFull;
    const found = isBrief
      ? decideQuickly(some)?.end
      : await decideAlone(some, { budget, onlyGeneral });
    switch (found?.outcome) {
      case undefined:
        return { outcome: "undecided" };
      case "unknown":
        return undefined;
      case "invalid":
        return { outcome: "invalid" };
      case "valid":
        return { outcome: "valid", order: found.order.map((number) => intAt(numbers, number)) };
    }
  };
  const reached = end.outcome === "invalid" ? end.reached : 0;
  return findCounterexample({ model, recorded, part, reached, decide }, budget);
}

/** One question by itself. */
async function decideAlone<State>(
  question: Question<State>,
  { budget, onlyGeneral }: { readonly budget: Budget; readonly onlyGeneral: boolean },
): Promise<SearchEnd> {
  const quick = onlyGeneral ? undefined : decideQuickly(question);
  if (quick) {
    await budget.breathe();
    return quick.end;
  }
  let ended: SearchEnd = { outcome: "unknown", reason: "deadline" };
  const job = {
    start: () => startSearch(question, { onlyGeneral }),
    ended: (end: SearchEnd) => {
      ended = end;
    },
  };
  await searchInTurns([job], { budget });
  return ended;
}

function explainValid<State, Input, Output>(
  { model, recorded }: Subject<State, Input, Output>,
  common: Pick<PartitionResult<State>, "name" | "operations" | "statistics">,
  numbers: Int32Array,
): PartitionResult<State> {
  const order = new Int32Array(numbers.length);
  for (let place = 0; place < order.length; place++) {
    order[place] = intAt(common.operations, intAt(numbers, place));
  }
  let linearization: LinearizationPoint<State>[] | undefined;
  return {
    ...common,
    validity: "valid",
    order,
    get linearization() {
      return (linearization ??= statesAlong(model, recorded, order));
    },
  };
}

function statesAlong<State, Input, Output>(
  model: Model<State, Input, Output>,
  { inputs, outputs }: Recorded<Input, Output>,
  order: Int32Array,
): LinearizationPoint<State>[] {
  const points: LinearizationPoint<State>[] = [];
  let state = model.init();
  for (const operation of order) {
    const after = model.step(state, inputs[operation] as Input, outputs[operation]);
    // It was replayed before it was called valid.
    if (after === illegal) throw new Error("the model must give the same answer every time");
    state = after;
    points.push({ operation, state });
  }
  return points;
}
