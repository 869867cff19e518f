import { judgeOperations } from "../checkers/linearizable.js";
import { judgeListAppend, type Told } from "../checkers/list-append.js";
import type { Wording } from "../checkers/words.js";
import type { CheckContext, Verdict } from "../core/checker.js";
import type { Input, Operation, Outcome } from "../core/operation.js";
import { type Edn, isNil, pairOf, shownEdn, textOf } from "../history/formats/edn.js";
import { listTransaction, unnamed } from "../history/formats/elle-edn.js";
import { LineDamage } from "../history/formats/line-damage.js";
import type { ForeignCall } from "../history/formats/pair-events.js";
import { type KeyedCall, separateKeys } from "../history/formats/separate-keys.js";
import { type Interner, internCuttings } from "../history/intern-texts.js";
import {
  type CasRegisterInput,
  casRegisterModel,
  type CasRegisterOutput,
} from "../models/cas-register.js";
import { type KvInput, kvModel } from "../models/kv.js";
import { type MutexInput, mutexModel } from "../models/mutex.js";
import { type QueueInput, queueModel, type QueueOutput } from "../models/queue.js";
import { type SetInput, setModel, type SetOutput } from "../models/set.js";
import type { Model } from "../porcupine-ts/model.js";

/** Gathers the operations of another tool's history, which is read call by call, and judges them. */
export interface ForeignOperations {
  /** The property that they are judged for. */
  readonly checker: string;
  /** Throws LineDamage where it is none of the model's operations. */
  add(call: ForeignCall): void;
  judge(context: CheckContext): Promise<Verdict>;
}

/** `lines` has the line of every event that was read, by position. */
export type ForeignModel = (lines: readonly number[]) => ForeignOperations;

/** How an operation of a history is one of the model's. Texts that are kept go through `keep`. */
interface Meaning<I, Output> {
  readonly inputOf: (call: KeyedCall, keep: Interner) => I;
  /** Of a call that ended ok. */
  readonly outputOf: (call: KeyedCall, keep: Interner) => Output;
  /** Of one that was refused; undefined where that tells nothing, as if it never happened. */
  readonly refusalOf?: (call: KeyedCall) => Output;
}

export const foreignModels: Readonly<Record<string, ForeignModel>> = {
  register: judgeBy(casRegisterModel, registerMeaning(["read", "write"])),
  "cas-register": judgeBy(casRegisterModel, registerMeaning(["read", "write", "cas"])),
  kv: judgeBy<string, KvInput, string>(kvModel, { inputOf: kvInput, outputOf: kvOutput }),
  mutex: judgeBy(mutexModel, { inputOf: mutexInput, outputOf: () => "done" as const }),
  set: judgeBy<readonly string[], SetInput, SetOutput>(setModel, {
    inputOf: setInput,
    outputOf: setOutput,
  }),
  queue: judgeBy<readonly string[], QueueInput, QueueOutput>(queueModel, {
    inputOf: queueInput,
    outputOf: queueOutput,
  }),
  "list-append": judgeTransactions,
};

function judgeBy<State, I extends Input, Output>(
  model: Model<State, I, Output>,
  meaning: Meaning<I, Output>,
): ForeignModel {
  return (lines) => {
    /** By number of the call; undefined for what failed, and for what is still open. */
    const operations: (Operation<I, Output> | undefined)[] = [];
    const processes = numberProcesses();
    const keep = internCuttings();
    const separate = separateKeys();
    return {
      checker: "linearizable",
      add(call) {
        const { number, invoked } = call;
        const keyed = separate(call);
        while (operations.length <= number) operations.push(undefined);
        operations[number] = operationOf(keyed, processes.numberOf(invoked.process), meaning, keep);
      },
      judge(context) {
        const known = operations.filter((operation) => operation !== undefined);
        operations.length = 0;
        const wording = byLine(lines, processes.nameOf);
        return judgeOperations(model, known, context, { wording });
      },
    };
  };
}

/** Transactions are judged as a whole: their keys are no independent parts. */
function judgeTransactions(): ForeignOperations {
  /** By number of the call; undefined for what is still open. */
  const transactions: (Told | undefined)[] = [];
  const keep = internCuttings();
  return {
    checker: "strict-serializable",
    add(call) {
      while (transactions.length <= call.number) transactions.push(undefined);
      transactions[call.number] = {
        transaction: listTransaction(call, keep),
        index: Math.ceil(call.invokedAt),
        where: whereOf(call),
      };
    },
    judge(context) {
      const known = transactions.filter((transaction) => transaction !== undefined);
      transactions.length = 0;
      return judgeListAppend(known, context);
    },
  };
}

function whereOf({ invoked, completed }: ForeignCall): string {
  const process =
    invoked.process === unnamed ? "a process without a name" : `process ${invoked.process}`;
  if (!completed) return `${process}, invoked at line ${invoked.line} and never completed`;
  if (completed.line === invoked.line) return `${process}, line ${invoked.line}`;
  return `${process}, lines ${invoked.line} to ${completed.line}`;
}

/** Undefined for what failed. Of time the order of events is known alone. */
function operationOf<I extends Input, Output>(
  keyed: KeyedCall,
  process: number,
  meaning: Meaning<I, Output>,
  keep: Interner,
): Operation<I, Output> | undefined {
  const { invokedAt, completedAt } = keyed.call;
  // Before anything is left out, so that what makes no sense is told wherever it stands.
  const input = meaning.inputOf(keyed, keep);
  const outcome = outcomeOf(keyed, meaning, keep);
  if (!outcome) return undefined;
  return {
    index: invokedAt,
    process,
    node: "",
    phase: "main",
    input,
    invokedAtNs: 0,
    ...(completedAt !== undefined && { completedIndex: completedAt }),
    outcome,
  };
}

function outcomeOf<I, Output>(
  keyed: KeyedCall,
  { outputOf, refusalOf }: Meaning<I, Output>,
  keep: Interner,
): Outcome<Output> | undefined {
  const { completed } = keyed.call;
  if (completed?.type === "ok") return { type: "ok", output: outputOf(keyed, keep) };
  if (completed?.type !== "fail") return { type: "info" };
  if (!completed.isRefusal || !refusalOf) return undefined;
  return { type: "ok", output: refusalOf(keyed) };
}

/** Processes are numbers to us; those that are none get numbers that no process has. */
function numberProcesses() {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  return {
    numberOf(name: string): number {
      if (/^\d{1,15}$/.test(name)) return Number(name);
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const number = -names.push(name);
      numbers.set(name, number);
      return number;
    },
    nameOf: (number: number): string => names[-number - 1] ?? String(number),
  };
}

function byLine(lines: readonly number[], nameOf: (process: number) => string): Wording {
  const askedAt = ({ index }: Operation) => lines[index] ?? 0;
  const answeredAt = ({ completedIndex }: Operation) =>
    completedIndex === undefined ? undefined : lines[completedIndex];
  return {
    who: ({ process }) => `process ${nameOf(process)}`,
    askedAt: (operation) => `line ${askedAt(operation)}`,
    answeredAt(operation) {
      const line = answeredAt(operation);
      return line === undefined ? undefined : `line ${line}`;
    },
    between(earlier, later) {
      const between = askedAt(later) - (answeredAt(earlier) ?? 0);
      return between === 1 ? "1 line" : `${between} lines`;
    },
  };
}

function registerMeaning(
  known: readonly CasRegisterInput["f"][],
): Meaning<CasRegisterInput, CasRegisterOutput> {
  return {
    inputOf(keyed, keep) {
      const f = knownFunction(keyed, known);
      const key = keep(keyed.key ?? "");
      if (f === "read") return { f, key };
      const value = valueAsked(keyed);
      if (f === "write") return { f, key, value: keep(textOf(value)) };
      const pair = pairOf(value);
      if (pair) return { f, key, from: keep(textOf(pair[0])), to: keep(textOf(pair[1])) };
      throw new LineDamage(value.line, `expected a cas of [old new], got ${shownEdn(value)}`);
    },
    outputOf(keyed, keep) {
      const { f } = keyed.call.invoked;
      if (f === "read") return { read: keep(textOf(valueFound(keyed))) };
      return f === "cas" ? { swapped: true } : { done: true };
    },
    refusalOf: () => ({ swapped: false }),
  };
}

function kvInput(keyed: KeyedCall, keep: Interner): KvInput {
  const f = knownFunction(keyed, ["get", "put", "append"]);
  if (keyed.key === undefined) {
    throw new LineDamage(
      keyed.call.invoked.line,
      `expected a key to ${f}, as :key or with [key value] as the value, got none`,
    );
  }
  const key = keep(keyed.key);
  return f === "get" ? { f, key } : { f, key, value: keep(plainText(valueAsked(keyed))) };
}

/** A key that holds nothing reads as nil or as the empty text. */
function kvOutput(keyed: KeyedCall, keep: Interner): string {
  if (keyed.call.invoked.f !== "get") return "";
  const found = valueFound(keyed);
  return isNil(found) ? "" : keep(plainText(found));
}

function plainText(value: Edn): string {
  if (value.is === "text") return value.value;
  throw new LineDamage(value.line, `expected a text in quotes as value, got ${shownEdn(value)}`);
}

function mutexInput(keyed: KeyedCall, keep: Interner): MutexInput {
  return { f: knownFunction(keyed, ["acquire", "release"]), key: keep(keyed.key ?? "") };
}

function setInput(keyed: KeyedCall, keep: Interner): SetInput {
  const f = knownFunction(keyed, ["add", "read"]);
  const key = keep(keyed.key ?? "");
  return f === "read" ? { f, key } : { f, key, element: keep(textOf(valueAsked(keyed))) };
}

/** A read of the whole, as a set, a vector or a list; nil where nothing was ever added. */
function setOutput(keyed: KeyedCall, keep: Interner): SetOutput {
  if (keyed.call.invoked.f !== "read") return { done: true };
  const found = valueFound(keyed);
  if (isNil(found)) return { elements: [] };
  if (found.is === "set" || found.is === "vector" || found.is === "list") {
    return { elements: found.items.map((element) => keep(textOf(element))) };
  }
  throw new LineDamage(
    found.line,
    `expected all that the set held, such as #{1 2} or [1 2], got ${shownEdn(found)}`,
  );
}

function queueInput(keyed: KeyedCall, keep: Interner): QueueInput {
  const f = knownFunction(keyed, ["enqueue", "dequeue"]);
  const key = keep(keyed.key ?? "");
  if (f === "dequeue") return { f, key };
  const value = valueAsked(keyed);
  if (!isNothing(value)) return { f, key, value: keep(textOf(value)) };
  throw new LineDamage(
    value.line,
    `expected a value to enqueue, got ${shownEdn(value)}, which a dequeue finds where nothing is`,
  );
}

function queueOutput(keyed: KeyedCall, keep: Interner): QueueOutput {
  if (keyed.call.invoked.f !== "dequeue") return { done: true };
  const found = valueFound(keyed);
  return { taken: isNothing(found) ? null : keep(textOf(found)) };
}

/** What a dequeue finds where nothing is. */
function isNothing(value: Edn): boolean {
  return isNil(value) || (value.is === "scalar" && value.text === ":empty");
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
  if (answered && !isNil(answered) && textOf(answered) !== textOf(asked)) {
    throw new LineDamage(
      answered.line,
      `the ${f} of line ${line} was of ${shownEdn(asked)}, but its completion says ${shownEdn(answered)}`,
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
