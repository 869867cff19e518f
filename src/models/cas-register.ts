import { illegal, type Model, type RegisterAction } from "../porcupine-ts/model.js";

/** `key` names one of several registers; "" where there is one. */
export type CasRegisterInput =
  | { readonly f: "read"; readonly key: string }
  | { readonly f: "write"; readonly key: string; readonly value: string }
  | { readonly f: "cas"; readonly key: string; readonly from: string; readonly to: string };

/** A refused compare-and-set tells that another value was there, but not which. */
export type CasRegisterOutput =
  { readonly read: string } | { readonly swapped: boolean } | { readonly done: true };

/**
 * Registers with compare-and-set, nil at first. Values of any kind, each written as a text such
 * that equal values have equal texts: nil, 3, "three", :three.
 */
export const casRegisterModel: Model<string, CasRegisterInput, CasRegisterOutput> = {
  init: () => "nil",

  step(state, input, output) {
    switch (input.f) {
      case "read":
        return output && "read" in output && output.read !== state ? illegal : state;
      case "write":
        return input.value;
      case "cas":
        if (isRefusal(output)) return state === input.from ? illegal : state;
        return state === input.from ? input.to : illegal;
    }
  },

  partition: (input) => input.key,
  readOnly: (input, output) => input.f === "read" || isRefusal(output),

  produces(input, output) {
    if (input.f === "read" || isRefusal(output)) return undefined;
    return input.f === "write" ? input.value : input.to;
  },

  observes(input, output) {
    switch (input.f) {
      case "read":
        return output && "read" in output ? output.read : undefined;
      case "write":
        return undefined;
      case "cas":
        return isRefusal(output) ? null : input.from;
    }
  },

  register: { initial: "nil", classify: actionOf },
  origin: { module: import.meta.url, name: "casRegisterModel" },

  describeOperation: describe,
  describeState: (state) => state,
  explain: (state, input, output) =>
    `it ${describe(input, output)}, but the register held ${state}`,
};

/** The same as `step`, in a register's terms. */
function actionOf(input: CasRegisterInput, output: CasRegisterOutput | undefined): RegisterAction {
  switch (input.f) {
    case "read":
      return output && "read" in output
        ? { kind: "read", value: output.read }
        : { kind: "nothing" };
    case "write":
      return { kind: "write", value: input.value };
    case "cas":
      return isRefusal(output)
        ? { kind: "differs", value: input.from }
        : { kind: "cas", from: input.from, to: input.to };
  }
}

function isRefusal(output: CasRegisterOutput | undefined): boolean {
  return output !== undefined && "swapped" in output && !output.swapped;
}

function describe(input: CasRegisterInput, output: CasRegisterOutput | undefined): string {
  const maybe = output === undefined ? "maybe " : "";
  switch (input.f) {
    case "read":
      return output && "read" in output ? `read ${output.read}` : "read (no answer)";
    case "write":
      return `${maybe}wrote ${input.value}`;
    case "cas":
      return isRefusal(output)
        ? `was refused to swap ${input.from} for ${input.to}`
        : `${maybe}swapped ${input.from} for ${input.to}`;
  }
}
