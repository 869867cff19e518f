import type { RegisterOperation } from "./register-transaction.js";
import type { MicroOperation, Timed } from "./transaction.js";

/** When it was invoked and when it returned. */
type Span = readonly [invokedAt: number, completedAt: number];

/** A transaction in short: "ax1 rx[1,2] ry?" appends 1 to x, reads x as [1 2], and y as who knows what. */
export const { ok, info, fail, atOnce } = shorthand(operationsOf);

/** "wx1@5 rx1 ry- rz?" writes 1 to x as version 5, reads x as 1, y as absent, z as who knows what. */
export const registers = shorthand(registerOperationsOf);

function shorthand<Operation>(read: (text: string) => Operation[]) {
  type Made = Timed & { readonly operations: readonly Operation[] };

  const ok = (process: number, [invokedAt, completedAt]: Span, text: string): Made => ({
    ...{ process, invokedAt, completedAt, outcome: "ok", operations: read(text) },
  });
  const info = (process: number, invokedAt: number, text: string): Made => ({
    ...{ process, invokedAt, outcome: "info", operations: read(text) },
  });
  const fail = (process: number, span: Span, text: string): Made => ({
    ...ok(process, span, text),
    outcome: "fail",
  });
  /** Transactions that overlap one another, each of a process of its own. */
  const atOnce = (...texts: readonly string[]): Made[] =>
    texts.map((text, process) => ok(process, [process, 1000 + process], text));
  return { ok, info, fail, atOnce };
}

function operationsOf(text: string): MicroOperation[] {
  return text.split(" ").map((word): MicroOperation => {
    const [, f, key = "", value = ""] = /^([ar])([a-zA-Z])(.*)$/.exec(word) ?? [];
    if (f === "a") return { f: "append", key, element: value };
    if (f !== "r") throw new Error(`no operation: ${word}`);
    if (value === "?") return { f: "read", key };
    return { f: "read", key, elements: value.slice(1, -1).split(",").filter(Boolean) };
  });
}

function registerOperationsOf(text: string): RegisterOperation[] {
  return text.split(" ").map((word): RegisterOperation => {
    const [, f, key = "", value = "", told] =
      /^([wr])([a-zA-Z])([^@]+)(?:@(\d+))?$/.exec(word) ?? [];
    const version = told === undefined ? {} : { version: Number(told) };
    if (f === "w") return { f: "write", key, value, ...version };
    if (f !== "r") throw new Error(`no operation: ${word}`);
    if (value === "?") return { f: "read", key };
    return { f: "read", key, value: value === "-" ? null : value, ...version };
  });
}
