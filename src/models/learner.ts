import { illegal, type Illegal, type Model } from "../porcupine-ts/model.js";

/** `learner` is its number. A look is what a list of members says of it. */
export type LearnerInput =
  | { readonly f: "add" | "update"; readonly learner: number; readonly address: string }
  | { readonly f: "remove" | "look"; readonly learner: number };

/** Where it is to be reached; null where it is no member. Of changes: null. */
export interface LearnerOutput {
  readonly address: string | null;
}

/** Its address while it is a member. */
export type LearnerState = "not added yet" | "removed" | { readonly at: string };

/**
 * Members that are added once, told other addresses and removed for good. What else a member is does
 * not matter here.
 */
export const learnerModel: Model<LearnerState, LearnerInput, LearnerOutput> = {
  init: () => "not added yet",

  step(state, input, output): LearnerState | Illegal {
    switch (input.f) {
      case "add":
        return state === "not added yet" ? { at: input.address } : illegal;
      case "update":
        return typeof state === "object" ? { at: input.address } : illegal;
      case "remove":
        return typeof state === "object" ? "removed" : illegal;
      case "look":
        return output === undefined || addressIn(state) === output.address ? state : illegal;
    }
  },

  partition: ({ learner }) => String(learner),
  readOnly: ({ f }) => f === "look",
  produces: (input) => {
    if ("address" in input) return input.address;
    return input.f === "remove" ? "removed" : undefined;
  },
  // A change, and a list without it, need only that it is a member, or none.
  observes(input, output) {
    if (input.f === "add") return "not added yet";
    return input.f === "look" ? (output?.address ?? null) : null;
  },
  origin: { module: import.meta.url, name: "learnerModel" },
  describeOperation: describe,
  describeState: (state) => (typeof state === "object" ? `a member at ${state.at}` : state),
  explain: (state, input, output) =>
    `it ${describe(input, output)}, but the learner was ${inWords(state)}`,
};

function addressIn(state: LearnerState): string | null {
  return typeof state === "object" ? state.at : null;
}

function describe(input: LearnerInput, output: LearnerOutput | undefined): string {
  const maybe = output === undefined ? "maybe " : "";
  switch (input.f) {
    case "add":
      return `${maybe}added it at ${input.address}`;
    case "update":
      return `${maybe}told it another address, ${input.address}`;
    case "remove":
      return `${maybe}removed it`;
    case "look":
      if (output === undefined) return "looked for it (no answer)";
      return output.address === null ? "listed no such member" : `listed it at ${output.address}`;
  }
}

function inWords(state: LearnerState): string {
  return typeof state === "object" ? `at ${state.at}` : state;
}
