import { intAt } from "./at.js";
import type { Budget } from "./budget.js";
import type { LinearizationPoint } from "./counterexample/counterexample.js";
import { findCounterexample } from "./counterexample/find-counterexample.js";
import type { DecidedPart } from "./decide-parts.js";
import { decideQuickly, startSearch } from "./engines/engines.js";
import type { Question } from "./engines/question.js";
import { searchInTurns } from "./engines/search-in-turns.js";
import type { SearchEnd } from "./engines/search-end.js";
import { illegal, type Model } from "./model.js";
import type { Decision } from "./parts/order.js";
import type { Recorded } from "./parts/recorded.js";
import type { PartitionResult } from "./result.js";
import type { Subject } from "./subject.js";

/** The verdict on a part as users get it, with the evidence for it. */
export async function explainPart<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  decided: DecidedPart<State>,
  { budget, mayExplain }: { readonly budget: Budget; readonly mayExplain: boolean },
): Promise<PartitionResult<State>> {
  const { part, end, cost } = decided;
  const { name, indexes: operations } = part;
  const statistics = { operations: operations.length, ...cost };
  const common = { name, operations, statistics };
  switch (end.outcome) {
    case "unknown":
      return { ...common, validity: "unknown", reason: end.reason };
    case "valid":
      return explainValid(subject, common, end.order);
    case "invalid":
      return mayExplain
        ? {
            ...common,
            validity: "invalid",
            counterexample: await explain(subject, decided, { budget, reached: end.reached }),
          }
        : { ...common, validity: "invalid" };
  }
}

function explain<State, Input, Output>(
  { model, recorded, questions }: Subject<State, Input, Output>,
  { part, question }: DecidedPart<State>,
  { budget, reached }: { readonly budget: Budget; readonly reached: number },
) {
  const decide = async (numbers: Int32Array, end: number): Promise<Decision | undefined> => {
    const some = questions.aboutSome(question, numbers, end);
    const found = await decideAlone(some, budget);
    switch (found.outcome) {
      case "unknown":
        return undefined;
      case "invalid":
        return { outcome: "invalid" };
      case "valid":
        return { outcome: "valid", order: found.order.map((number) => intAt(numbers, number)) };
    }
  };
  return findCounterexample({ model, recorded, part, reached, decide }, budget);
}

/** One question by itself. */
async function decideAlone<State>(question: Question<State>, budget: Budget): Promise<SearchEnd> {
  const quick = decideQuickly(question);
  if (quick) {
    await budget.breathe();
    return quick.end;
  }
  let ended: SearchEnd = { outcome: "unknown", reason: "deadline" };
  const job = {
    start: () => startSearch(question, { onlyGeneral: false }),
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
  const order = numbers.map((number) => intAt(common.operations, number));
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
