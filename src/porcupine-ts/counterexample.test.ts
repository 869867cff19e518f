import { describe, expect, it } from "vitest";
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
import { illegalStep, orderAgainstTime } from "../testing/verify-linearization.js";
import { check } from "./check.js";
import type { Counterexample } from "./counterexample/counterexample.js";

async function counterexampleOf(
  history: readonly RegisterOperation[],
): Promise<Counterexample<RegisterValue> | undefined> {
  const { partitions } = await check(registerModel, history);
  return partitions[0]?.counterexample;
}

/** The operations that it is made of, as far as they had returned. */
function alone(
  history: readonly RegisterOperation[],
  { operations, pending }: Counterexample<RegisterValue>,
): RegisterOperation[] {
  return operations.flatMap((index) => {
    const operation = history[index];
    if (!operation) return [];
    const { input, call } = operation;
    return [pending.includes(index) ? { input, call } : operation];
  });
}

/** Values that operations found, and those that they left. */
const found = ({ input, output }: RegisterOperation) => registerModel.observes?.(input, output);
/** What leaves the value that it found only looks. */
const left = (operation: RegisterOperation) => {
  const value = registerModel.produces?.(operation.input, operation.output);
  return value === found(operation) ? undefined : value;
};

/** Nobody can miss it: what it left, no other can have found in it. */
function isDispensable(operation: RegisterOperation, among: readonly RegisterOperation[]): boolean {
  const value = left(operation);
  if (value === undefined) return true;
  return among.every(
    (other) =>
      other === operation ||
      found(other) !== value ||
      (other.return !== undefined && other.return < operation.call),
  );
}

const small = { seeds: 4_000, operations: 8 };

/** All small random histories that have no order. */
function* invalidHistories(): Generator<{ seed: number; history: RegisterOperation[] }> {
  for (let seed = 0; seed < small.seeds; seed++) {
    const history = randomHistory(drawFrom(-seed - 1), small.operations);
    if (!hasOrder(registerModel, history)) yield { seed, history };
  }
}

describe("of small random histories", () => {
  it("has no order all by itself, pending operations as recorded or not", async () => {
    let checked = 0;
    for (const { seed, history } of invalidHistories()) {
      const counterexample = await counterexampleOf(history);
      const few = counterexample ? alone(history, counterexample) : [];
      const asRecorded = history.filter((_, index) => counterexample?.operations.includes(index));
      expect({ seed, order: hasOrder(registerModel, few) }).toEqual({ seed, order: false });
      expect({ seed, order: hasOrder(registerModel, asRecorded) }).toEqual({ seed, order: false });
      checked++;
    }
    expect(checked).toBeGreaterThan(1_000);
  });

  it("has an order as soon as one dispensable operation is left out", async () => {
    for (const { seed, history } of invalidHistories()) {
      const counterexample = await counterexampleOf(history);
      const few = counterexample ? alone(history, counterexample) : [];
      expect({ seed, isMinimal: counterexample?.isMinimal }).toEqual({ seed, isMinimal: true });
      for (const operation of few.filter((each) => isDispensable(each, few))) {
        const rest = few.filter((other) => other !== operation);
        expect({ seed, order: hasOrder(registerModel, rest) }).toEqual({ seed, order: true });
      }
    }
  });

  it("keeps a producer for every value that was found and had one", async () => {
    for (const { seed, history } of invalidHistories()) {
      const counterexample = await counterexampleOf(history);
      const few = counterexample ? alone(history, counterexample) : [];
      const failsAt = Math.max(...few.map((operation) => operation.return ?? 0));
      const beginning = upTo(history, failsAt);
      for (const observer of few) {
        const value = found(observer);
        const producers = beginning.filter(
          (other) => other.input !== observer.input && left(other) === value,
        );
        const isNeedless = producers.every((other) => isDispensable(other, [observer]));
        if (observer.return === undefined || value === undefined || isNeedless) continue;
        expect({ seed, kept: few.some((other) => left(other) === value) }).toEqual({
          seed,
          kept: true,
        });
      }
    }
  });

  it("comes with the longest beginning that has an order, and what is stuck after it", async () => {
    for (const { seed, history } of invalidHistories()) {
      const { linearizablePrefix = [], stuck = [] } = (await counterexampleOf(history)) ?? {};
      expect({ seed, flaw: illegalStep(registerModel, history, linearizablePrefix) }).toEqual({
        seed,
      });
      expect({ seed, flaw: orderAgainstTime(history, linearizablePrefix) }).toEqual({ seed });

      const placed = new Set(linearizablePrefix.map(({ operation }) => operation));
      const [culprit] = stuck;
      const failsAt = history[culprit?.operation ?? -1]?.return ?? NaN;
      const accounted = history.every(
        (operation, index) => !((operation.return ?? Infinity) < failsAt) || placed.has(index),
      );
      expect({ seed, accounted }).toEqual({ seed, accounted: true });
      expect({ seed, order: hasOrder(registerModel, upTo(history, failsAt)) }).toEqual({
        seed,
        order: false,
      });
      expect({ seed, order: hasOrder(registerModel, upTo(history, failsAt - 0.5)) }).toEqual({
        seed,
        order: true,
      });
    }
  });
});

/** What had been called by then, with the returns that had come by then. */
function upTo(history: readonly RegisterOperation[], time: number): RegisterOperation[] {
  return history
    .filter(({ call }) => call <= time)
    .map((operation) =>
      (operation.return ?? Infinity) <= time ? operation : { ...operation, return: undefined },
    );
}

describe("in words that a reader knows", () => {
  it("shows a stale read with the write that it saw and the one that replaced it", async () => {
    const history = [
      write(1, [0, 1]),
      read(1, [2, 3]),
      write(2, [4, 5]),
      write(3, [6, 7]),
      read(3, [8, 9]),
      read(1, [10, 11]),
      read(3, [12, 13]),
    ];
    expect(await counterexampleOf(history)).toEqual({
      operations: [0, 2, 5],
      pending: [],
      isMinimal: true,
      linearizablePrefix: [
        { operation: 0, state: 1 },
        { operation: 1, state: 1 },
        { operation: 2, state: 2 },
        { operation: 3, state: 3 },
        { operation: 4, state: 3 },
      ],
      stuck: [{ operation: 5, reason: "it read 1, but the key held 3" }],
      attempts: {
        shown: [
          {
            order: [
              { operation: 0, state: 1 },
              { operation: 2, state: 2 },
            ],
            stuck: [{ operation: 5, reason: "it read 1, but the key held 2" }],
            waiting: [],
          },
        ],
        others: 0,
        isComplete: true,
      },
    });
  });

  it("keeps the last of several writes of a value that was read when it was gone", async () => {
    const history = [
      write(1, [0, 1]),
      write(2, [2, 3]),
      write(1, [4, 5]),
      write(3, [6, 7]),
      read(1, [8, 9]),
    ];
    expect((await counterexampleOf(history))?.operations).toHaveLength(3);
  });

  it("takes an operation whose answer came later for unanswered", async () => {
    // The read of 9 returns after the contradiction: that nobody wrote 9 is not what is shown.
    const history = [write(1, [0, 1]), read(9, [2, 20]), read(null, [3, 4])];
    expect(await counterexampleOf(history)).toMatchObject({ operations: [0, 2], pending: [] });
  });

  it("names an unanswered write that somebody saw", async () => {
    const history = [write(1, [0, 1]), write(2, [2]), read(2, [3, 4]), read(1, [5, 6])];
    expect(await counterexampleOf(history)).toMatchObject({
      operations: [0, 1, 2, 3],
      pending: [1],
    });
  });

  it("says why each operation that is open cannot come next", async () => {
    const history = [write(1, [0, 1]), cas(3, 4, [2, 9]), read(2, [2, 8])];
    expect((await counterexampleOf(history))?.stuck).toEqual([
      { operation: 2, reason: "it read 2, but the key held 1" },
      { operation: 1, reason: "it swapped 3 for 4, but the key held 1" },
    ]);
  });
});

describe("of long histories", () => {
  it("is a few operations, the same every time", async () => {
    const history = simulatedHistory(drawFrom(5), {
      operations: 2_000,
      clients: 10,
      unknownPercent: 2,
    });
    const reads = history.flatMap(({ input, output }, index) =>
      input.f === "read" && output && "value" in output ? [{ index, output }] : [],
    );
    const [early, late] = [reads[200], reads[600]];
    const stale = history.map((operation, index) =>
      index === late?.index && early ? { ...operation, output: early.output } : operation,
    );
    const first = await counterexampleOf(stale);
    expect(first?.operations).toContain(late?.index);
    expect(first?.operations.length).toBeLessThanOrEqual(6);
    expect(await counterexampleOf(stale)).toEqual(first);
  });

  it.each(["general", "auto"] as const)(
    "is still given when time runs out, and says that it is not minimal (engine: %s)",
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
});
