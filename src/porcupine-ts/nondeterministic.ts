import { canonicalText } from "./canonical-text.js";
import { illegal, type Model } from "./model.js";

/** A specification whose operations may lead to one of several states. */
export interface NondeterministicModel<State, Input, Output> extends Omit<
  Model<State, Input, Output>,
  "init" | "step" | "equal" | "hash" | "describeState" | "explain" | "mayStillAllow"
> {
  /** All states that it may start in. */
  init(): readonly State[];
  /** All states that may follow; none where the operation is illegal. States are plain data. */
  step(state: State, input: Input, output: Output | undefined): readonly State[];
  describeState?(state: State): string;
}

/**
 * The same as a deterministic model, whose state is the set of all states that the system may be
 * in. Such a set follows from the order alone, so the search needs to know nothing of it.
 */
export function nondeterministic<State, Input, Output>(
  model: NondeterministicModel<State, Input, Output>,
): Model<readonly State[], Input, Output> {
  return {
    // The optional members mean the same for sets; those about single states are replaced.
    ...model,
    init: () => asSet(model.init()),
    step(states, input, output) {
      const following = asSet(states.flatMap((state) => model.step(state, input, output)));
      return following.length > 0 ? following : illegal;
    },
    describeState: (states) =>
      states.map((state) => model.describeState?.(state) ?? canonicalText(state)).join(" or "),
  };
}

/** Without duplicates and in one order, so that equal sets are equal lists. */
function asSet<State>(states: readonly State[]): State[] {
  const byText = new Map(states.map((state) => [canonicalText(state), state]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state);
}
