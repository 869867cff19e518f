import { intAt } from "../at.js";
import type { Model, QueueAction } from "../model.js";
import type { Recorded } from "./recorded.js";
import { createRenumbering } from "./renumbering.js";
import type { Part } from "./split.js";
import type { Timeline } from "./timeline.js";
import { createValueNumbers, type ValueNumbers } from "./value-numbers.js";

/** What an operation does to a queue, as a number. */
export const queueKinds = {
  /** Legal everywhere; puts `value` at the end. */
  enqueue: 0,
  /** Legal where `value` is first; takes it. */
  dequeue: 1,
  /** It never returned: takes what is first, whatever that is, if there is anything. */
  dequeueUnknown: 2,
  /** Legal where nothing is in the queue. */
  empty: 3,
  /** Legal everywhere, leaves everything. */
  nothing: 4,
} as const;

/** No value: of what neither puts nor takes a known one. */
export const noQueueValue = -1;

/** What each operation of a history does to its queue, by index. */
export interface QueueColumns {
  readonly kind: Uint8Array;
  readonly value: Int32Array;
  /** How many values there are in the whole history. */
  readonly values: number;
  /** By part: 1 where some operation is none of a queue's. */
  readonly isOther: Uint8Array;
}

/** One part of a history of queues: a single queue. Values are numbers from 0 on. */
export interface QueuePart extends Timeline {
  /** By number: one of `queueKinds`. */
  readonly kind: Uint8Array;
  /** By number; `noQueueValue` where there is none. */
  readonly value: Int32Array;
  /** How many values there are. */
  readonly values: number;
}

/** Undefined where the model is no queue. */
export function queueColumns<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, inputs, outputs, part, names, return: returned }: Recorded<Input, Output>,
): QueueColumns | undefined {
  const { queue } = model;
  if (!queue) return undefined;
  const kind = new Uint8Array(count).fill(queueKinds.nothing);
  const value = new Int32Array(count).fill(noQueueValue);
  const isOther = new Uint8Array(names.length);
  const numbers = createValueNumbers();
  for (let index = 0; index < count; index++) {
    // Inputs are what callers say they are, undefined included.
    const input = inputs[index] as Input;
    const output = outputs[index];
    const isUnanswered = returned[index] === Infinity;
    if (isUnanswered && model.readOnly?.(input, output) === true) continue;
    const action = queue.classify(input, output);
    if (!action || !isSaidOfItsKind(action, isUnanswered)) {
      isOther[intAt(part, index)] = 1;
    } else {
      kind[index] = queueKinds[action.kind];
      value[index] = valueOf(action, numbers);
    }
  }
  return { kind, value, values: numbers.size, isOther };
}

/** What was dequeued is known if and only if that returned. */
function isSaidOfItsKind({ kind }: QueueAction, isUnanswered: boolean): boolean {
  if (kind === "dequeue") return !isUnanswered;
  return kind !== "dequeueUnknown" || isUnanswered;
}

function valueOf(action: QueueAction, numbers: ValueNumbers): number {
  return "value" in action ? numbers.numberOf(action.value) : noQueueValue;
}

/** Makes the parts of one history, with values numbered anew in each. */
export function queueParts(
  columns: QueueColumns,
): (part: Pick<Part, "timeline" | "indexes">, its: number) => QueuePart | undefined {
  const renumbering = createRenumbering(columns.values);
  return ({ timeline, indexes }, its) => {
    if (columns.isOther[its] === 1) return undefined;
    renumbering.begin();
    const { numberOf } = renumbering;
    const kind = new Uint8Array(timeline.count);
    const value = new Int32Array(timeline.count);
    for (let number = 0; number < timeline.count; number++) {
      const index = intAt(indexes, number);
      kind[number] = columns.kind[index] ?? queueKinds.nothing;
      value[number] = numberOf(intAt(columns.value, index));
    }
    return { ...timeline, kind, value, values: renumbering.size };
  };
}
