import type { MicroOperation, Transaction } from "./transaction.js";

/** A whole number from 0 up to, not including, `limit`. */
export type Draw = (limit: number) => number;

export interface Shape {
  readonly transactions: number;
  readonly keys: number;
  /** Of a transaction, at most. */
  readonly operations: number;
  /** How far from the moment at which it takes effect a transaction may begin and end. */
  readonly spread: number;
  /** One in so many ends as unknown, and as many fail; 0: none. */
  readonly uncertain: number;
}

/** How far apart in time transactions take effect. */
const apart = 10;

/**
 * Transactions that were carried out one after the other, each at one moment between its beginning
 * and its end, so that they are strictly serializable by how they are made.
 */
export function serialHistory(draw: Draw, shape: Shape): Transaction[] {
  const lists = new Map<string, string[]>();
  const freeFrom: number[] = [];
  let elements = 0;
  return Array.from({ length: shape.transactions }, (_, i): Transaction => {
    const outcome = drawOutcome(draw, shape.uncertain);
    const takesEffect = outcome === "ok" || (outcome === "info" && draw(2) === 0);
    const written = new Map<string, string[]>();
    const operations = Array.from({ length: 1 + draw(shape.operations) }, (): MicroOperation => {
      const key = `k${draw(shape.keys)}`;
      const list = written.get(key) ?? lists.get(key) ?? [];
      if (draw(2) === 0) {
        return outcome === "ok" ? { f: "read", key, elements: list } : { f: "read", key };
      }
      elements += 1;
      const element = String(elements);
      written.set(key, [...list, element]);
      return { f: "append", key, element };
    });
    if (takesEffect) for (const [key, list] of written) lists.set(key, list);
    const at = apart * i;
    const invokedAt = at - draw(shape.spread) - 0.5;
    const completedAt = at + draw(shape.spread) + 0.25;
    const process = processFor(freeFrom, { invokedAt, completedAt });
    // A process whose last transaction is of unknown outcome has not ended it.
    if (outcome === "info") freeFrom[process] = Infinity;
    return {
      ...{ process, invokedAt, outcome, operations },
      ...(outcome !== "info" && { completedAt }),
    };
  });
}

function drawOutcome(draw: Draw, uncertain: number): Transaction["outcome"] {
  if (uncertain === 0) return "ok";
  const drawn = draw(uncertain);
  if (drawn === 0) return "info";
  return drawn === 1 ? "fail" : "ok";
}

/** The first that is free; takes it. */
function processFor(
  freeFrom: number[],
  span: { readonly invokedAt: number; readonly completedAt: number },
): number {
  const free = freeFrom.findIndex((from) => from < span.invokedAt);
  const process = free === -1 ? freeFrom.length : free;
  freeFrom[process] = span.completedAt;
  return process;
}

/** The same history with another list in place of what one read found. */
export function withRead(
  history: readonly Transaction[],
  at: { readonly transaction: number; readonly operation: number },
  elements: readonly string[],
): Transaction[] {
  return history.map((transaction, t) =>
    t !== at.transaction
      ? transaction
      : {
          ...transaction,
          operations: transaction.operations.map((operation, o) =>
            o === at.operation ? { f: "read" as const, key: operation.key, elements } : operation,
          ),
        },
  );
}

export interface PlacedRead {
  readonly transaction: number;
  readonly operation: number;
  readonly key: string;
  readonly elements: readonly string[];
}

/** The reads of transactions that ended ok, where what they found is known. */
export function readsIn(history: readonly Transaction[]): PlacedRead[] {
  return history.flatMap(({ outcome, operations }, transaction) =>
    operations.flatMap((each, operation) =>
      outcome === "ok" && each.f === "read" && each.elements
        ? [{ transaction, operation, key: each.key, elements: each.elements }]
        : [],
    ),
  );
}
