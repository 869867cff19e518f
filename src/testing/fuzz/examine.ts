import { messageOf } from "../../core/errors.js";
import { at } from "../../porcupine-ts/at.js";
import type { Model, Operation } from "../../porcupine-ts/model.js";
import {
  type Counterexample,
  type EngineChoice,
  engineChoices,
  type Judgement,
  type judge,
  type LinearizationPoint,
} from "../judge.js";
import { flawIn, illegalStep, orderAgainstTime } from "../verify-linearization.js";
import { hasOrderQuickly } from "./quick-oracle.js";
import type { HistoryOf } from "./subject.js";

/** Something that must not be. */
export interface Complaint {
  /** The same for the same kind of trouble, so that shrinking does not slip to another one. */
  readonly kind: string;
  readonly message: string;
  /** Where it is known: what the verdict must be. */
  readonly expected?: "valid" | "invalid";
}

/** As `judge`; a test passes one that lies. */
export type Judge = typeof judge;

export interface Examination {
  readonly complaint?: Complaint;
  /** What "auto" said, and what decided. */
  readonly validity: Judgement<unknown>["validity"];
  readonly engines: readonly string[];
}

export interface ExamineOptions {
  readonly judge: Judge;
  /** Try all orders: for short histories. Without it the engines are held to each other. */
  readonly hasOracle: boolean;
  readonly limits?: { readonly deadlineMs: number; readonly memoryMb: number };
}

/** Everything that can be said of a history in several ways is said in all, and compared. */
export async function examine<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: HistoryOf<Input, Output>,
  { judge: judgeBy, hasOracle, limits }: ExamineOptions,
): Promise<Examination> {
  const oracle = hasOracle ? verdict(hasOrderQuickly(model, history)) : undefined;
  let first: Judgement<State> | undefined;
  for (const engine of engineChoices) {
    // The others find the same ones, by the same engines.
    const maxCounterexamples = hasOracle && engine === "auto" ? 3 : 0;
    const options = { ...limits, engine, maxCounterexamples };
    let judgement: Judgement<State>;
    try {
      judgement = await judgeBy(model, history, options);
    } catch (error) {
      const message = `engine "${engine}" threw: ${messageOf(error)}`;
      return { ...nothing, complaint: { kind: `${engine} threw`, message, ...known(oracle) } };
    }
    const complaint =
      compared(engine, judgement, oracle ?? decided(first), limits !== undefined) ??
      flawsIn(model, history, judgement, engine);
    first ??= judgement;
    if (complaint) {
      const { validity, engines } = first;
      return { validity, engines, complaint: { ...complaint, ...known(oracle) } };
    }
  }
  return first ? { validity: first.validity, engines: first.engines } : nothing;
}

const nothing = { validity: "unknown", engines: [] } as const;

function known(oracle: "valid" | "invalid" | undefined): Pick<Complaint, "expected"> {
  return oracle ? { expected: oracle } : {};
}

function verdict(isValid: boolean): "valid" | "invalid" {
  return isValid ? "valid" : "invalid";
}

function decided(judgement: Judgement<unknown> | undefined): "valid" | "invalid" | undefined {
  return judgement === undefined || judgement.validity === "unknown"
    ? undefined
    : judgement.validity;
}

/** Where there were limits, unknown is no disagreement. */
function compared(
  engine: EngineChoice,
  { validity }: Judgement<unknown>,
  expected: "valid" | "invalid" | undefined,
  isLimited: boolean,
): Complaint | undefined {
  if (expected === undefined || validity === expected) return undefined;
  if (validity === "unknown" && isLimited) return undefined;
  const message = `engine "${engine}" says ${validity}, but it is ${expected}`;
  return { kind: `${engine}: ${validity}, not ${expected}`, message };
}

function flawsIn<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: HistoryOf<Input, Output>,
  { partitions }: Judgement<State>,
  engine: EngineChoice,
): Complaint | undefined {
  for (const { validity, linearization, counterexample, operations } of partitions) {
    const flaw =
      validity === "valid" && flawInOrder(model, history, [...operations], linearization);
    if (flaw) return { kind: `${engine}: order`, message: `engine "${engine}": ${flaw}` };
    const wrong = counterexample && flawInCounterexample(model, history, counterexample);
    if (wrong) {
      const message = `engine "${engine}", counterexample [${counterexample.operations.join(", ")}]: ${wrong}`;
      return { kind: `${engine}: counterexample`, message };
    }
  }
  return undefined;
}

function flawInOrder<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: HistoryOf<Input, Output>,
  indexes: readonly number[],
  linearization: readonly LinearizationPoint<State>[] | undefined,
): string | undefined {
  if (!linearization) return "it is valid, but no order was given";
  const places = new Map(indexes.map((index, place) => [index, place]));
  return flawIn(
    model,
    indexes.map((index) => at(history, index)),
    linearization.map(({ operation, state }) => ({
      operation: places.get(operation) ?? -1,
      state,
    })),
  );
}

/**
 * Its operations alone have no order, and without any one of them that may go for certain (it
 * produces nothing, or the model does not say) they have one.
 */
function flawInCounterexample<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: HistoryOf<Input, Output>,
  { operations, pending, isMinimal, linearizablePrefix }: Counterexample<State>,
): string | undefined {
  const late = new Set(pending);
  const its = operations.map((index) => {
    const operation = at(history, index);
    // Its answer came later; if it took effect before, then with that answer.
    const { input, output, call } = operation;
    return late.has(index) ? { input, output, call } : operation;
  });
  if (hasOrderQuickly(model, its)) return "its operations have an order by themselves";
  const needless = its.findIndex(
    (operation) =>
      mayGo(model, operation) &&
      !hasOrderQuickly(
        model,
        its.filter((other) => other !== operation),
      ),
  );
  if (isMinimal && needless >= 0) return `operation ${at(operations, needless)} could go`;
  const flaw =
    illegalStep(model, history, linearizablePrefix) ??
    orderAgainstTime(history, linearizablePrefix);
  return flaw && `its linearizable prefix is none: ${flaw}`;
}

function mayGo<State, Input, Output>(
  model: Model<State, Input, Output>,
  { input, output }: Operation<Input, Output>,
): boolean {
  if (!model.produces || !model.observes) return true;
  return model.produces(input, output) === undefined;
}
