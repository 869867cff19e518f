import { describe, expect, it } from "vitest";
import { judge } from "../judge.js";
import { hasOrder } from "../linearizability-oracle.js";
import { drawFrom } from "../register-histories.js";
import type { Judge } from "./examine.js";
import { fuzz } from "./fuzz.js";
import { hasOrderQuickly, partsOf } from "./quick-oracle.js";
import { randomHistory } from "./random-history.js";
import {
  bank,
  casRegister,
  kv,
  mutex,
  queue,
  register,
  set,
  versionedRegister,
} from "./subjects.js";
import type { Subject } from "./subject.js";
import { target } from "./target.js";
import { targets } from "./targets.js";

describe("finds no disagreement", () => {
  // 20,000 histories in all, in pieces, so that none is long.
  const histories = 4_000;
  it.each([1, 2, 3, 4, 5])("in the histories of seed %i", { timeout: 120_000 }, async (seed) => {
    const { trouble, tallies } = await fuzz(targets, { seed, histories, longEvery: 200 });
    expect(trouble).toBeUndefined();
    for (const { name, valid, invalid } of tallies) {
      expect({ name, enough: valid > 20 && invalid > 20 }).toEqual({ name, enough: true });
    }
  });
});

it("does the same for the same seed", async () => {
  const once = await fuzz(targets, { seed: 5, histories: 500 });
  const again = await fuzz(targets, { seed: 5, histories: 500 });
  const counts = ({ tallies }: typeof once) =>
    tallies.map(({ valid, invalid, unknown }) => [valid, invalid, unknown]);
  expect(counts(again)).toEqual(counts(once));
});

describe("the quick oracle", () => {
  it("agrees with the one that remembers nothing", () => {
    for (const compare of [
      comparison(register),
      comparison(casRegister),
      comparison(kv),
      comparison(mutex),
      comparison(versionedRegister),
      comparison(set),
      comparison(queue),
      comparison(bank),
    ]) {
      for (let seed = 0; seed < 1_000; seed++) compare(seed);
    }
  });
});

function comparison<State, Input, Output>({
  model,
  ...subject
}: Subject<State, Input, Output>): (seed: number) => void {
  return (seed) => {
    const history = randomHistory({ model, ...subject }, drawFrom(seed), 6);
    const slow = partsOf(model, history).every((part) => hasOrder(model, part));
    expect({ name: subject.name, seed, valid: hasOrderQuickly(model, history) }).toEqual({
      name: subject.name,
      seed,
      valid: slow,
    });
  };
}

describe("notices", () => {
  const hunt = (lie: Judge) =>
    fuzz([target(register, lie)], { seed: 1, histories: 20_000, longEvery: 10 });

  it("an engine that takes the impossible for valid, and shows it with one operation", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      const judgement = await judge(model, history, options);
      return options?.engine === "general" && judgement.validity === "invalid"
        ? { ...judgement, validity: "valid", partitions: [] }
        : judgement;
    });
    expect(trouble?.complaint.message).toBe('engine "general" says valid, but it is invalid');
    expect(trouble?.testCase).toMatchInlineSnapshot(`
      "it("register: engine 'general' says valid, but it is invalid", async () => {
        const history = [
          { input: { f: "cas", key: "x", on: "value", expected: 0, value: 0 }, output: { swapped: false, found: 0, foundRevision: 0 }, call: 0, return: 0 },
        ];
        const { validity } = await check(model, history, { engine: "both" });
        expect(validity).toBe("invalid");
      });"
    `);
  });

  it("an engine that accuses a right history", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      const judgement = await judge(model, history, options);
      const isHard = history.length > 4 && options?.engine !== "general";
      return isHard ? { ...judgement, validity: "invalid" } : judgement;
    });
    expect(trouble?.complaint.expected).toBe("valid");
    expect(trouble?.testCase.match(/input:/g)).toHaveLength(5);
  });

  it("an order that leaves out what returned", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      const judgement = await judge(model, history, options);
      const partitions = judgement.partitions.map((partition) => ({
        ...partition,
        ...(partition.linearization && { linearization: partition.linearization.slice(1) }),
      }));
      return { ...judgement, partitions };
    });
    expect(trouble?.complaint.message).toMatch(/returned but is not placed/);
    expect(trouble?.testCase.match(/input:/g)).toHaveLength(1);
  });

  it("a counterexample that holds more than it needs", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      const judgement = await judge(model, history, options);
      const partitions = judgement.partitions.map(({ counterexample, ...partition }) => ({
        ...partition,
        ...(counterexample && {
          counterexample: { ...counterexample, operations: [...partition.operations] },
        }),
      }));
      return { ...judgement, partitions };
    });
    expect(trouble?.complaint.message).toMatch(/operation \d+ could go/);
  });

  it("an engine that fails", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      if (history.length > 10) throw new Error("out of room");
      return judge(model, history, options);
    });
    expect(trouble?.complaint.message).toBe('engine "auto" threw: out of room');
    expect(trouble?.testCase.match(/input:/g)).toHaveLength(11);
  });

  it("a verdict that depends on the order in which operations are listed", async () => {
    const { trouble } = await hunt(async (model, history, options) => {
      const judgement = await judge(model, history, options);
      const isSorted = history.every(
        ({ call }, index) => call >= (history[index - 1]?.call ?? call),
      );
      return isSorted || history.length < 10 ? judgement : { ...judgement, validity: "invalid" };
    });
    expect(trouble?.complaint.message).toMatch(/turned valid into invalid$/);
  });
});
