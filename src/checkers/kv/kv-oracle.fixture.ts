import { apply } from "../../models/etcd/apply.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { sameAnswer } from "../../models/etcd/same-answer.js";
import { emptyState, type EtcdState } from "../../models/etcd/state.js";
import { illegal, type Model, type Operation } from "../../porcupine-ts/model.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import { isSerializable, type KvOperation } from "./kv-operation.js";

type Input = KvInput | { readonly f: "look" };

/** The specification and nothing else: whatever may be left out is tried with and without. */
const bareModel: Model<EtcdState, Input, KvOutput> = {
  init: () => emptyState(),
  step(state, input, given) {
    if (input.f === "look") {
      return given && "revision" in given && given.revision === state.now.revision
        ? state
        : illegal;
    }
    const { state: after, output: due } = apply(state, input);
    return given === undefined || sameAnswer(input, due, given) ? after : illegal;
  },
  equal: (a, b) => a === b,
  describeOperation: ({ f }) => f,
  describeState: () => "",
};

/**
 * Whether any order of the operations explains them, from any revision that an empty store may have
 * begun at. `isStrict`: the later revision that compactions and requests for leases may be told must
 * have been the store's at some moment between their effect and their return.
 */
export function isLinearizable(
  operations: readonly KvOperation[],
  { isStrict }: { readonly isStrict: boolean },
): boolean {
  const most = newestIn(operations);
  for (let start = 1; start <= most + 1; start++) {
    const recorded = operations.flatMap((operation) => recordedOf(operation, start, isStrict));
    if (hasOrder(bareModel, recorded, emptyState(start))) return true;
  }
  return false;
}

/** Of all revisions that anything of them names. */
function newestIn(operations: readonly KvOperation[]): number {
  let newest = 1;
  JSON.stringify(operations, (name, value: unknown) => {
    const isRevision = /revision$/i.test(name) && typeof value === "number";
    if (isRevision) newest = Math.max(newest, value);
    return value;
  });
  return newest;
}

function recordedOf(
  operation: KvOperation,
  start: number,
  isStrict: boolean,
): Operation<Input, KvOutput>[] {
  const { input, index, completedIndex, outcome } = operation;
  if (outcome.type === "fail") return [];
  if (outcome.type === "info" || completedIndex === undefined) return [{ input, call: index }];
  const { output } = outcome;
  const done = { input, output, return: completedIndex };
  if (isSerializable(operation)) {
    return isOfBefore(input, output, start) ? [] : [{ ...done, call: -1 }];
  }
  const recorded = { ...done, call: index };
  const mayTellLater = input.f === "compact" || input.f === "grant" || input.f === "revoke";
  if (!isStrict || !mayTellLater || "error" in output) return [recorded];
  return [recorded, { ...recorded, input: { f: "look" } }];
}

/** A member may be as far behind as the empty store before the run. */
function isOfBefore(input: KvInput, output: KvOutput, start: number): boolean {
  for (let revision = 1; revision < start; revision++) {
    if (sameAnswer(input, apply(emptyState(revision), input).output, output)) return true;
  }
  return sameAnswer(input, apply(emptyState(0), input).output, output);
}
