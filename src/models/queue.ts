import { illegal, type Model, type QueueAction } from "../porcupine-ts/model.js";

/** `key` names one of several queues; "" where there is one. */
export type QueueInput =
  | { readonly f: "enqueue"; readonly key: string; readonly value: string }
  | { readonly f: "dequeue"; readonly key: string };

/** What was taken, null where nothing was there; what an enqueue answers is not looked at. */
export type QueueOutput = { readonly taken: string | null } | { readonly done: true };

/**
 * Queues, first in, first out, empty at first. Values of any kind, each written as a text such that
 * equal values have equal texts. A state is what is in the queue, the first first.
 */
export const queueModel: Model<readonly string[], QueueInput, QueueOutput> = {
  init: () => [],

  step(state, input, output) {
    if (input.f === "enqueue") return [...state, input.value];
    const taken = takenBy(output);
    // Nobody saw what was taken: whatever was first, if anything was.
    if (taken === undefined) return state.slice(1);
    if (taken === null) return state.length === 0 ? state : illegal;
    return state[0] === taken ? state.slice(1) : illegal;
  },

  partition: (input) => input.key,
  readOnly: (input, output) => input.f === "dequeue" && takenBy(output) === null,
  queue: { classify: actionOf },

  origin: { module: import.meta.url, name: "queueModel" },

  describeOperation: describe,
  describeState: (state) => `[${state.join(", ")}]`,
  explain: (state, input, output) => `it ${describe(input, output)}, but the queue ${holds(state)}`,
};

/** The same as `step`, in a queue's terms. */
function actionOf(input: QueueInput, output: QueueOutput | undefined): QueueAction {
  if (input.f === "enqueue") return { kind: "enqueue", value: input.value };
  const taken = takenBy(output);
  if (taken === undefined) return { kind: "dequeueUnknown" };
  return taken === null ? { kind: "empty" } : { kind: "dequeue", value: taken };
}

/** Undefined: nobody knows. */
function takenBy(output: QueueOutput | undefined): string | null | undefined {
  return output && "taken" in output ? output.taken : undefined;
}

function describe(input: QueueInput, output: QueueOutput | undefined): string {
  if (input.f === "enqueue")
    return `${output === undefined ? "maybe " : ""}enqueued ${input.value}`;
  const taken = takenBy(output);
  if (taken === undefined) return "maybe dequeued something";
  return taken === null ? "found it empty" : `dequeued ${taken}`;
}

function holds(state: readonly string[]): string {
  const [first] = state;
  if (first === undefined) return "was empty";
  return `held ${state.length === 1 ? first : `${state.length} values, ${first} first`}`;
}
