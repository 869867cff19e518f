import { intAt } from "../at.js";
import type { Model } from "../model.js";
import type { Recorded } from "./recorded.js";
import type { Part } from "./split.js";
import type { Timeline } from "./timeline.js";

/** What an operation does to a lock, as a number. */
export const mutexKinds = {
  /** Legal where the lock is free, leaves it held. */
  acquire: 0,
  /** The other way round. */
  release: 1,
  /** It never returned, and it changes nothing. */
  nothing: 2,
} as const;

/** What each operation of a history does to its lock, by index. */
export interface MutexColumns {
  readonly kind: Uint8Array;
  /** By part: 1 where some operation is none of a lock's. */
  readonly isOther: Uint8Array;
}

/** One part of a history of locks: a single lock. */
export interface MutexPart extends Timeline {
  /** By number: one of `mutexKinds`. */
  readonly kind: Uint8Array;
}

/** Undefined where the model is no lock. */
export function mutexColumns<State, Input, Output>(
  model: Model<State, Input, Output>,
  { count, inputs, outputs, part, names, return: returned }: Recorded<Input, Output>,
): MutexColumns | undefined {
  const { mutex } = model;
  if (!mutex) return undefined;
  const kind = new Uint8Array(count).fill(mutexKinds.nothing);
  const isOther = new Uint8Array(names.length);
  for (let index = 0; index < count; index++) {
    // Inputs are what callers say they are, undefined included.
    const input = inputs[index] as Input;
    const output = outputs[index];
    if (returned[index] === Infinity && model.readOnly?.(input, output) === true) continue;
    const action = mutex.classify(input, output);
    if (action) kind[index] = mutexKinds[action];
    else isOther[intAt(part, index)] = 1;
  }
  return { kind, isOther };
}

/** Undefined where some operation of the part is none of a lock's. */
export function mutexPart(
  columns: MutexColumns,
  { timeline, indexes }: Pick<Part, "timeline" | "indexes">,
  its: number,
): MutexPart | undefined {
  if (columns.isOther[its] === 1) return undefined;
  const kind = new Uint8Array(timeline.count);
  for (let number = 0; number < timeline.count; number++) {
    kind[number] = columns.kind[intAt(indexes, number)] ?? mutexKinds.nothing;
  }
  return { ...timeline, kind };
}
