import type { RegisterOperation, RegisterTransaction } from "./register-transaction.js";
import { type Draw, serialHistory, type Shape } from "./serial-history.fixture.js";

export interface RegisterShape extends Shape {
  /** Whether operations come with versions. */
  readonly versions: boolean;
}

/**
 * Transactions on registers that were carried out one after the other: those on lists, of which each
 * is shown by its last element and each append as a write. An element's number is its version.
 */
export function serialRegisters(draw: Draw, shape: RegisterShape): RegisterTransaction[] {
  const versionOf = (value: string) => (shape.versions ? { version: Number(value) } : {});
  return serialHistory(draw, shape).map((transaction) => ({
    ...transaction,
    operations: transaction.operations.map((operation): RegisterOperation => {
      const { f, key } = operation;
      if (f === "append") {
        const { element: value } = operation;
        const isTold = transaction.outcome === "ok";
        return { f: "write", key, value, ...(isTold && versionOf(value)) };
      }
      if (!operation.elements) return { f: "read", key };
      const value = operation.elements.at(-1) ?? null;
      return { f: "read", key, value, ...(value !== null && versionOf(value)) };
    }),
  }));
}

export interface PlacedRegisterRead {
  readonly transaction: number;
  readonly operation: number;
  readonly key: string;
  readonly value: string | null;
}

/** The reads of transactions that ended ok, where what they found is known. */
export function registerReadsIn(history: readonly RegisterTransaction[]): PlacedRegisterRead[] {
  return history.flatMap(({ outcome, operations }, transaction) =>
    operations.flatMap(({ f, key, value }, operation) =>
      outcome === "ok" && f === "read" && value !== undefined
        ? [{ transaction, operation, key, value }]
        : [],
    ),
  );
}

/** The same history with another operation in one place. */
export function withOperation(
  history: readonly RegisterTransaction[],
  at: { readonly transaction: number; readonly operation: number },
  replacement: RegisterOperation,
): RegisterTransaction[] {
  return history.map((transaction, t) =>
    t !== at.transaction
      ? transaction
      : { ...transaction, operations: transaction.operations.with(at.operation, replacement) },
  );
}
