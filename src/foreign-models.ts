import { judgeOperations } from "./checkers/linearizable.js";
import type { Wording } from "./checkers/words.js";
import type { CheckContext, Verdict } from "./core/checker.js";
import type { Input, Operation, Outcome } from "./core/operation.js";
import { type Edn, isNil, pairOf, textOf } from "./history/formats/edn.js";
import { LineDamage } from "./history/formats/line-damage.js";
import type { KeyedCall } from "./history/formats/separate-keys.js";
import {
  type CasRegisterInput,
  casRegisterModel,
  type CasRegisterOutput,
} from "./models/cas-register.js";
import { type KvInput, kvModel } from "./models/kv.js";
import { type MutexInput, mutexModel } from "./models/mutex.js";
import type { Model } from "./porcupine-ts/model.js";

/** Judges operations of another tool's history as one model says. Throws LineDamage. */
export type ForeignJudge = (calls: readonly KeyedCall[], context: CheckContext) => Promise<Verdict>;

/** How an operation of a history is one of the model's. */
interface Meaning<I, Output> {
  readonly inputOf: (call: KeyedCall) => I;
  /** Of a call that ended ok. */
  readonly outputOf: (call: KeyedCall) => Output;
  /** Of one that was refused; undefined where that tells nothing, as if it never happened. */
  readonly refusalOf?: (call: KeyedCall) => Output;
}

export const foreignModels: Readonly<Record<string, ForeignJudge>> = {
  register: judgeBy(casRegisterModel, registerMeaning(["read", "write"])),
  "cas-register": judgeBy(casRegisterModel, registerMeaning(["read", "write", "cas"])),
  kv: judgeBy<string, KvInput, string>(kvModel, { inputOf: kvInput, outputOf: kvOutput }),
  mutex: judgeBy(mutexModel, { inputOf: mutexInput, outputOf: () => "done" as const }),
};

function judgeBy<State, I extends Input, Output>(
  model: Model<State, I, Output>,
  meaning: Meaning<I, Output>,
): ForeignJudge {
  // Async, so that damage rejects like everything else.
  return async (calls, context) => {
    const operations = calls.flatMap((call) => operationOf(call, meaning));
    return judgeOperations(model, operations, context, { wording: byLine(calls) });
  };
}

/** Empty for what failed. Of time the order of events is known alone. */
function operationOf<I extends Input, Output>(
  keyed: KeyedCall,
  meaning: Meaning<I, Output>,
): Operation<I, Output>[] {
  const { invoked, invokedAt, completed, completedAt } = keyed.call;
  // Before anything is left out, so that what makes no sense is told wherever it stands.
  const input = meaning.inputOf(keyed);
  const outcome = outcomeOf(keyed, meaning);
  if (!outcome) return [];
  return [
    {
      index: invokedAt,
      process: invoked.process,
      node: "",
      phase: "main",
      input,
      invokedAtNs: 0,
      ...(completed && completedAt !== undefined && { completedIndex: completedAt }),
      outcome,
    },
  ];
}

function outcomeOf<I, Output>(
  keyed: KeyedCall,
  { outputOf, refusalOf }: Meaning<I, Output>,
): Outcome<Output> | undefined {
  const { completed } = keyed.call;
  if (completed?.type === "ok") return { type: "ok", output: outputOf(keyed) };
  if (completed?.type !== "fail") return { type: "info" };
  if (!completed.isRefusal || !refusalOf) return undefined;
  return { type: "ok", output: refusalOf(keyed) };
}

function byLine(calls: readonly KeyedCall[]): Wording {
  const byIndex = new Map(calls.map(({ call }) => [call.invokedAt, call]));
  const callOf = ({ index }: Operation) => byIndex.get(index);
  const askedAt = (operation: Operation) => callOf(operation)?.invoked.line ?? 0;
  const answeredAt = (operation: Operation) => callOf(operation)?.completed?.line;
  return {
    who: ({ process }) => `process ${process}`,
    askedAt: (operation) => `line ${askedAt(operation)}`,
    answeredAt(operation) {
      const line = answeredAt(operation);
      return line === undefined ? undefined : `line ${line}`;
    },
    between(earlier, later) {
      const lines = askedAt(later) - (answeredAt(earlier) ?? 0);
      return lines === 1 ? "1 line" : `${lines} lines`;
    },
  };
}

function registerMeaning(
  known: readonly CasRegisterInput["f"][],
): Meaning<CasRegisterInput, CasRegisterOutput> {
  return {
    inputOf(keyed) {
      const f = knownFunction(keyed, known);
      const key = keyed.key ?? "";
      if (f === "read") return { f, key };
      const value = valueAsked(keyed);
      if (f === "write") return { f, key, value: textOf(value) };
      const pair = pairOf(value);
      if (pair) return { f, key, from: textOf(pair[0]), to: textOf(pair[1]) };
      throw new LineDamage(value.line, `expected a cas of [old new], got ${textOf(value)}`);
    },
    outputOf(keyed) {
      const { f } = keyed.call.invoked;
      if (f === "read") return { read: textOf(valueFound(keyed)) };
      return f === "cas" ? { swapped: true } : { done: true };
    },
    refusalOf: () => ({ swapped: false }),
  };
}

function kvInput(keyed: KeyedCall): KvInput {
  const f = knownFunction(keyed, ["get", "put", "append"]);
  const { key } = keyed;
  if (key === undefined) {
    throw new LineDamage(keyed.call.invoked.line, `expected a key to ${f}, got none`);
  }
  return f === "get" ? { f, key } : { f, key, value: plainText(valueAsked(keyed)) };
}

/** A key that holds nothing reads as nil or as the empty text. */
function kvOutput(keyed: KeyedCall): string {
  if (keyed.call.invoked.f !== "get") return "";
  const found = valueFound(keyed);
  return isNil(found) ? "" : plainText(found);
}

function plainText(value: Edn): string {
  if (value.is === "text") return value.value;
  throw new LineDamage(value.line, `expected a text in quotes as value, got ${textOf(value)}`);
}

function mutexInput(keyed: KeyedCall): MutexInput {
  return { f: knownFunction(keyed, ["acquire", "release"]), key: keyed.key ?? "" };
}

function knownFunction<F extends string>({ call }: KeyedCall, known: readonly F[]): F {
  const { f, line } = call.invoked;
  const found = known.find((each) => each === f);
  if (found !== undefined) return found;
  throw new LineDamage(
    line,
    `the model knows ${known.join(", ")}, but the history has a ${f}: is it another --model's?`,
  );
}

/** What a change was to leave. A completion may tell what the invocation left open. */
function valueAsked({ call, asked, answered }: KeyedCall): Edn {
  const { f, line } = call.invoked;
  if (!asked || isNil(asked)) {
    const value = answered ?? asked;
    if (value) return value;
    throw new LineDamage(line, `expected the value of the ${f}, got none`);
  }
  if (answered && textOf(answered) !== textOf(asked)) {
    throw new LineDamage(
      answered.line,
      `the ${f} of line ${line} was of ${textOf(asked)}, but its completion says ${textOf(answered)}`,
    );
  }
  return asked;
}

function valueFound({ call, asked, answered }: KeyedCall): Edn {
  const value = answered ?? (asked && !isNil(asked) ? asked : undefined);
  if (value) return value;
  const { f, line } = call.completed ?? call.invoked;
  throw new LineDamage(line, `expected the value that the ${f} found, got none`);
}
