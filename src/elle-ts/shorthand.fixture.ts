import type { MicroOperation, Transaction } from "./transaction.js";

/** When it was invoked and when it returned. */
type Span = readonly [invokedAt: number, completedAt: number];

/** A transaction in short: "ax1 rx[1,2] ry?" appends 1 to x, reads x as [1 2], and y as who knows what. */
export function ok(process: number, [invokedAt, completedAt]: Span, text: string): Transaction {
  return { process, invokedAt, completedAt, outcome: "ok", operations: operationsOf(text) };
}

export function info(process: number, invokedAt: number, text: string): Transaction {
  return { process, invokedAt, outcome: "info", operations: operationsOf(text) };
}

export function fail(process: number, [invokedAt, completedAt]: Span, text: string): Transaction {
  return { process, invokedAt, completedAt, outcome: "fail", operations: operationsOf(text) };
}

/** Transactions that overlap one another, each of a process of its own. */
export function atOnce(...texts: readonly string[]): Transaction[] {
  return texts.map((text, process) => ok(process, [process, 1000 + process], text));
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
