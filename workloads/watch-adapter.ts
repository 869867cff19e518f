import { messagesByWatch, messagesOf } from "../src/checkers/watch/watch-part.js";
import type {
  Change,
  RecordedWatch,
  RevisionFacts,
  WatchAdapter,
  WatchEnd,
} from "../src/checkers/watch/watch-record.js";
import type { Operation, Outcome } from "../src/core/operation.js";
import type {
  CompactInput,
  ReadInput,
  Step,
  WatchInput,
  WatchWorkloadInput,
  WatchWorkloadOutput,
  WriteInput,
} from "./watch-input.js";
import { recordedValue, sentValue } from "./watch-values.js";
import { keyPrefix } from "./watch-keys.js";

type Watched = Operation<WatchWorkloadInput, WatchWorkloadOutput>;

/** What the operations of the workload `watch` tell the checkers of watches. */
export const watchAdapter: WatchAdapter<WatchWorkloadInput, WatchWorkloadOutput> = {
  watchesOf: (operation) =>
    operation.input.f === "watch" ? recordedWatches(operation, operation.input) : [],
  factsOf: (operation) =>
    operation.input.f === "watch" ? undefined : factsOf(operation, operation.input),
  isOurs: (key) => key.startsWith(keyPrefix),
};

function recordedWatches(operation: Watched, { watches }: WatchInput): readonly RecordedWatch[] {
  const ids = watches.map(({ id }) => id);
  const messages = messagesByWatch(ids, messagesOf(operation));
  const ended = endOf(operation.outcome);
  return watches.map((plan) => ({
    operation,
    watchId: plan.id,
    range: { key: plan.key, ...(plan.rangeEnd !== undefined && { rangeEnd: plan.rangeEnd }) },
    ...(plan.startRevision !== undefined && { startRevision: plan.startRevision }),
    filters: plan.filters ?? [],
    prevKv: plan.prevKv === true,
    progressNotify: plan.progressNotify === true,
    fragment: plan.fragment === true,
    cancelAsked: plan.cancelAtMs !== undefined,
    name: plan.name,
    ...(plan.resumes !== undefined && { resumes: plan.resumes }),
    messages: messages.get(plan.id) ?? [],
    ended,
  }));
}

function endOf(outcome: Outcome<WatchWorkloadOutput>): WatchEnd {
  if (outcome.type !== "ok") {
    return outcome.error ? { how: "broken", error: outcome.error } : { how: "unknown" };
  }
  const { output } = outcome;
  if (!("ended" in output)) throw new Error("a watch must say how it ended");
  return output.ended === "closed" ? { how: "closed" } : { how: "broken", error: output.error };
}

function factsOf(
  { outcome }: Watched,
  input: WriteInput | CompactInput | ReadInput,
): RevisionFacts | undefined {
  if (input.f === "compact") return undefined;
  if (outcome.type !== "ok") return input.f === "read" ? undefined : unmade(input, outcome.type);
  const { output, header } = outcome;
  const told = header && { revision: header.revision };
  if ("found" in output) return { ...told, found: output.found };
  if (!("deleted" in output) || input.f === "read") return undefined;
  const { revision, deleted } = output;
  if (revision === undefined) return { ...told };
  const changes = stepsOf(input).flatMap((step) => changesOf(step, deleted));
  return { ...told, write: { outcome: "made", revision, changes } };
}

function unmade(input: WriteInput, outcome: "fail" | "info"): RevisionFacts {
  const changes = stepsOf(input).map((step) => (step.type === "put" ? putOf(step) : step));
  return { write: { outcome: outcome === "fail" ? "never" : "maybe", changes } };
}

function stepsOf(input: WriteInput): readonly Step[] {
  return input.f === "txn" ? input.steps : [input.step];
}

/** Those that took place, in the order of the keys where they are several. */
function changesOf(step: Step, deleted: readonly string[]): readonly Change[] {
  if (step.type === "put") return [putOf(step)];
  const keys = step.rangeEnd === undefined ? deleted.filter((key) => key === step.key) : deleted;
  return keys.map((key) => ({ type: "delete", key }));
}

function putOf(step: Step & { readonly type: "put" }): Change {
  return { type: "put", key: step.key, value: recordedValue(sentValue(step)) };
}
