import type { RegisterInput, RegisterOutput, RegisterValue } from "../models/register.js";
import type { Operation } from "../porcupine-ts/model.js";

export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;

/** Whole numbers from 0 up to, not including, `limit`; the same for the same seed. */
export type Draw = (limit: number) => number;

/** A small generator (mulberry32), so that a failing history can be had again by its seed. */
export function drawFrom(seed: number): Draw {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

export function read(value: RegisterValue, times: Times): RegisterOperation {
  const output = { value, modRevision: 0, version: 0 };
  return operation({ f: "read", key: "x" }, output, times);
}

export function write(value: number, times: Times): RegisterOperation {
  return operation({ f: "write", key: "x", value }, { revision: 0 }, times);
}

/** `found` undefined: it swapped. */
export function cas(
  expected: RegisterValue,
  value: number,
  times: Times,
  found?: RegisterValue,
): RegisterOperation {
  const output: RegisterOutput =
    found === undefined
      ? { swapped: true, revision: 0 }
      : { swapped: false, found, foundRevision: 0 };
  return operation({ f: "cas", key: "x", on: "value", expected, value }, output, times);
}

/** `found` null: there was nothing to delete. */
export function deletion(found: RegisterValue, times: Times): RegisterOperation {
  const output: RegisterOutput =
    found === null
      ? { deleted: false }
      : { deleted: true, revision: 0, previous: { value: found, modRevision: 0, version: 0 } };
  return operation({ f: "delete", key: "x" }, output, times);
}

/** Call and return; a call alone never returned. */
export type Times = readonly [call: number, returned?: number];

function operation(
  input: RegisterInput,
  output: RegisterOutput,
  [call, returned]: Times,
): RegisterOperation {
  return returned === undefined ? { input, call } : { input, output, call, return: returned };
}

/**
 * A history of up to `most` operations with answers out of thin air: about as often valid as not.
 * Few values, few moments: duplicates and equal times are the rule. With `deletes`, one in five is a
 * deletion.
 */
export function randomHistory(
  draw: Draw,
  most: number,
  { deletes = false }: { readonly deletes?: boolean } = {},
): RegisterOperation[] {
  const moments = 1 + draw(3 * most);
  const values = 1 + draw(3);
  const unknownPercent = draw(3) * 20;
  return Array.from({ length: draw(most + 1) }, () => {
    const call = draw(moments);
    const length = draw(1 + draw(moments));
    const times: Times = draw(100) < unknownPercent ? [call] : [call, call + length];
    return deletes && draw(5) === 0
      ? deletion(draw(3) === 0 ? null : 1 + draw(values), times)
      : randomOperation(draw, values, times);
  });
}

function randomOperation(draw: Draw, values: number, times: Times): RegisterOperation {
  const value = () => 1 + draw(values);
  const valueOrNull = () => (draw(4) === 0 ? null : value());
  switch (draw(5)) {
    case 0:
    case 1:
      return read(valueOrNull(), times);
    case 2:
      return write(value(), times);
    case 3:
      return cas(valueOrNull(), value(), times);
    default: {
      const found = valueOrNull();
      return draw(2) === 0
        ? cas(valueOrNull(), value(), times, found)
        : casOnMod(valueOrNull(), value(), times, found);
    }
  }
}

function casOnMod(
  expected: RegisterValue,
  value: number,
  times: Times,
  found: RegisterValue,
): RegisterOperation {
  const expectedRevision = expected === null ? 0 : 7;
  return operation(
    { f: "cas", key: "x", on: "mod", expected, expectedRevision, value },
    { swapped: false, found, foundRevision: 0 },
    times,
  );
}

/**
 * A history that a correct register made: `clients` clients, each operation taking effect at a
 * moment between its call and its return. Valid by construction. Moments are whole numbers.
 */
export function simulatedHistory(
  draw: Draw,
  options: {
    readonly operations: number;
    readonly clients: number;
    /** Undefined: every written value is written once. */
    readonly values?: number;
    readonly unknownPercent: number;
    readonly key?: string;
    /** One in ten is a deletion. */
    readonly deletes?: boolean;
  },
): RegisterOperation[] {
  const freeAt = Array.from({ length: options.clients }, () => draw(10));
  const plans = Array.from({ length: options.operations }, () => {
    const client = freeAt.indexOf(Math.min(...freeAt));
    const call = freeAt[client] ?? 0;
    const returned = call + 2 + draw(40);
    freeAt[client] = returned + 1 + draw(10);
    return { call, returned, effectAt: call + draw(returned - call) + 0.5 };
  });
  const histories: RegisterOperation[] = [];
  let held: RegisterValue = null;
  let written = 0;
  for (const plan of plans.toSorted((a, b) => a.effectAt - b.effectAt)) {
    const isUnknown = draw(100) < options.unknownPercent;
    const times: Times = isUnknown ? [plan.call] : [plan.call, plan.returned];
    const value = options.values === undefined ? ++written : 1 + draw(options.values);
    const kind = draw(10);
    const takesEffect = !isUnknown || draw(2) === 0;
    if (options.deletes === true && draw(10) === 0) {
      histories.push(deletion(held, times));
      if (takesEffect) held = null;
    } else if (kind < 5) {
      histories.push(read(held, times));
    } else if (kind < 8) {
      histories.push(write(value, times));
      if (takesEffect) held = value;
    } else {
      const expected: RegisterValue = draw(2) === 0 ? held : 1 + draw(options.values ?? written);
      const swaps = expected === held;
      histories.push(cas(expected, value, times, swaps ? undefined : held));
      if (swaps && takesEffect) held = value;
    }
  }
  const { key } = options;
  const keyed =
    key === undefined
      ? histories
      : histories.map((each) => ({ ...each, input: { ...each.input, key } }));
  return keyed.toSorted((a, b) => a.call - b.call);
}
