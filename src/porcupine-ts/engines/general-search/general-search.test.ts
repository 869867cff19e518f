import { describe, expect, it } from "vitest";
import { kvModel } from "../../../models/kv.js";
import {
  type RegisterInput,
  type RegisterOutput,
  registerModel,
} from "../../../models/register.js";
import { hasOrder } from "../../../testing/linearizability-oracle.js";
import { type Draw, drawFrom, randomHistory } from "../../../testing/register-histories.js";
import { certify } from "../../certify.js";
import type { Model, Operation } from "../../model.js";
import { record } from "../../parts/recorded.js";
import { splitByPart } from "../../parts/split.js";
import { generalPart } from "./general-part.js";
import { createGeneralSearch, type GeneralRules, generalRules } from "./general-search.js";
import { createTransitions } from "./transitions.js";

/** Searches all of it, `steps` at a time; orders are replayed. */
function decide<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { rules = {}, steps = 50 }: { rules?: Partial<GeneralRules>; steps?: number } = {},
) {
  const recorded = record(model, history);
  const searches = splitByPart(recorded).map((part, its) => {
    const transitions = createTransitions(model, recorded);
    const search = createGeneralSearch(
      generalPart(model, recorded, { ...part, transitions }),
      rules,
    );
    let outcome = search.run(steps);
    while (outcome === "open") outcome = search.run(steps);
    if (outcome === "found") certify(model, recorded, [{ its, part, order: search.order() }]);
    return { outcome, visited: search.visited, reached: search.reached };
  });
  const isValid = searches.every(({ outcome }) => outcome === "found");
  return { validity: isValid ? "valid" : "invalid", searches };
}

const oracle = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
) => (hasOrder(model, history) ? "valid" : "invalid");

function someRules(draw: Draw): Partial<GeneralRules> {
  return Object.fromEntries(Object.keys(generalRules).map((rule) => [rule, draw(2) === 0]));
}

/** The register in ever fewer words. */
const stepsOnly: Model<number | string | null, RegisterInput, RegisterOutput> = {
  init: () => registerModel.init(),
  step: (...of) => registerModel.step(...of),
};
const looksOnly = (input: RegisterInput, output: RegisterOutput | undefined) =>
  registerModel.readOnly?.(input, output) === true;
const registers = [registerModel, stepsOnly, { ...stepsOnly, readOnly: looksOnly }];

describe("whatever rules are on", () => {
  it("decides registers as trying all orders does, with orders that hold", () => {
    const counts = { valid: 0, invalid: 0 };
    for (let seed = 0; seed < 6_000; seed++) {
      const draw = drawFrom(seed);
      const history = randomHistory(draw, 8);
      const model = registers[seed % registers.length] ?? registerModel;
      const expected = oracle(registerModel, history);
      const { validity } = decide(model, history, { rules: seed % 2 === 0 ? {} : someRules(draw) });
      expect({ seed, validity }).toEqual({ seed, validity: expected });
      counts[expected]++;
    }
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(1_000);
  });

  it("decides texts that grow and are replaced likewise: looking ahead overlooks nothing", () => {
    const counts = { valid: 0, invalid: 0 };
    for (let seed = 0; seed < 6_000; seed++) {
      const draw = drawFrom(seed);
      const history = randomTexts(draw);
      const expected = oracle(kvModel, history);
      const { validity } = decide(kvModel, history, {
        rules: seed % 2 === 0 ? {} : someRules(draw),
      });
      expect({ seed, validity }).toEqual({ seed, validity: expected });
      counts[expected]++;
    }
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(1_000);
  });
});

/** Appends, some puts, and gets of what they may have led to. */
function randomTexts(draw: Draw): Operation<Parameters<typeof kvModel.step>[1], string>[] {
  const letters = ["a", "b", "ab"];
  const letter = () => letters[draw(letters.length)] ?? "a";
  const putsInTen = draw(3);
  const times = (length: number) => {
    const call = draw(10);
    return draw(5) === 0 ? { call } : { call, return: call + draw(length) };
  };
  const changes = Array.from({ length: 1 + draw(4) }, () => {
    const f = draw(10) < putsInTen ? ("put" as const) : ("append" as const);
    return { input: { f, key: "k", value: letter() }, output: "", ...times(6) };
  });
  const gets = Array.from({ length: 1 + draw(3) }, () => {
    let output = "";
    for (let left = draw(4); left > 0; left--) {
      const { input } = changes[draw(changes.length)] ?? changes[0] ?? { input: { value: "" } };
      output = draw(8) === 0 ? input.value : output + input.value;
    }
    return { input: { f: "get" as const, key: "k" }, output, ...times(5) };
  });
  return [...changes, ...gets];
}

describe("the rules", () => {
  it("spare work without changing what is found", () => {
    const visits: Record<string, number> = {};
    for (let seed = 0; seed < 300; seed++) {
      const history =
        seed % 2 === 0 ? randomHistory(drawFrom(seed), 9) : randomTexts(drawFrom(seed));
      const model = (seed % 2 === 0 ? registerModel : kvModel) as Model<unknown, unknown, unknown>;
      for (const rule of ["none", ...Object.keys(generalRules)]) {
        const { searches } = decide(model, history as readonly Operation<unknown, unknown>[], {
          rules: { [rule]: false },
        });
        for (const { visited } of searches) visits[rule] = (visits[rule] ?? 0) + visited;
      }
    }
    const { none = 0, ...without } = visits;
    expect(Object.keys(without)).toEqual(Object.keys(generalRules));
    for (const [rule, visited] of Object.entries(without)) {
      expect({ rule, isMore: visited > none }).toEqual({ rule, isMore: true });
    }
  });
});

it("does the same however often it is interrupted", () => {
  for (let seed = 0; seed < 300; seed++) {
    const history = randomHistory(drawFrom(seed), 12);
    expect(decide(registerModel, history, { steps: 1 })).toEqual(
      decide(registerModel, history, { steps: 1_000 }),
    );
  }
});

it("says how many returns it accounted for: the longest beginning that has an order", () => {
  let seen = 0;
  for (let seed = 0; seed < 1_500; seed++) {
    const history = randomHistory(drawFrom(seed), 8);
    const [only] = decide(stepsOnly, history).searches;
    if (only?.outcome !== "impossible") continue;
    seen++;
    const { reached } = only;
    expect({ seed, has: hasOrder(registerModel, upToReturn(history, reached)) }).toEqual({
      seed,
      has: true,
    });
    expect({ seed, has: hasOrder(registerModel, upToReturn(history, reached + 1)) }).toEqual({
      seed,
      has: false,
    });
  }
  expect(seen).toBeGreaterThan(300);
});

/** What had been called when so many operations had returned; the others had not returned yet. */
function upToReturn<Input, Output>(history: readonly Operation<Input, Output>[], returns: number) {
  const recorded = record({ init: () => 0, step: () => 0 }, history);
  const [part] = splitByPart(recorded);
  if (!part) return [];
  const { timeline, indexes } = part;
  const returned = [...timeline.byReturn.subarray(0, returns)];
  const end = timeline.returnedAt[timeline.byReturn[returns] ?? -1] ?? Infinity;
  return [...indexes].flatMap((index, number) => {
    const operation = history[index];
    if (!operation || (timeline.calledAt[number] ?? 0) >= end) return [];
    const call = timeline.calledAt[number] ?? 0;
    if (!returned.includes(number)) return [{ ...operation, call, return: undefined }];
    return [{ ...operation, call, return: timeline.returnedAt[number] }];
  });
}

it("is over with its release, since another may have its memory then", () => {
  const recorded = record(registerModel, randomHistory(drawFrom(1), 8));
  const [part] = splitByPart(recorded);
  if (!part) throw new Error("the history must have a part");
  const transitions = createTransitions(registerModel, recorded);
  const search = createGeneralSearch(
    generalPart(registerModel, recorded, { ...part, transitions }),
  );
  search.release?.();
  search.release?.();
  expect(() => search.run(1)).toThrow("must not go on after its release");
});
