import {
  isOfObject,
  type KubernetesInput,
  type KubernetesOperation,
  type KubernetesOutput,
  pageOf,
  type WatchInput,
} from "../src/checkers/kubernetes/kubernetes-operation.js";
import { messagesOf } from "../src/checkers/watch/watch-part.js";
import type {
  Change,
  RecordedWatch,
  RevisionFacts,
  WatchAdapter,
  WatchEnd,
} from "../src/checkers/watch/watch-record.js";
import { eventPrefix } from "../src/checkers/kubernetes/kubernetes-operation.js";
import type { Operation, Outcome } from "../src/core/operation.js";
import type { ObjectInput, ObjectOutput } from "../src/models/kubernetes-object.js";
import { watchId } from "./kubernetes-watch.js";

/** What the workload's operations tell the checkers of watches. */
export const kubernetesWatches: WatchAdapter<KubernetesInput, KubernetesOutput> = {
  watchesOf: (operation) =>
    operation.input.f === "watch" ? [recordedWatch(operation, operation.input)] : [],
  factsOf,
  mayLapse: (key) => key.startsWith(eventPrefix),
};

function recordedWatch(
  operation: KubernetesOperation,
  { key, rangeEnd, startRevision }: WatchInput,
): RecordedWatch {
  return {
    ...{ operation, watchId, range: { key, rangeEnd }, startRevision, filters: [] },
    ...{ prevKv: true, progressNotify: true, fragment: false, cancelAsked: false },
    messages: messagesOf(operation),
    ended: endOf(operation.outcome),
  };
}

function endOf(outcome: Outcome<KubernetesOutput>): WatchEnd {
  if (outcome.type !== "ok") {
    return outcome.error ? { how: "broken", error: outcome.error } : { how: "unknown" };
  }
  const { output } = outcome;
  if (!("ended" in output) || output.ended !== "broken") return { how: "closed" };
  return { how: "broken", ...(output.error && { error: output.error }) };
}

function factsOf(operation: KubernetesOperation): RevisionFacts | undefined {
  if (isOfObject(operation)) return objectFacts(operation);
  const page = pageOf(operation);
  const { outcome } = operation;
  if (outcome.type !== "ok" || !outcome.header) return undefined;
  return { revision: outcome.header.revision, ...(page && { found: page.kvs }) };
}

function objectFacts({ input, outcome }: Operation<ObjectInput, ObjectOutput>): RevisionFacts {
  const changes = changesOf(input);
  if (outcome.type !== "ok") {
    if (input.f === "get") return {};
    return { write: { outcome: outcome.type === "info" ? "maybe" : "never", changes } };
  }
  const { output, header } = outcome;
  const told = header && { revision: header.revision };
  if (input.f === "get") return { ...told };
  if (!("done" in output) || !output.done) return { ...told, write: { outcome: "never", changes } };
  return { ...told, write: { outcome: "made", revision: output.revision, changes } };
}

function changesOf(input: ObjectInput): readonly Change[] {
  const { key } = input;
  if (input.f === "delete") return [{ type: "delete", key }];
  return "value" in input ? [{ type: "put", key, value: input.value }] : [];
}
