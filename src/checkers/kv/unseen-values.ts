import type { TxnOperation, TxnRequest } from "../../core/client.js";
import type { KvInput } from "../../models/etcd/requests.js";
import { comparesIn, type KvOperation, putsIn, rangesIn, shownBy } from "./kv-operation.js";

/** Stands for any value that nobody ever saw: above all that the workload writes. */
const unseen = "?";

/**
 * Makes requests of unknown outcome alike that differ only in what nobody can ever tell: values that
 * no answer shows and no transaction compares with, and whether the old ones were asked for. So the
 * search tries one of them in place of each.
 *
 * As it is where such a value may decide something unseen: which keys a limit leaves when they are
 * sorted by it, in which order they come alone, or whether it is greater or less than another.
 */
export function forgetUnseen(operations: readonly KvOperation[]): (input: KvInput) => KvInput {
  const open = valuesOfUnknownOutcome(operations);
  const mentioned = new Set<string>();
  for (const operation of operations) {
    for (const { value } of shownBy(operation)) if (open.has(value)) mentioned.add(value);
    for (const { target, operand, result } of comparesIn(operation.input)) {
      if (target !== "value") continue;
      if (result === "greater" || result === "less") return (input) => input;
      mentioned.add(String(operand));
    }
    for (const { sort, limit = 0, keysOnly = false } of rangesIn(operation.input)) {
      if (sort?.target === "value" && (limit > 0 || keysOnly)) return (input) => input;
    }
  }

  function forgetIn(operation: TxnOperation): TxnOperation {
    switch (operation.type) {
      case "put": {
        const { request } = operation;
        const isKept = request.ignoreValue === true || mentioned.has(request.value);
        const value = isKept ? request.value : unseen;
        return { type: "put", request: { ...request, value, prevKv: false } };
      }
      case "delete-range": {
        return { type: "delete-range", request: { ...operation.request, prevKv: false } };
      }
      case "txn":
        return { type: "txn", request: forgetInTxn(operation.request) };
      case "range":
        return operation;
    }
  }

  function forgetInTxn({ compare, success, failure }: TxnRequest): TxnRequest {
    return { compare, success: success.map(forgetIn), failure: failure.map(forgetIn) };
  }

  return (input) => {
    switch (input.f) {
      case "put":
      case "delete": {
        const type = input.f === "put" ? "put" : "delete-range";
        const { request } = forgetIn({ type, request: input.request } as TxnOperation);
        return { f: input.f, request } as KvInput;
      }
      case "txn":
        return { f: "txn", request: forgetInTxn(input.request) };
      case "range":
      case "compact":
      case "grant":
      case "revoke":
        return input;
    }
  };
}

/** All others are as they are, however many there are. */
function valuesOfUnknownOutcome(operations: readonly KvOperation[]): ReadonlySet<string> {
  const values = new Set<string>();
  for (const { input, outcome } of operations) {
    if (outcome.type !== "info") continue;
    for (const { value } of putsIn(input)) if (value !== undefined) values.add(value);
  }
  return values;
}
