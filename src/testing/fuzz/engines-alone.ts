import { at } from "../../porcupine-ts/at.js";
import {
  createGeneralSearch,
  generalRules,
} from "../../porcupine-ts/engines/general-search/general-search.js";
import { prepareQuestions, type Question } from "../../porcupine-ts/engines/question.js";
import { createRegisterSearch } from "../../porcupine-ts/engines/register-search/register-search.js";
import { ruleNames } from "../../porcupine-ts/engines/register-search/rules.js";
import { illegal, type Model } from "../../porcupine-ts/model.js";
import type { SteppedSearch } from "../../porcupine-ts/parts/order.js";
import { record } from "../../porcupine-ts/parts/recorded.js";
import { splitByPart } from "../../porcupine-ts/parts/split.js";
import type { LinearizationPoint } from "../judge.js";
import { type Draw, drawFrom } from "../register-histories.js";
import type { Judge } from "./examine.js";
import type { HistoryOf } from "./subject.js";

/**
 * The register search for everything, also what zones decide in no time, with some of its rules
 * switched off. Undecided where the model is no register.
 */
export const registerSearchAlone: Judge = judgeBySearch("register-search", (question, draw) =>
  question.register
    ? createRegisterSearch(question.register, { rules: someOf(ruleNames, draw) })
    : createGeneralSearch(question.general()),
);

/** The general search for everything, with some of its rules switched off. */
export const generalSearchAlone: Judge = judgeBySearch("general-search", (question, draw) =>
  createGeneralSearch(question.general(), someOf(Object.keys(generalRules), draw)),
);

/** Half the time all are in force but one or two, else any half of them. */
function someOf(names: readonly string[], draw: Draw): Record<string, boolean> {
  const oneIn = draw(2) === 0 ? 2 : names.length;
  return Object.fromEntries(names.map((name) => [name, draw(oneIn) !== 0]));
}

/** With few rules in force a longer history may take for ever. */
function mostSteps(operations: number): number {
  return operations <= 12 ? 10_000_000 : 20_000;
}

function judgeBySearch(
  engine: "register-search" | "general-search",
  start: <State>(question: Question<State>, draw: Draw) => SteppedSearch,
): Judge {
  return (model, history, options) => {
    const recorded = record(model, history);
    const parts = splitByPart(recorded);
    const questions = prepareQuestions(model, recorded, parts);
    // Other rules for each engine that the caller believes to ask, and for each history.
    const times = history.reduce((sum, { call }) => sum + call, history.length);
    const draw = drawFrom(31 * times + (options?.engine ?? "").length);
    const partitions = parts.map((part, its) => {
      const search = start(questions.about(part, its), draw);
      const outcome = search.run(mostSteps(history.length));
      const common = {
        name: part.name,
        operations: part.indexes,
        statistics: {
          operations: part.indexes.length,
          engine,
          visited: search.visited,
          bytes: search.bytes(),
          elapsedMs: 0,
        },
      };
      if (outcome === "open") return { ...common, validity: "unknown" as const };
      if (outcome === "impossible") return { ...common, validity: "invalid" as const };
      const order = search.order().map((number) => part.indexes[number] ?? -1);
      const linearization = pointsAlong(model, history, order);
      return { ...common, validity: "valid" as const, order, linearization };
    });
    const has = (validity: string) => partitions.some((each) => each.validity === validity);
    const validity = has("invalid") ? "invalid" : has("unknown") ? "unknown" : "valid";
    return Promise.resolve({ validity, partitions, engines: [engine] });
  };
}

/** As far as the order is legal; what it leaves out will be missed. */
function pointsAlong<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: HistoryOf<Input, Output>,
  order: Iterable<number>,
): LinearizationPoint<State>[] {
  const points: LinearizationPoint<State>[] = [];
  let state = model.init();
  for (const operation of order) {
    const { input, output, return: returned } = at(history, operation);
    const after = model.step(state, input, returned === undefined ? undefined : output);
    if (after === illegal) break;
    state = after;
    points.push({ operation, state });
  }
  return points;
}
