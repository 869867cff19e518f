import { illegal, type Model, type Operation } from "../porcupine-ts/model.js";

/**
 * Histories as other checkers write them, and the models that they were judged by. For tests that
 * hold our verdicts against theirs.
 */

type Value = number | null;

export type CasRegisterInput =
  | { readonly f: "read" }
  | { readonly f: "write"; readonly value: Value }
  | { readonly f: "cas"; readonly from: Value; readonly to: Value };

export type CasRegisterOutput =
  { readonly read: Value } | { readonly swapped: boolean } | { readonly done: true };

export type CasRegisterOperation = Operation<CasRegisterInput, CasRegisterOutput>;

/** A register that is nil at first; a refused compare-and-set tells only what was not there. */
export const casRegister: Model<Value, CasRegisterInput, CasRegisterOutput> = {
  init: () => null,
  step(state, input, output) {
    switch (input.f) {
      case "read":
        return output && "read" in output && output.read !== state ? illegal : state;
      case "write":
        return input.value;
      case "cas":
        if (isRefusal(output)) return state === input.from ? illegal : state;
        return state === input.from ? input.to : illegal;
    }
  },
  readOnly: (input, output) => input.f === "read" || isRefusal(output),
  produces(input, output) {
    if (input.f === "read" || isRefusal(output)) return undefined;
    return nameOf(input.f === "write" ? input.value : input.to);
  },
  observes(input, output) {
    switch (input.f) {
      case "read":
        return output && "read" in output ? nameOf(output.read) : undefined;
      case "write":
        return undefined;
      case "cas":
        return isRefusal(output) ? null : nameOf(input.from);
    }
  },
};

function isRefusal(output: CasRegisterOutput | undefined): boolean {
  return output !== undefined && "swapped" in output && !output.swapped;
}

const nameOf = (value: Value) => value ?? "nil";

export type KvInput =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put" | "append"; readonly key: string; readonly value: string };

/** Strings by key, empty at first. */
export const appendKv: Model<string, KvInput, string> = {
  init: () => "",
  step(state, input, output) {
    switch (input.f) {
      case "get":
        return output === undefined || output === state ? state : illegal;
      case "put":
        return input.value;
      case "append":
        return state + input.value;
    }
  },
  partition: (input) => input.key,
  readOnly: (input) => input.f === "get",
};

/** Jepsen's log lines, as Porcupine reads them. Other lines are passed over. */
export function readJepsenLog(text: string): CasRegisterOperation[] {
  const line = /^INFO\s+jepsen\.util - (\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$/;
  const events = text.split("\n").flatMap((each): ForeignEvent[] => {
    const [, process, type, f, value] = line.exec(each) ?? [];
    if (process === undefined || type === undefined || f === undefined) return [];
    const isTimeout = value?.startsWith(":") === true;
    return [{ process, type, f, value: isTimeout ? undefined : readEdn(value ?? "nil")[0] }];
  });
  return casRegisterOperations(events, { refusalsTell: true });
}

/** Jepsen's EDN: a vector, a list or a plain sequence of maps. What failed did not happen. */
export function readJepsenEdn(text: string): CasRegisterOperation[] {
  const forms = readEdn(text);
  const [first] = forms;
  const maps = Array.isArray(first) ? first : forms;
  const events = maps.flatMap((map): ForeignEvent[] => {
    if (!(map instanceof Map)) return [];
    const process: unknown = map.get(":process");
    if (typeof process !== "number") return [];
    const keyword = (name: string) => String(map.get(name)).slice(1);
    return [
      {
        process: String(process),
        type: keyword(":type"),
        f: keyword(":f"),
        value: map.get(":value"),
      },
    ];
  });
  return casRegisterOperations(events, { refusalsTell: false });
}

/** Porcupine's key-value text: one EDN map a line. */
export function readPorcupineKv(text: string): Operation<KvInput, string>[] {
  const line = /:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (?:"(.*)"|nil)/;
  const open = new Map<string, number>();
  const operations: Operation<KvInput, string>[] = [];
  for (const [time, each] of text.split("\n").entries()) {
    const [, process = "", type, f, key = "", value = ""] = line.exec(each) ?? [];
    if (type === "invoke") {
      const input: KvInput =
        f === "get" ? { f, key } : { f: f === "put" ? "put" : "append", key, value };
      open.set(process, operations.push({ input, call: time }) - 1);
    } else if (type === "ok") {
      const position = open.get(process) ?? -1;
      const invoked = operations[position];
      if (!invoked) throw new Error(`line ${time + 1} returns what was never called`);
      operations[position] = { ...invoked, output: value, return: time };
    }
  }
  return operations;
}

interface ForeignEvent {
  readonly process: string;
  readonly type: string;
  readonly f: string;
  readonly value: unknown;
}

function casRegisterOperations(
  events: readonly ForeignEvent[],
  { refusalsTell }: { readonly refusalsTell: boolean },
): CasRegisterOperation[] {
  const open = new Map<string, number>();
  const operations: (CasRegisterOperation | undefined)[] = [];
  for (const [time, { process, type, f, value }] of events.entries()) {
    if (type === "invoke") {
      open.set(process, operations.push({ input: inputOf(f, value), call: time }) - 1);
      continue;
    }
    const position = open.get(process) ?? -1;
    const invoked = operations[position];
    if (!invoked) throw new Error(`event ${time} completes what was never invoked`);
    if (type === "ok") {
      operations[position] = { ...invoked, output: outputOf(f, value), return: time };
    } else if (type === "fail") {
      const tells = refusalsTell && f === "cas";
      operations[position] = tells
        ? { ...invoked, output: { swapped: false }, return: time }
        : undefined;
    }
  }
  return operations.filter((operation) => operation !== undefined);
}

function inputOf(f: string, value: unknown): CasRegisterInput {
  switch (f) {
    case "read":
      return { f };
    case "write":
      return { f, value: valueOf(value) };
    case "cas": {
      if (!Array.isArray(value))
        throw new Error(`a cas has two values, not ${JSON.stringify(value)}`);
      return { f, from: valueOf(value[0]), to: valueOf(value[1]) };
    }
    default:
      throw new Error(`a register knows no ${f}`);
  }
}

function outputOf(f: string, value: unknown): CasRegisterOutput {
  if (f === "read") return { read: valueOf(value) };
  return f === "cas" ? { swapped: true } : { done: true };
}

function valueOf(value: unknown): Value {
  if (value === null || typeof value === "number") return value;
  throw new Error(`a register holds numbers and nil, not ${JSON.stringify(value)}`);
}

/** All forms of an EDN text: keywords as strings with their colon, maps as Map. */
function readEdn(text: string): unknown[] {
  const token = /\s+|,|;[^\n]*|"(?:[^"\\]|\\.)*"|[[\](){}]|[^\s,;"[\](){}]+/g;
  const tokens = [...text.matchAll(token)]
    .map(([found]) => found)
    .filter((found) => !/^[\s,;]/.test(found));
  let next = 0;

  function until(closing: string | undefined): unknown[] {
    const forms: unknown[] = [];
    while (next < tokens.length && tokens[next] !== closing) forms.push(form());
    next++;
    return forms;
  }

  function form(): unknown {
    const found = tokens[next++] ?? "nil";
    if (found === "[") return until("]");
    if (found === "(") return until(")");
    if (found === "{") {
      const forms = until("}");
      const map = new Map<unknown, unknown>();
      for (let i = 0; i < forms.length; i += 2) map.set(forms[i], forms[i + 1]);
      return map;
    }
    if (found === "nil") return null;
    return /^-?\d+$/.test(found) ? Number(found) : found;
  }

  return until(undefined);
}
