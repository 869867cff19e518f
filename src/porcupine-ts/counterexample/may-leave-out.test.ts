import { describe, expect, it } from "vitest";
import { casRegisterModel } from "../../models/cas-register.js";
import { registerModel } from "../../models/register.js";
import { decideByTrying } from "../../testing/decide-numbers.js";
import {
  cas,
  type Draw,
  drawFrom,
  type RegisterOperation,
  randomHistory,
  read,
  simulatedHistory,
  write,
} from "../../testing/register-histories.js";
import { asCasOperation } from "../../testing/small-histories.js";
import type { Model, Operation } from "../model.js";
import { record } from "../parts/recorded.js";
import { splitByPart } from "../parts/split.js";
import { never } from "../parts/timeline.js";
import { leavingRule } from "./may-leave-out.js";
import { tracesOf } from "./traces.js";

function ruleFor<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { addsHiding }: { readonly addsHiding: boolean },
) {
  const recorded = record(model, history);
  const [part] = splitByPart(recorded);
  const traces = part && tracesOf(model, recorded, part);
  if (!traces) throw new Error("the history must have a part, and the model say what is seen");
  return {
    traces,
    decide: decideByTrying(model, recorded, part),
    rule: leavingRule(traces, { addsHiding }),
  };
}

/** A few of the operations, in the order of returns, those that did not return last. */
function someOf(draw: Draw, { count, returnedAt }: { count: number; returnedAt: Int32Array }) {
  const percent = 5 + draw(40);
  return Int32Array.from({ length: count }, (_, number) => number)
    .filter(() => draw(100) < percent)
    .sort((a, b) => (returnedAt[a] ?? 0) - (returnedAt[b] ?? 0) || a - b);
}

describe.each([true, false])(
  "what stays of a history that has an order (hiding: %s)",
  (addsHiding) => {
    async function holds<State, Input, Output>(
      model: Model<State, Input, Output>,
      historyOf: (draw: Draw) => Operation<Input, Output>[],
      seeds: number,
    ) {
      let left = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const draw = drawFrom(seed);
        const history = historyOf(draw);
        if (history.length === 0) continue;
        const { traces, decide, rule } = ruleFor(model, history, { addsHiding });
        const end = draw(2) === 0 ? never : 1 + draw(2 * traces.count);
        const all = Int32Array.from({ length: traces.count }, (_, number) => number);
        if ((await decide(all, end))?.outcome !== "valid") continue;
        const wanted = someOf(draw, traces).filter(
          (number) => (traces.calledAt[number] ?? 0) < end,
        );
        const staying = rule.stayingWith(wanted, end);
        expect([...staying]).toEqual(expect.arrayContaining([...wanted]));
        expect([...staying]).toEqual([...staying].sort((a, b) => a - b));
        const outcome = (await decide(staying, end))?.outcome;
        expect({ seed, outcome }).toEqual({ seed, outcome: "valid" });
        left += traces.count - staying.length;
      }
      expect(left).toBeGreaterThan(seeds);
    }

    it("has an order: small histories of a register", () =>
      holds(registerModel, (draw) => randomHistory(draw, 8), 1_500));

    it("has an order: small histories with refusals that do not say what was there", () =>
      holds(casRegisterModel, casHistory, 1_500));

    it("has an order: longer histories of few values, many of them unanswered", () =>
      holds(registerModel, simulated, 600));

    it("has an order: the same with refusals that do not say what was there", () =>
      holds(casRegisterModel, (draw) => simulated(draw).map(asCasOperation), 600));
  },
);

function simulated(draw: Draw): RegisterOperation[] {
  const shape = { operations: 40, clients: 1 + draw(3), values: 1 + draw(3) };
  return simulatedHistory(draw, { ...shape, unknownPercent: draw(3) * 15 });
}

const casHistory = (draw: Draw) => randomHistory(draw, 8).map(asCasOperation);

describe("with an operation stays", () => {
  const stays = (history: readonly RegisterOperation[], ...wanted: number[]) => [
    ...ruleFor(registerModel, history, { addsHiding: false }).rule.stayingWith(
      Int32Array.from(wanted),
      never,
    ),
  ];

  it("every write that it can have seen, and no other", () => {
    const history = [
      write(2, [0, 1]),
      write(1, [2, 9]),
      write(1, [3, 8]),
      read(1, [4, 5]),
      write(1, [6, 7]),
    ];
    expect(stays(history, 3)).toEqual([1, 2, 3]);
  });

  it("no write that is hidden from it by one that stays, but for the last", () => {
    const history = [write(1, [0, 1]), write(1, [2, 3]), write(2, [4, 5]), read(1, [6, 7])];
    expect(stays(history, 3)).toEqual([0, 1, 3]);
    expect(stays(history, 2, 3)).toEqual([1, 2, 3]);
  });

  it("one that hides many others, and those that it does not hide", () => {
    const history = [
      ...Array.from({ length: 9 }, (_, i) => write(1, [2 * i, 2 * i + 1])),
      ...[write(1, [20, 22]), write(2, [21, 30]), write(1, [31, 50]), read(1, [40, 41])],
    ];
    expect(stays(history, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]);
    const { rule } = ruleFor(registerModel, history, { addsHiding: true });
    expect([...rule.stayingWith(Int32Array.of(12), never)]).toEqual([9, 10, 11, 12]);
  });

  it("as many unanswered writes of its value as there are operations that found it", () => {
    const history = [
      ...[write(1, [0]), write(1, [1]), write(1, [2])],
      ...[read(1, [3, 4]), read(1, [5, 6])],
    ];
    expect(stays(history, 3)).toEqual([0, 3]);
    expect(stays(history, 3, 4)).toEqual([0, 1, 3, 4]);
  });

  it("what an unanswered swap can have found, seen from whoever sees the swap from farthest", () => {
    const swap = cas(1, 2, [0]);
    const near = [swap, write(1, [1, 6]), write(7, [2, 3]), write(1, [7, 8]), read(2, [9, 10])];
    expect(stays(near, 2, 4)).toEqual([0, 1, 2, 3, 4]);
    const hidden = [swap, write(1, [1, 2]), write(7, [3, 4]), write(1, [7, 8]), read(2, [9, 10])];
    expect(stays(hidden, 2, 4)).toEqual([0, 2, 3, 4]);
    const far = read(2, [3, 30]);
    const both = [
      ...[swap, write(1, [1, 2]), far],
      ...[write(7, [10, 11]), write(1, [12, 13]), read(2, [20, 21])],
    ];
    expect(stays(both, 3, 5, 2)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("nothing with an operation that did not return and that nobody sees", () => {
    expect(stays([write(1, [0, 1]), cas(1, 2, [2])], 1)).toEqual([1]);
  });

  it("an unanswered write of each value where nobody knows which one a refusal avoided", () => {
    const written = (value: number, times: readonly [number, number?]) =>
      asCasOperation(write(value, times));
    const history = [
      ...[written(3, [0, 1]), written(3, [2]), written(4, [3])],
      asCasOperation(cas(3, 5, [4, 5], 4)),
    ];
    const told = ruleFor(casRegisterModel, history, { addsHiding: false });
    expect([...told.rule.stayingWith(Int32Array.of(3), never)]).toEqual([0, 1, 2, 3]);
    const model = { ...casRegisterModel, register: undefined };
    const untold = ruleFor(model, history, { addsHiding: false });
    expect([...untold.rule.stayingWith(Int32Array.of(3), never)]).toEqual([0, 1, 2, 3]);
  });
});
