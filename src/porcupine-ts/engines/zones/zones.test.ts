import { describe, expect, it } from "vitest";
import {
  type CasRegisterInput,
  casRegisterModel,
  type CasRegisterOutput,
} from "../../../models/cas-register.js";
import { registerModel } from "../../../models/register.js";
import { flawInOrder } from "../../../testing/flaw-in-order.js";
import { hasOrder } from "../../../testing/linearizability-oracle.js";
import {
  type Draw,
  drawFrom,
  simulatedHistory,
  type Times,
} from "../../../testing/register-histories.js";
import { registerPartsOf } from "../../../testing/register-part-of.js";
import type { Model, Operation } from "../../model.js";
import { decideByZones } from "./zones.js";

type Op = Operation<CasRegisterInput, CasRegisterOutput>;
type RegisterModel = typeof casRegisterModel;

const key = "";

function operation(input: CasRegisterInput, output: CasRegisterOutput, times: Times): Op {
  const [call, returned] = times;
  return returned === undefined ? { input, call } : { input, output, call, return: returned };
}

const read = (value: string, times: Times) => operation({ f: "read", key }, { read: value }, times);
const write = (value: string, times: Times) =>
  operation({ f: "write", key, value }, { done: true }, times);
const cas = (from: string, to: string, times: Times) =>
  operation({ f: "cas", key, from, to }, { swapped: true }, times);
const refused = (from: string, times: Times) =>
  operation({ f: "cas", key, from, to: "never" }, { swapped: false }, times);
/** A read whose answer was not written down. */
const looked = (times: Times) => operation({ f: "read", key }, { done: true }, times);

/** What zones say, after a check of the order that they give. */
function outcomeOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): "valid" | "invalid" | "undecided" {
  const outcomes = registerPartsOf(model, operations).map(({ part, register }) => {
    const decision = decideByZones(register);
    if (decision.outcome === "valid") {
      const order = Array.from(decision.order, (number) => part.indexes[number] ?? NaN);
      expect(flawInOrder(model, operations, order)).toBeUndefined();
    }
    return decision.outcome;
  });
  return outcomes[0] ?? "valid";
}

/** A register that holds 2 at first, so that what writes 2 writes the initial value again. */
const holdsTwo: RegisterModel = {
  ...casRegisterModel,
  init: () => "2",
  register: {
    initial: "2",
    classify: (...of) => casRegisterModel.register?.classify(...of),
  },
};

/**
 * Invalid or valid, both often: operations of a correct register, at whole numbers for times, up to
 * three of which are then moved or given another value. Most values are written once.
 */
function nearlyRight(draw: Draw, size: number, initial: string): Op[] {
  const width = 1 + draw(8);
  const unknownPercent = draw(3) * 15;
  const reusedPercent = draw(4) === 0 ? 20 : 0;
  const refusals = draw(5) * 2;
  const spoilt = new Set(Array.from({ length: draw(4) }, () => draw(size + 1)));
  const anyValue = () => (draw(6) === 0 ? initial : String(1 + draw(size)));
  let held = initial;
  return Array.from({ length: size }, (_, index) => {
    const isUnknown = draw(100) < unknownPercent;
    const moved = spoilt.has(index) ? draw(9) - 4 : 0;
    const call = 2 * index - draw(width) + moved;
    const returned = Math.max(call, 2 * index + draw(width) + moved);
    const times: Times = isUnknown ? [call] : [call, returned];
    const takesEffect = !isUnknown || draw(2) === 0;
    const value = draw(100) < reusedPercent ? String(1 + draw(size)) : String(index + 2);
    const found = spoilt.has(index) && draw(2) === 0 ? anyValue() : held;
    const kind = draw(10 + refusals);
    if (kind < 4) return draw(8) === 0 ? looked(times) : read(found, times);
    if (kind >= 10) {
      const other = anyValue();
      return refused(other !== held || spoilt.has(index) ? other : "none", times);
    }
    if (takesEffect) held = value;
    return kind < 7 ? write(value, times) : cas(found, value, times);
  });
}

it.each([0, 1, 2])("says what trying all orders says of 6,000 histories, from seed %i", (part) => {
  const counts: Record<string, number> = {};
  for (let seed = part * 6_000; seed < (part + 1) * 6_000; seed++) {
    const draw = drawFrom(seed);
    const model = seed % 4 === 0 ? holdsTwo : casRegisterModel;
    const history = nearlyRight(draw, draw(9), model.init());
    const outcome = outcomeOf(model, history);
    const expected = hasOrder(model, history) ? "valid" : "invalid";
    if (outcome !== "undecided") expect({ seed, outcome }).toEqual({ seed, outcome: expected });
    const denies = history.some(({ output }) => output && "swapped" in output && !output.swapped);
    const counted = `${denies ? "with" : "without"} denials ${outcome}`;
    counts[counted] = (counts[counted] ?? 0) + 1;
  }
  expect(counts["with denials valid"]).toBeGreaterThan(1_000);
  expect(counts["with denials invalid"]).toBeGreaterThan(200);
  expect(counts["without denials valid"]).toBeGreaterThan(1_000);
  expect(counts["without denials invalid"]).toBeGreaterThan(200);
  // An engine that never decides is never wrong.
  expect(counts["without denials undecided"]).toBeLessThan(200);
  expect(counts["with denials undecided"]).toBeLessThan(600);
});

it.each([2, 5, 20])("decides what a correct register did for %i clients", (clients) => {
  for (let seed = 0; seed < 20; seed++) {
    const history = simulatedHistory(drawFrom(seed), {
      operations: 500,
      clients,
      unknownPercent: 3,
    });
    expect(outcomeOf(registerModel, history)).toBe("valid");
  }
});

it("fits refusals of which only a value is known that was not there into what 10 clients did", () => {
  const counts = { valid: 0, invalid: 0, undecided: 0 };
  for (let seed = 0; seed < 100; seed++) {
    counts[outcomeOf(casRegisterModel, correctWithRefusals(drawFrom(seed), 400, 10))]++;
  }
  expect(counts.invalid).toBe(0);
  expect(counts.valid).toBeGreaterThanOrEqual(97);
});

/** Valid by construction; refusals deny one of the last few values. */
function correctWithRefusals(draw: Draw, size: number, clients: number): Op[] {
  const plans = Array.from({ length: size }, (_, index) => {
    const call = index * 10 + draw(10);
    const length = 1 + draw(10 * clients);
    return { call, returned: call + length, effectAt: call + draw(length) + draw(1000) / 1000 };
  });
  const values = ["nil"];
  return plans
    .toSorted((a, b) => a.effectAt - b.effectAt)
    .map(({ call, returned }, index) => {
      const held = values.at(-1) ?? "nil";
      const kind = draw(10);
      if (kind < 4) return read(held, [call, returned]);
      if (kind < 6) {
        const denied = values.at(-2 - draw(5)) ?? "none";
        return refused(denied, [call, returned]);
      }
      values.push(String(index));
      return kind < 8
        ? write(String(index), [call, returned])
        : cas(held, String(index), [call, returned]);
    });
}

describe("drawn by hand", () => {
  it.each<[string, readonly Op[]]>([
    ["a value that nobody wrote", [read("7", [0, 1])]],
    ["a read that returned before the write was called", [read("1", [0, 1]), write("1", [2, 3])]],
    ["a read of the initial value too late", [write("1", [0, 1]), read("nil", [2, 3])]],
    [
      "a write between a write and its read",
      [write("1", [0, 1]), write("2", [2, 3]), read("1", [4, 5])],
    ],
    [
      "two writes whose reads alternate",
      [
        write("1", [0, 9]),
        write("2", [0, 9]),
        read("1", [1, 2]),
        read("2", [3, 4]),
        read("1", [5, 6]),
      ],
    ],
    [
      "two values that each were read before and after the other",
      [
        write("1", [0, 30]),
        write("2", [0, 30]),
        read("1", [1, 2]),
        read("2", [1, 2]),
        read("1", [5, 6]),
        read("2", [5, 6]),
      ],
    ],
    ["two swaps of one value", [write("1", [0, 1]), cas("1", "2", [2, 5]), cas("1", "3", [2, 5])]],
    ["a ring of swaps", [cas("1", "2", [0, 9]), cas("2", "1", [0, 9])]],
    [
      "a read of a value that was swapped",
      [cas("nil", "1", [0, 1]), cas("1", "2", [2, 3]), read("1", [4, 5])],
    ],
    ["a swap before the one that it follows", [cas("1", "2", [0, 1]), cas("nil", "1", [2, 3])]],
    [
      "a write in the midst of swaps",
      [write("1", [0, 1]), cas("1", "2", [2, 3]), write("9", [4, 5]), cas("2", "3", [6, 7])],
    ],
    [
      "two unanswered swaps of one value, both seen",
      [cas("nil", "1", [0]), cas("nil", "2", [0]), read("1", [1, 2]), read("2", [3, 4])],
    ],
    ["an unanswered write that was seen too early", [read("1", [0, 1]), write("1", [2])]],
    [
      "the initial value, gone by an unanswered swap",
      [cas("nil", "1", [0]), read("1", [1, 2]), read("nil", [3, 4])],
    ],
    [
      "a refusal of the value that is there",
      [write("1", [0, 1]), refused("1", [2, 3]), read("1", [4, 5])],
    ],
    ["a refusal of the initial value", [refused("nil", [0, 1]), read("nil", [2, 3])]],
    [
      "a stale read where another value was written twice and found",
      [
        write("1", [0, 1]),
        write("7", [2, 3]),
        read("7", [4, 5]),
        write("7", [6, 7]),
        read("1", [8, 9]),
      ],
    ],
    [
      "a refusal of what is there where another value was written twice and found",
      [
        write("7", [0, 1]),
        write("7", [2, 3]),
        read("7", [4, 5]),
        write("1", [6, 7]),
        refused("1", [8, 9]),
        read("1", [10, 11]),
      ],
    ],
  ])("rejects %s", (_, history) => {
    expect(hasOrder(casRegisterModel, history)).toBe(false);
    expect(outcomeOf(casRegisterModel, history)).toBe("invalid");
  });

  it.each<[string, readonly Op[]]>([
    ["nothing but what was unanswered", [read("1", [0]), write("1", [1])]],
    ["one read", [read("nil", [0, 1])]],
    ["reads around a slow write", [write("1", [0, 9]), read("nil", [1, 2]), read("1", [3, 4])]],
    [
      "a read of each write at once",
      [write("1", [0, 5]), write("2", [0, 5]), read("1", [0, 9]), read("2", [0, 9])],
    ],
    ["swaps at once", [cas("2", "3", [0, 9]), cas("1", "2", [0, 9]), cas("nil", "1", [0, 9])]],
    [
      "unanswered swaps that a read needs",
      [cas("nil", "1", [0]), cas("1", "2", [1]), read("2", [2, 3])],
    ],
    ["unanswered swaps in a ring", [cas("1", "2", [0]), cas("2", "1", [0]), read("nil", [1, 2])]],
    ["a value written twice that nobody found", [write("1", [0, 1]), write("1", [2, 3])]],
    [
      "a swap of a value for itself",
      [write("1", [0, 1]), cas("1", "1", [2, 3]), read("1", [4, 5])],
    ],
    ["operations that touch", [write("1", [0, 5]), write("2", [5, 6]), read("1", [6, 7])]],
    ["a refusal of a value that nobody wrote", [refused("5", [0, 1])]],
    ["a refusal before the value is written", [refused("1", [0, 9]), write("1", [1, 2])]],
    [
      "a refusal after the value is gone",
      [write("1", [0, 1]), refused("1", [2, 9]), write("2", [4, 5]), read("2", [6, 7])],
    ],
    [
      "a refusal that fits if the later of two writes stands first",
      [write("1", [0, 9]), write("2", [1, 3]), refused("2", [4, 5]), read("1", [10, 11])],
    ],
    ["what looked without telling", [looked([0, 1]), write("1", [2, 3]), looked([4, 5])]],
  ])("accepts %s", (_, history) => {
    expect(hasOrder(casRegisterModel, history)).toBe(true);
    expect(outcomeOf(casRegisterModel, history)).toBe("valid");
  });

  it.each<[string, readonly Op[]]>([
    [
      "a value that was found and written twice",
      [write("1", [0, 1]), write("1", [2, 3]), read("1", [4, 5])],
    ],
    [
      "a value that was found and may have been written again",
      [write("1", [0, 1]), write("1", [2]), read("1", [4, 5])],
    ],
    [
      "a refusal that an unanswered write explains",
      [write("1", [0, 1]), write("2", [2]), refused("1", [3, 4])],
    ],
  ])("does not decide %s", (_, history) => {
    expect(outcomeOf(casRegisterModel, history)).toBe("undecided");
  });

  it("does not decide an initial value that was found and written again", () => {
    const history = [write("3", [0, 1]), write("2", [2, 3]), read("2", [4, 5])];
    expect(outcomeOf(holdsTwo, history)).toBe("undecided");
  });
});

it("leaves out what was unanswered and not needed", () => {
  const history = [write("1", [0]), cas("nil", "2", [1]), read("2", [2, 3])];
  const [only] = registerPartsOf(casRegisterModel, history);
  const decision = only && decideByZones(only.register);
  expect(decision).toEqual({ outcome: "valid", order: Int32Array.of(1, 2) });
});

it("decides a register with 40 clients, which would take a search forever", () => {
  const history = simulatedHistory(drawFrom(3), {
    operations: 20_000,
    clients: 40,
    unknownPercent: 3,
  });
  expect(outcomeOf(registerModel, history)).toBe("valid");
});
