import type { CasRegisterInput, CasRegisterOutput } from "../../models/cas-register.js";
import type { KvInput } from "../../models/kv.js";
import type { RegisterInput, RegisterOutput, RegisterValue } from "../../models/register.js";
import { intAt } from "../../porcupine-ts/at.js";
import type { Operation } from "../../porcupine-ts/model.js";
import { logKinds, nil, type RegisterLog } from "./register-shape.js";

/**
 * For casRegisterModel: a refusal does not say what was there. Throws where the log has deletions.
 */
export function casRegisterOperations(
  log: RegisterLog,
): Operation<CasRegisterInput, CasRegisterOutput>[] {
  const keys = keyNames(log);
  return timed<CasRegisterInput, CasRegisterOutput>(log, (operation) => {
    const key = keys[intAt(log.key, operation)] ?? "";
    const value = text(intAt(log.left, operation));
    const from = text(intAt(log.expected, operation));
    switch (log.kind[operation]) {
      case logKinds.read:
        return {
          input: { f: "read", key },
          output: { read: text(intAt(log.found, operation)) },
        };
      case logKinds.write:
        return { input: { f: "write", key, value }, output: { done: true } };
      case logKinds.deletion:
        throw new RangeError("a cas-register has no deletion");
      default: {
        const swapped = log.kind[operation] === logKinds.swap;
        return { input: { f: "cas", key, from, to: value }, output: { swapped } };
      }
    }
  });
}

/**
 * For registerModel, and for versionedRegisterModel where there are no deletions: a refusal says what
 * was there. A deletion does not say at which revision that was, of which the log has no column.
 */
export function registerOperations(log: RegisterLog): Operation<RegisterInput, RegisterOutput>[] {
  const keys = keyNames(log);
  return timed<RegisterInput, RegisterOutput>(log, (operation) => {
    const key = keys[intAt(log.key, operation)] ?? "";
    const value = intAt(log.left, operation);
    const found = valueOrNull(intAt(log.found, operation));
    const expected = valueOrNull(intAt(log.expected, operation));
    const revision = intAt(log.revision, operation);
    switch (log.kind[operation]) {
      case logKinds.read:
        return {
          input: { f: "read", key },
          output: { value: found, modRevision: found === null ? 0 : revision, version: 0 },
        };
      case logKinds.write:
        return { input: { f: "write", key, value }, output: { revision } };
      case logKinds.swap:
        return {
          input: { f: "cas", key, on: "value", expected, value },
          output: { swapped: true, revision },
        };
      case logKinds.deletion:
        return { input: { f: "delete", key }, output: deletionOf(found, revision) };
      default:
        return {
          input: { f: "cas", key, on: "value", expected, value },
          output: { swapped: false, found, foundRevision: found === null ? 0 : revision },
        };
    }
  });
}

function deletionOf(found: RegisterValue, revision: number): RegisterOutput {
  if (found === null) return { deleted: false };
  return { deleted: true, revision, previous: { value: found, modRevision: 0, version: 0 } };
}

/** For kvModel: gets and puts. Throws where the log has anything else. */
export function kvOperations(log: RegisterLog): Operation<KvInput, string>[] {
  const keys = keyNames(log);
  return timed<KvInput, string>(log, (operation) => {
    const key = keys[intAt(log.key, operation)] ?? "";
    switch (log.kind[operation]) {
      case logKinds.read:
        return { input: { f: "get", key }, output: kvText(intAt(log.found, operation)) };
      case logKinds.write:
        return {
          input: { f: "put", key, value: kvText(intAt(log.left, operation)) },
          output: "",
        };
      default:
        throw new RangeError("a kv has gets and puts alone");
    }
  });
}

function timed<Input, Output>(
  log: RegisterLog,
  at: (operation: number) => { readonly input: Input; readonly output: Output },
): Operation<Input, Output>[] {
  const operations: Operation<Input, Output>[] = [];
  for (let operation = 0; operation < log.count; operation++) {
    const { input, output } = at(operation);
    const call = log.call[operation] ?? 0;
    const returned = log.returned[operation] ?? Infinity;
    operations.push(
      returned === Infinity ? { input, call } : { input, output, call, return: returned },
    );
  }
  return operations;
}

function keyNames(log: RegisterLog): string[] {
  const keys = 1 + log.key.reduce((most, key) => Math.max(most, key), 0);
  return keys === 1 ? ["x"] : Array.from({ length: keys }, (_, key) => `k${key}`);
}

function text(value: number): string {
  return value === nil ? "nil" : String(value);
}

/** Keys of a kv start empty. */
function kvText(value: number): string {
  return value === nil ? "" : String(value);
}

function valueOrNull(value: number): RegisterValue {
  return value === nil ? null : value;
}
