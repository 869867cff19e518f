import { describe, expect, it } from "vitest";
import { type RegisterValue, registerModel } from "../models/register.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import {
  cas,
  type Draw,
  drawFrom,
  type RegisterOperation,
  read,
  simulatedHistory,
  type Times,
  write,
} from "../testing/register-histories.js";
import { flawIn, illegalStep, orderAgainstTime } from "../testing/verify-linearization.js";
import { check } from "./check.js";
import type { EngineChoice } from "./decide-parts.js";
import type { PartitionResult } from "./result.js";

type Model = typeof registerModel;

async function resultOf(
  history: readonly RegisterOperation[],
  { model = registerModel, engine }: { model?: Model; engine?: EngineChoice } = {},
): Promise<Partial<PartitionResult<RegisterValue>>> {
  const { partitions } = await check(model, history, { maxCounterexamples: 0, engine });
  return partitions[0] ?? { validity: "valid" };
}

/** A register that holds 1 at first, so that what writes 1 writes the initial value again. */
const holdsOne: Model = {
  ...registerModel,
  init: () => 1,
  register: { initial: 1, classify: (...of) => registerModel.register?.classify(...of) },
};

/**
 * Invalid or valid, both often: operations of a correct register, at whole numbers for times, up to
 * four of which are then moved or given another value. Most values are written once.
 */
function nearlyRight(draw: Draw, size: number, held: RegisterValue = null): RegisterOperation[] {
  const width = 1 + draw(8);
  const unknownPercent = draw(3) * 15;
  const reusedPercent = draw(4) === 0 ? 60 : 0;
  const spoilt = new Set(Array.from({ length: draw(5) }, () => draw(size + 1)));
  const anyValue = (): RegisterValue => (draw(6) === 0 ? null : 1 + draw(size));
  return Array.from({ length: size }, (_, index) => {
    const isUnknown = draw(100) < unknownPercent;
    const moved = spoilt.has(index) ? draw(9) - 4 : 0;
    const call = 2 * index - draw(width) + moved;
    const times: Times = isUnknown
      ? [call]
      : [call, Math.max(call, 2 * index + draw(width) + moved)];
    const takesEffect = !isUnknown || draw(2) === 0;
    const value = draw(100) < reusedPercent ? 1 + draw(size) : index + 2;
    const found = spoilt.has(index) && draw(2) === 0 ? anyValue() : held;
    const kind = draw(10);
    if (kind < 4) return read(found, times);
    const expected = draw(4) === 0 ? anyValue() : found;
    if (kind >= 7 && expected !== found) return cas(expected, value, times, found);
    if (takesEffect) held = value;
    return kind < 7 ? write(value, times) : cas(expected, value, times);
  });
}

describe("against trying all orders", () => {
  it.each([0, 1, 2])(
    "decides 6,000 histories alike, with orders that hold, from seed %i",
    async (part) => {
      const counts: Record<string, number> = {};
      for (let seed = part * 6_000; seed < (part + 1) * 6_000; seed++) {
        const draw = drawFrom(seed);
        const model = seed % 4 === 0 ? holdsOne : registerModel;
        const history = nearlyRight(draw, 1 + draw(8), model.init());
        const { validity, linearization, statistics } = await resultOf(history, { model });
        const expected = hasOrder(model, history) ? "valid" : "invalid";
        expect({ seed, validity }).toEqual({ seed, validity: expected });
        const flaw = linearization && flawIn(model, history, linearization);
        expect({ seed, flaw }).toEqual({ seed, flaw: undefined });
        const decided = `${statistics?.engine ?? "none"} ${expected}`;
        counts[decided] = (counts[decided] ?? 0) + 1;
      }
      // All must be frequent, or nothing was compared.
      expect(counts["zones valid"]).toBeGreaterThan(1_000);
      expect(counts["zones invalid"]).toBeGreaterThan(1_000);
      expect(counts["general-search valid"]).toBeGreaterThan(20);
      // Most invalid ones with repeated values are seen through by zones already.
      expect(counts["general-search invalid"]).toBeGreaterThan(0);
    },
  );
});

describe("against the general search", () => {
  it("decides 600 histories of 20 to 200 operations alike", async () => {
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 0; seed < 600; seed++) {
      const draw = drawFrom(seed);
      const size = 20 + draw(181);
      const history =
        seed % 2 === 0
          ? nearlyRight(draw, size)
          : simulatedHistory(draw, { operations: size, clients: 1 + draw(6), unknownPercent: 5 });
      const { validity, linearization } = await resultOf(history);
      expect({ seed, validity }).toEqual({
        seed,
        validity: (await resultOf(history, { engine: "both" })).validity,
      });
      const flaw = linearization && flawIn(registerModel, history, linearization);
      expect({ seed, flaw }).toEqual({ seed, flaw: undefined });
      if (validity) counts[validity]++;
    }
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(100);
  });

  it("gives counterexamples that hold by themselves, from the same first failure", async () => {
    let seen = 0;
    for (let seed = 0; seed < 1_500; seed++) {
      const draw = drawFrom(seed);
      const history = nearlyRight(draw, 6 + draw(4));
      const [byZones] = (await check(registerModel, history)).partitions;
      const [general] = (await check(registerModel, history, { engine: "general" })).partitions;
      if (!byZones?.counterexample || byZones.statistics.engine !== "zones") continue;
      const { operations, isMinimal, linearizablePrefix, stuck } = byZones.counterexample;
      const few = history.filter((_, index) => operations.includes(index));
      expect({ seed, isMinimal, order: hasOrder(registerModel, few) }).toEqual({
        seed,
        isMinimal: true,
        order: false,
      });
      expect({ seed, operations }).toEqual({
        seed,
        operations: general?.counterexample?.operations,
      });
      expect({ seed, first: stuck[0]?.operation }).toEqual({
        seed,
        first: general?.counterexample?.stuck[0]?.operation,
      });
      expect(illegalStep(registerModel, history, linearizablePrefix)).toBeUndefined();
      expect(orderAgainstTime(history, linearizablePrefix)).toBeUndefined();
      const before = stuck[0] && history[stuck[0].operation]?.return;
      const placed = new Set(linearizablePrefix.map(({ operation }) => operation));
      const missing = history.filter(
        (operation, index) => (operation.return ?? Infinity) < (before ?? 0) && !placed.has(index),
      );
      expect({ seed, missing }).toEqual({ seed, missing: [] });
      seen++;
    }
    expect(seen).toBeGreaterThan(300);
  });
});

describe("drawn by hand", () => {
  it.each<[string, readonly RegisterOperation[]]>([
    ["a value that nobody wrote", [read(7, [0, 1])]],
    ["a read that returned before the write was called", [read(1, [0, 1]), write(1, [2, 3])]],
    ["a read of the initial value too late", [write(1, [0, 1]), read(null, [2, 3])]],
    ["a write between a write and its read", [write(1, [0, 1]), write(2, [2, 3]), read(1, [4, 5])]],
    [
      "two writes whose reads alternate",
      [write(1, [0, 9]), write(2, [0, 9]), read(1, [1, 2]), read(2, [3, 4]), read(1, [5, 6])],
    ],
    [
      "two values that each were read before and after the other",
      [
        write(1, [0, 30]),
        write(2, [0, 30]),
        read(1, [1, 2]),
        read(2, [1, 2]),
        read(1, [5, 6]),
        read(2, [5, 6]),
      ],
    ],
    ["two swaps of one value", [write(1, [0, 1]), cas(1, 2, [2, 5]), cas(1, 3, [2, 5])]],
    ["a ring of swaps", [cas(1, 2, [0, 9]), cas(2, 1, [0, 9])]],
    [
      "a read of a value that was swapped",
      [cas(null, 1, [0, 1]), cas(1, 2, [2, 3]), read(1, [4, 5])],
    ],
    ["a swap before the one that it follows", [cas(1, 2, [0, 1]), cas(null, 1, [2, 3])]],
    [
      "a write in the midst of swaps",
      [write(1, [0, 1]), cas(1, 2, [2, 3]), write(9, [4, 5]), cas(2, 3, [6, 7])],
    ],
    [
      "two unanswered swaps of one value, both seen",
      [cas(null, 1, [0]), cas(null, 2, [0]), read(1, [1, 2]), read(2, [3, 4])],
    ],
    ["an unanswered write that was seen too early", [read(1, [0, 1]), write(1, [2])]],
    [
      "the initial value, gone by an unanswered swap",
      [cas(null, 1, [0]), read(1, [1, 2]), read(null, [3, 4])],
    ],
  ])("rejects %s without a search", async (_, history) => {
    expect(hasOrder(registerModel, history)).toBe(false);
    expect(await resultOf(history)).toMatchObject({
      validity: "invalid",
      statistics: { engine: "zones", visited: 0 },
    });
  });

  it.each<[string, readonly RegisterOperation[]]>([
    ["reads around a slow write", [write(1, [0, 9]), read(null, [1, 2]), read(1, [3, 4])]],
    [
      "a read of each write at once",
      [write(1, [0, 5]), write(2, [0, 5]), read(1, [0, 9]), read(2, [0, 9])],
    ],
    ["swaps at once", [cas(2, 3, [0, 9]), cas(1, 2, [0, 9]), cas(null, 1, [0, 9])]],
    ["unanswered swaps that a read needs", [cas(null, 1, [0]), cas(1, 2, [1]), read(2, [2, 3])]],
    ["unanswered swaps in a ring", [cas(1, 2, [0]), cas(2, 1, [0]), read(null, [1, 2])]],
    ["a value written twice that nobody found", [write(1, [0, 1]), write(1, [2, 3])]],
    [
      "a value that may have been written again, which nobody found",
      [write(1, [0, 1]), write(1, [2])],
    ],
    ["a swap of a value for itself", [write(1, [0, 1]), cas(1, 1, [2, 3]), read(1, [4, 5])]],
    ["operations that touch", [write(1, [0, 5]), write(2, [5, 6]), read(1, [6, 7])]],
    ["an unanswered read", [write(1, [0, 1]), read(7, [2])]],
  ])("accepts %s without a search", async (_, history) => {
    expect(hasOrder(registerModel, history)).toBe(true);
    const { validity, statistics, linearization = [] } = await resultOf(history);
    expect({ validity, engine: statistics?.engine }).toEqual({
      validity: "valid",
      engine: "zones",
    });
    expect(flawIn(registerModel, history, linearization)).toBeUndefined();
  });

  it("leaves out what was unanswered and not needed", async () => {
    const history = [write(1, [0]), cas(null, 2, [1]), read(2, [2, 3])];
    expect((await resultOf(history)).linearization).toEqual([
      { operation: 1, state: 2 },
      { operation: 2, state: 2 },
    ]);
  });

  it("leaves a value that was found and written twice to the search", async () => {
    const twice = [write(1, [0, 1]), write(1, [2, 3]), read(1, [4, 5])];
    const perhaps = [write(1, [0, 1]), write(1, [2]), read(1, [4, 5])];
    for (const history of [twice, perhaps]) {
      expect((await resultOf(history)).statistics).toMatchObject({ engine: "general-search" });
    }
  });

  it("leaves an initial value that was found and written again to the search", async () => {
    const history = [write(2, [0, 1]), write(1, [2, 3]), read(1, [4, 5])];
    expect(await resultOf(history, { model: holdsOne })).toMatchObject({
      validity: "valid",
      statistics: { engine: "general-search" },
    });
  });

  it("leaves what is none of a register's operations to the search", async () => {
    const refusal = cas(1, 2, [2, 3], 1);
    expect(await resultOf([write(1, [0, 1]), refusal])).toMatchObject({
      validity: "invalid",
      statistics: { engine: "general-search" },
    });
  });
});

it("decides a register with 40 clients, which would take a search forever", async () => {
  const history = simulatedHistory(drawFrom(3), {
    operations: 20_000,
    clients: 40,
    unknownPercent: 3,
  });
  const { validity, linearization = [], statistics } = await resultOf(history);
  expect(validity).toBe("valid");
  expect(statistics).toMatchObject({ engine: "zones", operations: 20_000, visited: 0 });
  expect(flawIn(registerModel, history, linearization)).toBeUndefined();
});

describe("a model that contradicts itself", () => {
  const liar: Model = {
    ...registerModel,
    register: {
      initial: "absent",
      classify: (input) => ({ kind: "write", value: input.f }),
    },
  };

  it("is noticed where a step is not allowed", async () => {
    await expect(resultOf([read(7, [0, 1])], { model: liar })).rejects.toThrow(
      "the model's step must allow what its register.classify (or the like) says",
    );
  });

  it("is noticed where the engines disagree, by the name of the partition", async () => {
    const accuser: Model = {
      ...registerModel,
      register: {
        initial: "absent",
        classify: () => ({ kind: "read", value: "what nobody wrote" }),
      },
    };
    await expect(resultOf([write(1, [0, 1])], { model: accuser, engine: "both" })).rejects.toThrow(
      'partition "x" is invalid by zones and valid by the general search',
    );
  });
});
