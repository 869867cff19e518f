import { describe, expect, it } from "vitest";
import { casRegisterModel } from "../../models/cas-register.js";
import { kvModel } from "../../models/kv.js";
import { mutexModel } from "../../models/mutex.js";
import { registerModel } from "../../models/register.js";
import { decideByTrying, decideByZonesAlone } from "../../testing/decide-numbers.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import {
  cas,
  drawFrom,
  randomHistory,
  type RegisterOperation,
  read,
  simulatedHistory,
  write,
} from "../../testing/register-histories.js";
import { randomCasHistory, randomMutexHistory } from "../../testing/small-histories.js";
import { illegalStep, orderAgainstTime } from "../../testing/verify-linearization.js";
import { type Budget, createBudget } from "../budget.js";
import { illegal, type Model, type Operation } from "../model.js";
import { record } from "../parts/recorded.js";
import { splitByPart } from "../parts/split.js";
import { never } from "../parts/timeline.js";
import type { Counterexample } from "./counterexample.js";
import { findCounterexample } from "./find-counterexample.js";

type Asked = typeof decideByTrying;

/** Of the first part. `reached` is the least that can be said. */
function counterexampleOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: { readonly by?: Asked; readonly reached?: number; readonly budget?: Budget } = {},
): Promise<Counterexample<State>> {
  const { by = decideByTrying, reached = 0, budget = createBudget({}) } = options;
  const recorded = record(model, history);
  const [part] = splitByPart(recorded);
  if (!part) throw new Error("the history must have a part");
  const decide = by(model, recorded, part);
  return findCounterexample({ model, recorded, part, reached, decide }, budget);
}

/** The operations that it is made of, as far as they had returned. */
function alone<Input, Output>(
  history: readonly Operation<Input, Output>[],
  { operations, pending }: Counterexample<unknown>,
): Operation<Input, Output>[] {
  return operations.flatMap((index) => {
    const operation = history[index];
    if (!operation) return [];
    return [pending.includes(index) ? { ...operation, return: undefined } : operation];
  });
}

/** Nobody can miss it: what it left, no other can have found in it. */
function isDispensable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
  among: readonly Operation<Input, Output>[],
): boolean {
  const value = model.produces?.(operation.input, operation.output);
  if (value === undefined) return true;
  return among.every((other) => {
    const found = model.observes?.(other.input, other.output);
    const isEarlier = other.return !== undefined && other.return < operation.call;
    return other === operation || (found !== value && found !== null) || isEarlier;
  });
}

const small = { seeds: 600, operations: 8 };

/** All small random histories that have no order. */
function* invalidHistories<State, Input, Output>(
  model: Model<State, Input, Output>,
  historyOf: (seed: number) => Operation<Input, Output>[],
): Generator<{ seed: number; history: Operation<Input, Output>[] }> {
  for (let seed = 0; seed < small.seeds; seed++) {
    const history = historyOf(seed);
    if (!hasOrder(model, history)) yield { seed, history };
  }
}

function holdsForSmallHistories<State, Input, Output>(
  model: Model<State, Input, Output>,
  historyOf: (seed: number) => Operation<Input, Output>[],
) {
  it("has no order all by itself, pending operations as recorded or not", async () => {
    let checked = 0;
    for (const { seed, history } of invalidHistories(model, historyOf)) {
      const counterexample = await counterexampleOf(model, history);
      const few = alone(history, counterexample);
      const asRecorded = history.filter((_, index) => counterexample.operations.includes(index));
      expect({ seed, order: hasOrder(model, few) }).toEqual({ seed, order: false });
      expect({ seed, order: hasOrder(model, asRecorded) }).toEqual({ seed, order: false });
      checked++;
    }
    expect(checked).toBeGreaterThan(200);
  });

  it("has an order as soon as one dispensable operation is left out", async () => {
    for (const { seed, history } of invalidHistories(model, historyOf)) {
      const counterexample = await counterexampleOf(model, history);
      const few = alone(history, counterexample);
      expect({ seed, isMinimal: counterexample.isMinimal }).toEqual({ seed, isMinimal: true });
      for (const operation of few.filter((each) => isDispensable(model, each, few))) {
        const rest = few.filter((other) => other !== operation);
        expect({ seed, order: hasOrder(model, rest) }).toEqual({ seed, order: true });
      }
    }
  });

  it("is told with all orders of it, each as far as it goes", async () => {
    for (const { seed, history } of invalidHistories(model, historyOf)) {
      const counterexample = await counterexampleOf(model, history);
      const few = alone(history, counterexample);
      const { shown, others, isComplete } = counterexample.attempts;
      expect({ seed, isComplete }).toEqual({ seed, isComplete: true });
      expect({ seed, orders: shown.length + others }).toEqual({ seed, orders: ends(model, few) });
      for (const { order, stuck, waiting } of shown) {
        expect({ seed, flaw: illegalStep(model, history, order) }).toEqual({ seed });
        const named = [...order, ...stuck, ...waiting].map(({ operation }) => operation);
        expect(named.toSorted((a, b) => a - b)).toEqual(counterexample.operations);
      }
    }
  });

  it("comes with the longest beginning that has an order, and what is stuck after it", async () => {
    for (const { seed, history } of invalidHistories(model, historyOf)) {
      const { linearizablePrefix, stuck } = await counterexampleOf(model, history);
      expect({ seed, flaw: illegalStep(model, history, linearizablePrefix) }).toEqual({ seed });
      expect({ seed, flaw: orderAgainstTime(history, linearizablePrefix) }).toEqual({ seed });
      const placed = new Set(linearizablePrefix.map(({ operation }) => operation));
      const failsAt = history[stuck[0]?.operation ?? -1]?.return ?? NaN;
      const accounted = history.every(
        (operation, index) => !((operation.return ?? Infinity) < failsAt) || placed.has(index),
      );
      expect({ seed, accounted }).toEqual({ seed, accounted: true });
      expect({ seed, order: hasOrder(model, upTo(history, failsAt)) }).toEqual({
        seed,
        order: false,
      });
      expect({ seed, order: hasOrder(model, upTo(history, failsAt - 0.5)) }).toEqual({
        seed,
        order: true,
      });
    }
  });
}

describe("of small random histories of a register", () => {
  const historyOf = (seed: number) => randomHistory(drawFrom(-seed - 1), small.operations);
  holdsForSmallHistories(registerModel, historyOf);

  it("keeps a producer for every value that was found and had one", async () => {
    // What leaves the value that it found only looks.
    const producedBy = ({ input, output }: RegisterOperation) => {
      const value = registerModel.produces?.(input, output);
      return value === registerModel.observes?.(input, output) ? undefined : value;
    };
    for (const { seed, history } of invalidHistories(registerModel, historyOf)) {
      const few = alone(history, await counterexampleOf(registerModel, history));
      const failsAt = Math.max(...few.map((operation) => operation.return ?? 0));
      const beginning = upTo(history, failsAt);
      for (const observer of few) {
        const value = registerModel.observes?.(observer.input, observer.output);
        const producers = beginning.filter(
          (other) => other.input !== observer.input && producedBy(other) === value,
        );
        const isNeedless = producers.every((each) =>
          isDispensable(registerModel, each, [observer]),
        );
        if (observer.return === undefined || value === undefined || isNeedless) continue;
        const kept = few.some((other) => producedBy(other) === value);
        expect({ seed, kept }).toEqual({ seed, kept: true });
      }
    }
  });

  it("is the same however close `reached` is to the truth", async () => {
    let checked = 0;
    for (const { history } of invalidHistories(registerModel, historyOf)) {
      const first = await counterexampleOf(registerModel, history);
      const failsAt = history[first.stuck[0]?.operation ?? -1]?.return;
      if (failsAt === undefined) continue;
      const before = history.filter((each) => (each.return ?? Infinity) < failsAt).length;
      const again = await counterexampleOf(registerModel, history, { reached: before });
      expect(again).toEqual(first);
      checked++;
    }
    expect(checked).toBeGreaterThan(200);
  });
});

describe("of small random histories of a register whose refusals do not say what was there", () => {
  holdsForSmallHistories(casRegisterModel, (seed) =>
    randomCasHistory(drawFrom(-seed - 1), small.operations),
  );
});

describe("of small random histories of a lock", () => {
  holdsForSmallHistories(mutexModel, (seed) =>
    randomMutexHistory(drawFrom(-seed - 1), small.operations),
  );
});

/** What had been called by then, with the returns that had come by then. */
function upTo<Input, Output>(
  history: readonly Operation<Input, Output>[],
  time: number,
): Operation<Input, Output>[] {
  return history
    .filter(({ call }) => call <= time)
    .map((operation) =>
      (operation.return ?? Infinity) <= time ? operation : { ...operation, return: undefined },
    );
}

/** How many orders of some of them there are after which none of the others can come. */
function ends<State, Input, Output>(
  model: Model<State, Input, Output>,
  left: readonly Operation<Input, Output>[],
  state: State = model.init(),
): number {
  let count = 0;
  for (const operation of left) {
    const others = left.filter((other) => other !== operation);
    if (others.some((other) => (other.return ?? Infinity) < operation.call)) continue;
    const after = model.step(state, operation.input, operation.output);
    if (after !== illegal) count += ends(model, others, after);
  }
  return Math.max(1, count);
}

describe("in words that a reader knows", () => {
  const stale = [
    write(1, [0, 1]),
    read(1, [2, 3]),
    write(2, [4, 5]),
    write(3, [6, 7]),
    read(3, [8, 9]),
    read(1, [10, 11]),
    read(3, [12, 13]),
  ];

  it("shows a stale read with the write that it saw and the one that replaced it", async () => {
    expect(await counterexampleOf(registerModel, stale)).toEqual({
      operations: [0, 2, 5],
      pending: [],
      isMinimal: true,
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
      linearizablePrefix: [
        { operation: 0, state: 1 },
        { operation: 1, state: 1 },
        { operation: 2, state: 2 },
        { operation: 3, state: 3 },
        { operation: 4, state: 3 },
      ],
      stuck: [{ operation: 5, reason: "it read 1, but the key held 3" }],
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
    const { operations } = await counterexampleOf(registerModel, history);
    expect(operations).toEqual([2, 3, 4]);
  });

  it("takes an operation whose answer came later for unanswered", async () => {
    // The read of 9 returns after the contradiction: that nobody wrote 9 is not what is shown.
    const history = [write(1, [0, 1]), read(9, [2, 20]), read(null, [3, 4])];
    const counterexample = await counterexampleOf(registerModel, history);
    expect(counterexample).toMatchObject({ operations: [0, 2], pending: [] });
  });

  it("names an unanswered write that somebody saw", async () => {
    const history = [write(1, [0, 1]), write(2, [2]), read(2, [3, 4]), read(1, [5, 6])];
    expect(await counterexampleOf(registerModel, history)).toMatchObject({
      operations: [0, 1, 2, 3],
      pending: [1],
    });
  });

  it("names no more unanswered writes of a value than can have been seen, the first of them", async () => {
    const lost = [3, 4, 5, 6, 7].map((time) => write(2, [time]));
    const history = [
      ...[write(1, [0, 1]), ...lost],
      ...[read(2, [8, 9]), read(1, [10, 11]), read(2, [12, 13]), read(1, [14, 15])],
    ];
    expect(await counterexampleOf(registerModel, history)).toMatchObject({
      operations: [0, 1, 6, 7],
      pending: [1],
    });
  });

  it("says of the operations that are open and of those that wait why they cannot come", async () => {
    const history = [write(1, [0, 1]), read(2, [2, 4]), read(3, [3, 9]), write(2, [5, 6])];
    const { attempts, stuck } = await counterexampleOf(registerModel, history);
    expect(attempts.shown).toEqual([
      {
        order: [],
        stuck: [{ operation: 1, reason: "it read 2, but the key was absent" }],
        waiting: [],
      },
    ]);
    expect(stuck).toEqual([
      { operation: 1, reason: "it read 2, but the key held 1" },
      { operation: 2, reason: "it read 3, but the key held 1" },
    ]);
  });

  it("tries every order of writes that happened at once, the farthest first", async () => {
    const history = [
      ...[write(1, [0, 9]), write(2, [1, 9])],
      ...[read(1, [10, 11]), read(2, [12, 13])],
    ];
    const { operations, attempts } = await counterexampleOf(registerModel, history);
    expect(operations).toEqual([0, 1, 2, 3]);
    expect(
      attempts.shown.map(({ order, stuck, waiting }) => ({
        placed: order.map(({ operation }) => operation),
        stuck: stuck.map(({ operation }) => operation),
        waiting,
      })),
    ).toEqual([
      { placed: [1, 0, 2], stuck: [3], waiting: [] },
      { placed: [0, 1], stuck: [2], waiting: [{ operation: 3, waitsFor: 2 }] },
    ]);
  });

  it("may lose anything where the model does not say what was seen", async () => {
    const history = [
      { input: { f: "append", key: "x", value: "a" }, output: "", call: 0, return: 1 },
      { input: { f: "append", key: "x", value: "b" }, output: "", call: 2, return: 3 },
      { input: { f: "get", key: "x" }, output: "ba", call: 4, return: 5 },
    ] as const;
    expect(await counterexampleOf(kvModel, history)).toMatchObject({
      operations: [2],
      isMinimal: true,
      stuck: [{ operation: 2 }],
    });
  });
});

/** Every read and swap of a value that was there before some other change. */
function staleAt(history: readonly RegisterOperation[], share: number): RegisterOperation[] {
  const reads = history.flatMap(({ input, output }, index) =>
    input.f === "read" && output && "value" in output ? [{ index, output }] : [],
  );
  const late = reads[Math.floor(reads.length * share)];
  const early = reads[Math.floor(reads.length * share) - 200];
  return history.map((operation, index) =>
    index === late?.index && early ? { ...operation, output: early.output } : operation,
  );
}

describe("of long histories", () => {
  const long = { operations: 10_000, clients: 10, unknownPercent: 2 };

  it("is a few operations, found by few questions, the same every time", async () => {
    for (const share of [0.1, 0.5, 0.95]) {
      const history = staleAt(simulatedHistory(drawFrom(5), long), share);
      let questions = 0;
      let asked = 0;
      const by: Asked = (model, recorded, part) => {
        const decide = decideByZonesAlone(model, recorded, part);
        return (numbers, end) => {
          questions++;
          asked += numbers.length;
          return decide(numbers, end);
        };
      };
      const first = await counterexampleOf(registerModel, history, { by });
      expect(first.isMinimal).toBe(true);
      expect(first.operations.length).toBeLessThanOrEqual(6);
      expect(questions).toBeLessThan(100);
      // Together as large as a few questions about the whole.
      expect(asked).toBeLessThan(6 * history.length);
      const again = await counterexampleOf(registerModel, history, { by: decideByZonesAlone });
      expect(again).toEqual(first);
    }
  });

  it("is still given when time runs out, and says that it is not minimal", async () => {
    const history = staleAt(simulatedHistory(drawFrom(6), long), 0.9);
    for (const most of [0, 1, 5, 20]) {
      let questions = 0;
      const by: Asked = (model, recorded, part) => {
        const decide = decideByZonesAlone(model, recorded, part);
        return (numbers, end) =>
          ++questions > most ? Promise.resolve(undefined) : decide(numbers, end);
      };
      const counterexample = await counterexampleOf(registerModel, history, { by });
      expect(counterexample.isMinimal).toBe(false);
      const recorded = record(registerModel, alone(history, counterexample));
      const [part] = splitByPart(recorded);
      if (!part) throw new Error("the counterexample must have operations");
      const all = Int32Array.from(part.indexes, (_, number) => number);
      const decide = decideByZonesAlone(registerModel, recorded, part);
      expect(await decide(all, never)).toMatchObject({ outcome: "invalid" });
    }
  });

  it("asks nothing more once the time is up", async () => {
    const history = staleAt(simulatedHistory(drawFrom(6), long), 0.9);
    const budget = createBudget({ signal: AbortSignal.abort() });
    let questions = 0;
    const by: Asked = () => () => {
      questions++;
      return Promise.resolve(undefined);
    };
    const counterexample = await counterexampleOf(registerModel, history, { by, budget });
    expect(counterexample.isMinimal).toBe(false);
    expect(questions).toBe(0);
  });
});

it("has an order as soon as one of a stale read's three may have happened at any time or never", async () => {
  const history = [write(1, [0, 1]), write(2, [2, 3]), read(2, [4, 5]), read(1, [6, 7])];
  const few = alone(history, await counterexampleOf(registerModel, history));
  expect(few).toHaveLength(3);
  for (const operation of few) {
    const released = few.map((each) =>
      each === operation ? { ...each, call: -1, return: undefined } : each,
    );
    expect(hasOrder(registerModel, released)).toBe(true);
  }
});

it("keeps of a chain of swaps what leads to the one that contradicts", async () => {
  const history = [
    ...[write(1, [0, 1]), cas(1, 2, [2, 3]), cas(2, 3, [4, 5])],
    ...[write(9, [6, 7]), read(3, [8, 9])],
  ];
  const { operations } = await counterexampleOf(registerModel, history);
  expect(operations).toEqual([0, 1, 2, 3, 4]);
});
