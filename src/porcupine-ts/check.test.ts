import { describe, expect, it } from "vitest";
import { kvModel } from "../models/kv.js";
import { type RegisterValue, registerModel } from "../models/register.js";
import { hasOrder } from "../testing/linearizability-oracle.js";
import {
  cas,
  drawFrom,
  type RegisterOperation,
  randomHistory,
  read,
  simulatedHistory,
  write,
} from "../testing/register-histories.js";
import { flawIn } from "../testing/verify-linearization.js";
import { check, checkEvents } from "./check.js";
import { illegal, type Model } from "./model.js";
import type { CheckResult } from "./result.js";

const validityOf = async (operations: readonly RegisterOperation[]) =>
  (await check(registerModel, operations)).validity;

/** The same register in ever fewer words: what a model leaves out must change no verdict. */
const stepsOnly: typeof registerModel = {
  init: () => registerModel.init(),
  step: (...step) => registerModel.step(...step),
};
const wordy: readonly (typeof registerModel)[] = [
  registerModel,
  stepsOnly,
  { ...stepsOnly, readOnly: (...of) => registerModel.readOnly?.(...of) === true },
  { ...stepsOnly, equal: (a, b) => a === b, hash: (state) => Number(state) % 2 },
];

describe("against trying all orders", () => {
  it.each([0, 1, 2, 3])(
    "decides 6,000 random histories alike, with orders that hold, from seed %i",
    async (part) => {
      const verdicts = { valid: 0, invalid: 0, unknown: 0 };
      for (let seed = part * 6_000; seed < (part + 1) * 6_000; seed++) {
        const history = randomHistory(drawFrom(seed), 7);
        const model = wordy[seed % wordy.length] ?? registerModel;
        const result = await check(model, history, { maxCounterexamples: 0 });
        const expected = hasOrder(registerModel, history) ? "valid" : "invalid";
        expect({ seed, validity: result.validity }).toEqual({ seed, validity: expected });
        expect({ seed, flaw: flawOf(history, result) }).toEqual({ seed });
        verdicts[result.validity]++;
      }
      // Both must be frequent, or nothing was compared.
      expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(1_000);
    },
  );

  it("finds orders for long histories that a correct register made", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = drawFrom(seed);
      const history = simulatedHistory(draw, {
        operations: 300,
        clients: 1 + draw(15),
        unknownPercent: draw(15),
        ...(seed % 2 === 0 && { values: 4 }),
      });
      const result = await check(registerModel, history);
      expect({ seed, validity: result.validity }).toEqual({ seed, validity: "valid" });
      expect({ seed, flaw: flawOf(history, result) }).toEqual({ seed });
    }
  });
});

function flawOf(
  history: readonly RegisterOperation[],
  { partitions }: CheckResult<RegisterValue>,
): string | undefined {
  const [only] = partitions;
  return only?.linearization && flawIn(registerModel, history, only.linearization);
}

describe("at the border", () => {
  it("takes an empty history for valid", async () => {
    expect(await check(registerModel, [])).toMatchObject({ validity: "valid", partitions: [] });
  });

  it("takes operations that touch for concurrent: at equal times a call comes first", async () => {
    expect(await validityOf([write(1, [0, 5]), read(null, [5, 6])])).toBe("valid");
    expect(await validityOf([write(1, [0, 5]), read(null, [6, 6])])).toBe("invalid");
  });

  it("takes operations without duration at one time for concurrent", async () => {
    expect(await validityOf([read(1, [3, 3]), write(1, [3, 3])])).toBe("valid");
  });

  it("lets what never returned happen late, or never, but not before its call", async () => {
    expect(await validityOf([write(1, [0]), read(null, [5, 6]), read(1, [7, 8])])).toBe("valid");
    expect(await validityOf([write(1, [0]), read(null, [5, 6])])).toBe("valid");
    expect(await validityOf([read(1, [0, 2]), write(1, [3])])).toBe("invalid");
  });

  it("lets what never returned happen only once", async () => {
    const twice = [
      write(1, [0]),
      write(2, [1, 2]),
      read(1, [3, 4]),
      write(3, [5, 6]),
      read(1, [7, 8]),
    ];
    expect(await validityOf(twice)).toBe("invalid");
    expect(await validityOf([...twice, write(1, [0])])).toBe("valid");
  });

  it("ignores an output that was put beside a missing return", async () => {
    const refusal = cas(1, 2, [2, 3], 7);
    const pending: RegisterOperation = { ...refusal, return: undefined };
    expect(await validityOf([write(1, [0, 1]), pending, read(2, [4, 5])])).toBe("valid");
  });

  it("handles more than 32 operations at once", async () => {
    const writes = Array.from({ length: 70 }, (_, i) => write(i, [0, 100]));
    const reads = Array.from({ length: 70 }, (_, i) => read(i, [i, 100]));
    expect(await validityOf([...writes, ...reads])).toBe("valid");
    const swaps = Array.from({ length: 70 }, (_, i) => cas(i === 0 ? null : i, i + 1, [0, 100]));
    expect(await validityOf([...swaps, read(40, [101, 102])])).toBe("invalid");
    expect(await validityOf([...swaps, read(70, [101, 102])])).toBe("valid");
  });

  it("refuses times that cannot be", async () => {
    await expect(check(registerModel, [write(1, [5, 4])])).rejects.toThrow(
      "operation 0 must have a call that is not after its return, but has call 5 and return 4",
    );
    await expect(check(registerModel, [write(1, [NaN, 4])])).rejects.toThrow(RangeError);
  });

  it("passes on what the model throws", async () => {
    const broken: Model<number, string, string> = {
      init: () => 0,
      step: () => {
        throw new Error("no such operation");
      },
    };
    const operations = [{ input: "a", output: "b", call: 0, return: 1 }];
    await expect(check(broken, operations)).rejects.toThrow("no such operation");
  });
});

describe("drawn by hand", () => {
  it.each([
    ["a stale read", [write(1, [0, 1]), write(2, [2, 3]), read(1, [4, 5])]],
    ["a lost write", [write(1, [0, 1]), read(null, [2, 3])]],
    ["a read from the future", [read(1, [0, 1]), write(1, [2, 3])]],
    ["a read of what nobody wrote", [write(1, [0, 1]), read(2, [2, 3])]],
    ["reads that go back and forth", [write(1, [0, 9]), read(1, [1, 2]), read(null, [3, 4])]],
    ["two swaps of one value", [write(1, [0, 1]), cas(1, 2, [2, 5]), cas(1, 3, [2, 5])]],
    ["a refusal to swap what was there", [write(1, [0, 1]), cas(1, 2, [2, 3], 1)]],
  ])("rejects %s", async (_, history) => {
    expect(await validityOf(history)).toBe("invalid");
  });

  it.each([
    ["a read beside a write, before it", [write(1, [0, 9]), read(null, [1, 2])]],
    ["reads in the order of a slow write", [write(1, [0, 9]), read(null, [1, 2]), read(1, [3, 4])]],
    [
      "a chain of swaps",
      [write(1, [0, 1]), cas(1, 2, [2, 9]), cas(2, 3, [2, 9]), read(3, [10, 11])],
    ],
    ["a refusal that found another value", [write(1, [0, 1]), cas(2, 3, [2, 3], 1)]],
    ["a write that took effect after a swap gave up on it", [write(1, [0]), cas(1, 2, [3, 9])]],
  ])("accepts %s", async (_, history) => {
    expect(await validityOf(history)).toBe("valid");
  });
});

describe("partitions", () => {
  const onKey = (key: string, operation: RegisterOperation): RegisterOperation => ({
    ...operation,
    input: { ...operation.input, key },
  });

  it("judges each by itself, in the order in which they occur", async () => {
    const result = await check(registerModel, [
      onKey("b", write(1, [0, 1])),
      onKey("a", write(2, [2, 3])),
      onKey("b", read(2, [4, 5])),
    ]);
    expect(result.validity).toBe("invalid");
    expect(result.partitions).toMatchObject([
      { name: "b", validity: "invalid", operations: Int32Array.of(0, 2) },
      {
        name: "a",
        validity: "valid",
        operations: Int32Array.of(1),
        linearization: [{ operation: 1, state: 2 }],
      },
    ]);
  });

  it("looks for no more counterexamples than it is asked for", async () => {
    const bad = ["a", "b", "c"].map((key) => onKey(key, read(7, [0, 1])));
    const { partitions } = await check(registerModel, bad, { maxCounterexamples: 2 });
    expect(partitions.map(({ counterexample }) => counterexample !== undefined)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("gets 100,000 operations on 500 keys over, with every bad key found", async () => {
    const history = Array.from({ length: 500 }, (_, key) =>
      simulatedHistory(drawFrom(key), {
        operations: 200,
        clients: 10,
        unknownPercent: 5,
        key: `k${key}`,
      }),
    ).flat();
    history.push(onKey("k7", read(-1, [1, 2])), onKey("k400", read(-1, [1, 2])));
    const { partitions } = await check(registerModel, history);
    const bad = partitions.filter(({ validity }) => validity !== "valid");
    expect(bad.map(({ name, validity }) => [name, validity])).toEqual([
      ["k7", "invalid"],
      ["k400", "invalid"],
    ]);
  });
});

describe("limits", () => {
  /** Counting needs every subset: 24 additions at once, and a read of a sum that they cannot make. */
  const counter: Model<number, number, number | undefined> = {
    init: () => 0,
    step: (sum, add, found) => (add > 0 ? sum + add : found === sum ? sum : illegal),
    partition: (add) => (add === 1 ? "easy" : "hard"),
  };
  const hard = [
    ...Array.from({ length: 24 }, (_, i) => ({ input: 2 ** (i + 1), call: 0, return: 100 })),
    { input: 0, output: 1, call: 50, return: 60 },
  ];
  const easy = [{ input: 1, call: 0, return: 1 }];

  it("gives up at the deadline, but not on what is easy", async () => {
    const result = await check(counter, [...hard, ...easy], { deadlineMs: 1_500 });
    expect(result).toMatchObject({ validity: "unknown", reason: "deadline" });
    expect(result.partitions).toMatchObject([
      { name: "hard", validity: "unknown", reason: "deadline" },
      { name: "easy", validity: "valid" },
    ]);
  });

  it("gives up where memory ends, and lets go of the largest first", async () => {
    const result = await check(counter, [...hard, ...easy], { memoryMb: 1 });
    expect(result.partitions).toMatchObject([
      { name: "hard", validity: "unknown", reason: "memory" },
      { name: "easy", validity: "valid" },
    ]);
    expect(result.statistics.bytes).toBeLessThan(3 * 2 ** 20);
  });

  it("lets timers run meanwhile, so that it can be stopped", async () => {
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 50);
    const result = await check(counter, hard, { signal: stop.signal });
    expect(result).toMatchObject({ validity: "unknown", reason: "aborted" });
  });

  it.each(["general", "auto"] as const)(
    "still gives a counterexample, one that it says is not minimal (engine: %s)",
    async (engine) => {
      const history = simulatedHistory(drawFrom(6), {
        operations: 3_000,
        clients: 10,
        unknownPercent: 2,
      });
      history.push(read(-1, [1e7, 1e7 + 1]));
      let looks = 0;
      let limit = Infinity;
      // Aborts when it is looked at once too often: the same moment on every machine.
      const signal = Object.create(new AbortController().signal, {
        aborted: { get: () => ++looks > limit },
      }) as AbortSignal;
      await check(registerModel, history, { engine, signal, maxCounterexamples: 0 });
      // Soon after the decision, long before the smallest contradiction.
      limit = 2 * looks + 2;
      const { validity, partitions } = await check(registerModel, history, { engine, signal });
      expect(validity).toBe("invalid");
      expect(partitions[0]?.counterexample?.isMinimal).toBe(false);
    },
  );

  it("never hides an invalid partition behind an unknown one", async () => {
    const bad = { input: -1, output: 5, call: 2, return: 3 };
    const model: typeof counter = { ...counter, partition: (add) => (add < 0 ? "bad" : "hard") };
    const result = await check(model, [...hard, bad], { deadlineMs: 1_500 });
    expect(result.validity).toBe("invalid");
    expect(result).not.toHaveProperty("reason");
  });
});

describe("events", () => {
  it("takes their order for time", async () => {
    const key = "x";
    const result = await checkEvents(registerModel, [
      { kind: "call", id: "w", input: { f: "write", key, value: 1 } },
      { kind: "call", id: "lost", input: { f: "write", key, value: 2 } },
      { kind: "return", id: "w", output: { revision: 2 } },
      { kind: "call", id: "r", input: { f: "read", key } },
      { kind: "return", id: "r", output: { value: 2, modRevision: 3, version: 2 } },
    ]);
    expect(result.partitions[0]?.linearization).toEqual([
      { operation: 0, state: 1 },
      { operation: 1, state: 2 },
      { operation: 2, state: 2 },
    ]);
  });

  it("refuses a return without its call, and ids that are used twice", () => {
    const call = { kind: "call", id: 1, input: { f: "read", key: "x" } } as const;
    const back = { kind: "return", id: 1 } as const;
    expect(() => checkEvents(registerModel, [back])).toThrow(
      "event 0 returns operation 1, never called",
    );
    expect(() => checkEvents(registerModel, [call, call])).toThrow(
      "event 1 calls operation 1 a second time",
    );
    expect(() => checkEvents(registerModel, [call, back, back])).toThrow(
      "event 2 returns operation 1 a second time",
    );
  });
});

describe("without partitions", () => {
  it("compares states by structure unless told how", async () => {
    const whole: Model<
      Readonly<Record<string, string>>,
      ["get" | "add", string, string?],
      string
    > = {
      init: () => ({}),
      step(state, [f, key, value = ""], output) {
        const held = state[key] ?? "";
        if (f === "get") return output === held ? state : illegal;
        return { ...state, [key]: kvModel.init() + held + value };
      },
    };
    const operations = [
      { input: ["add", "a", "x"] as ["add", string, string], call: 0, return: 9 },
      { input: ["add", "b", "y"] as ["add", string, string], call: 0, return: 9 },
      { input: ["get", "a"] as ["get", string], output: "x", call: 1, return: 2 },
      { input: ["get", "b"] as ["get", string], output: "y", call: 1, return: 2 },
    ];
    expect((await check(whole, operations)).validity).toBe("valid");
  });
});
