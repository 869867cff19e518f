import { illegal, type Model, type SetAction } from "../porcupine-ts/model.js";

/** `key` names one of several sets; "" where there is one. */
export type SetInput =
  | { readonly f: "add"; readonly key: string; readonly element: string }
  | { readonly f: "read"; readonly key: string };

/** A read's output is all that it found, in any order; what an add answers is not looked at. */
export type SetOutput = { readonly elements: readonly string[] } | { readonly done: true };

/**
 * Sets that only grow, empty at first, and are read as a whole. Elements of any kind, each written
 * as a text such that equal elements have equal texts. A state is its elements in order.
 */
export const setModel: Model<readonly string[], SetInput, SetOutput> = {
  init: () => [],

  step(state, input, output) {
    if (input.f === "add") {
      return withElement(state, input.element);
    }
    const found = foundBy(output);
    return found === undefined || isSame(state, found) ? state : illegal;
  },

  partition: (input) => input.key,
  readOnly: (input) => input.f === "read",

  /** What was added stays: a read that did not find it is over. */
  mayStillAllow(state, input, output) {
    const found = input.f === "read" ? foundBy(output) : undefined;
    if (found === undefined) return true;
    const wanted = new Set(found);
    return state.every((element) => wanted.has(element));
  },

  set: { classify: actionOf },

  origin: { module: import.meta.url, name: "setModel" },

  describeOperation: describe,
  describeState: braced,
  explain: (state, input, output) => `it ${describe(input, output)}, but the set ${holds(state)}`,
};

/** Elements stay in order: where the new one belongs is found in halves. */
function withElement(state: readonly string[], element: string): readonly string[] {
  let from = 0;
  let to = state.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((state[middle] ?? "") < element) from = middle + 1;
    else to = middle;
  }
  return state[from] === element ? state : state.toSpliced(from, 0, element);
}

/** The same as `step`, in a set's terms. */
function actionOf(input: SetInput, output: SetOutput | undefined): SetAction {
  if (input.f === "add") return { kind: "add", element: input.element };
  const elements = foundBy(output);
  return elements === undefined ? { kind: "nothing" } : { kind: "read", elements };
}

/** Undefined: nobody knows. */
function foundBy(output: SetOutput | undefined): readonly string[] | undefined {
  return output && "elements" in output ? output.elements : undefined;
}

/** A read that names an element twice found no set. */
function isSame(state: readonly string[], found: readonly string[]): boolean {
  if (found.length !== state.length) return false;
  const wanted = new Set(found);
  return wanted.size === state.length && state.every((element) => wanted.has(element));
}

function describe(input: SetInput, output: SetOutput | undefined): string {
  if (input.f === "add") return `${output === undefined ? "maybe " : ""}added ${input.element}`;
  const found = foundBy(output);
  return found === undefined ? "read (no answer)" : `read ${braced(found)}`;
}

function holds(state: readonly string[]): string {
  return state.length === 0 ? "was empty" : `held ${braced(state)}`;
}

/** The end of many: what is new is often there. */
function braced(elements: readonly string[]): string {
  const most = 12;
  const rest = elements.length - most;
  const shown = elements.slice(-most).join(", ");
  return rest > 0 ? `{${rest} more, ${shown}}` : `{${shown}}`;
}
