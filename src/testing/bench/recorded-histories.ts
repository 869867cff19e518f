import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CasRegisterInput,
  casRegisterModel,
  type CasRegisterOutput,
} from "../../models/cas-register.js";
import { type KvInput, kvModel } from "../../models/kv.js";
import type { Operation } from "../../porcupine-ts/model.js";
import { type Prepared, prepared } from "./prepared.js";

/**
 * Porcupine's own test files, below a folder with a `verdicts.tsv` for each kind. Reads what occurs
 * in these files and no more; src/history/formats/ is for everybody else's.
 */
export function recordedLogs(folder: string): Prepared[] {
  return verdictsIn(join(folder, "porcupine-jepsen")).map(({ text, expected }) =>
    prepared(casRegisterModel, pair(text, readLogLine, casRegisterOperation), expected),
  );
}

export function countOfLogs(folder: string): number {
  return verdictLines(join(folder, "porcupine-jepsen")).length;
}

export function recordedKv(folder: string, name: string): Prepared[] {
  return verdictsIn(join(folder, "porcupine-kv"))
    .filter((file) => file.name === name)
    .map(({ text, expected }) => prepared(kvModel, pair(text, readKvLine, kvOperation), expected));
}

function verdictsIn(
  folder: string,
): { name: string; text: string; expected: "valid" | "invalid" }[] {
  return verdictLines(folder).map((line) => {
    const [name = "", verdict] = line.split("\t");
    const text = readFileSync(join(folder, name), "utf8");
    return { name, text, expected: verdict === "valid" ? "valid" : "invalid" };
  });
}

function verdictLines(folder: string): string[] {
  return readFileSync(join(folder, "verdicts.tsv"), "utf8").trim().split("\n");
}

interface Line {
  readonly process: string;
  readonly type: string;
  readonly f: string;
  readonly key: string;
  readonly value: string;
}

function readLogLine(line: string): Line | undefined {
  const [, process = "", type = "", f = "", value = ""] =
    /jepsen\.util - (\d+)\s+:(\w+)\s+:(\w+)\s*(.*)$/.exec(line) ?? [];
  return type === "" ? undefined : { process, type, f, key: "", value: value.trim() };
}

function readKvLine(line: string): Line | undefined {
  const [, process = "", type = "", f = "", key = "", value = ""] =
    /:process (\d+), :type :(\w+), :f :(\w+), :key "(.*?)", :value (.*)\}/.exec(line) ?? [];
  return type === "" ? undefined : { process, type, f, key, value };
}

type Call = Pick<Line, "f" | "key"> & { readonly asked: string; readonly at: number };

/** `operationOf` gets an answer where there was one; undefined from it: it never happened. */
function pair<T extends object>(
  text: string,
  read: (line: string) => Line | undefined,
  operationOf: (call: Call, answer?: Line) => T | undefined,
): (T & { call: number; return?: number })[] {
  const open = new Map<string, Call>();
  const operations: (T & { call: number; return?: number })[] = [];
  let at = 0;
  const take = (call: Call, answer?: Line) => {
    const operation = operationOf(call, answer);
    if (!operation) return;
    operations.push({ ...operation, call: call.at, ...(answer && { return: at }) });
  };
  for (const line of text.split("\n")) {
    const event = read(line);
    if (!event) continue;
    at += 1;
    const { process, f, key, value } = event;
    const call = open.get(process);
    if (event.type === "invoke") open.set(process, { f, key, asked: value, at });
    else if (call) {
      open.delete(process);
      take(call, event.type === "info" ? undefined : event);
    }
  }
  for (const call of open.values()) take(call);
  return operations.sort((a, b) => a.call - b.call);
}

type Said<Input, Output> = Pick<Operation<Input, Output>, "input" | "output">;

function casRegisterOperation(
  { f, asked }: Call,
  answer?: Line,
): Said<CasRegisterInput, CasRegisterOutput> | undefined {
  const [from = "", to = ""] = asked.replace(/[[\]]/g, "").split(/\s+/);
  const failed = answer?.type === "fail";
  switch (f) {
    case "read":
      if (failed) return undefined;
      return { input: { f, key: "" }, ...(answer && { output: { read: answer.value } }) };
    case "write":
      if (failed) return undefined;
      return { input: { f, key: "", value: asked }, ...(answer && { output: { done: true } }) };
    default: {
      const output = answer && { output: { swapped: !failed } };
      return { input: { f: "cas", key: "", from, to }, ...output };
    }
  }
}

function kvOperation({ f, key, asked }: Call, answer?: Line): Said<KvInput, string> {
  const plain = (value: string) => (value === "nil" ? "" : value.replace(/^"|"$/g, ""));
  if (f === "get") return { input: { f, key }, ...(answer && { output: plain(answer.value) }) };
  const kind = f === "put" ? "put" : "append";
  return { input: { f: kind, key, value: plain(asked) }, ...(answer && { output: "" }) };
}
