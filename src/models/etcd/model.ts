import { illegal, type Illegal, type Model } from "../../porcupine-ts/model.js";
import { apply } from "./apply.js";
import { describeRequest, describeAnswer, describeStore } from "./describe.js";
import type { KvInput, KvOutput } from "./requests.js";
import { sameAnswer } from "./same-answer.js";
import { type EtcdState, sameState } from "./state.js";

/**
 * In place of an answer that never came: others saw what the request wrote, and at which revision.
 * So it certainly happened, and there.
 */
export interface Sighting {
  readonly seenAt: number;
}

export type KvAnswer = KvOutput | Sighting;

export interface EtcdModelOptions {
  readonly initial: EtcdState;
  /** Whether a request that nobody knows the answer of may have made this revision. Default: any. */
  readonly mayMake?: (revision: number, input: KvInput) => boolean;
  /** Whether some answer may need what such a request does to leases alone. Default: yes. */
  readonly mayMatter?: (input: KvInput) => boolean;
}

/**
 * etcd's whole KV API as one specification: every field of every answer is looked at, the revision
 * included. So all operations that returned stand in the order of their revisions, and only few of
 * them are free.
 */
export function etcdModel({
  initial,
  mayMake = () => true,
  mayMatter = () => true,
}: EtcdModelOptions): Model<EtcdState, KvInput, KvAnswer> {
  const model: Model<EtcdState, KvInput, KvAnswer> = {
    init: () => initial,

    step(state, input, answer) {
      if (answer === undefined) return stepUnknown(state, input, { mayMake, mayMatter });
      if (isPast(state, input, answer)) return illegal;
      const { state: after, output: due } = apply(state, input);
      if ("seenAt" in answer) {
        return after.now !== state.now && after.now.revision === answer.seenAt ? after : illegal;
      }
      return sameAnswer(input, due, answer) ? after : illegal;
    },

    equal: sameState,
    hash: ({ now, compacted, leases }) => {
      const versions = now.kvs.reduce((sum, kv) => sum + kv.version * kv.modRevision, 0);
      return `${now.revision} ${compacted} ${leases.size} ${now.kvs.length} ${versions}`;
    },

    readOnly: (input, answer) => answer !== undefined && looksOnly(input, answer),

    mayStillAllow: (state, input, answer) => answer === undefined || !isPast(state, input, answer),

    describeOperation: (input, answer) =>
      `${describeRequest(input)} -> ${describeAnswer(input, answer)}`,
    describeState: describeStore,
    explain(state, input, answer) {
      const due = describeAnswer(input, apply(state, input).output);
      return `it asked to ${describeRequest(input)} and was told ${describeAnswer(input, answer)}, but the store held ${describeStore(state)}, so that the answer was to be ${due}`;
    },
  };
  return model;
}

/** It may as well be left out where it would be refused or change nothing. */
function stepUnknown(
  state: EtcdState,
  input: KvInput,
  { mayMake, mayMatter }: Required<Omit<EtcdModelOptions, "initial">>,
): EtcdState | Illegal {
  const canWrite = mayMake(state.now.revision + 1, input);
  const canMatter =
    input.f !== "put" && input.f !== "delete" && input.f !== "txn" && mayMatter(input);
  if (!canWrite && !canMatter) return illegal;
  const { state: after } = apply(state, input);
  if (after === state) return illegal;
  // A revoked lease may have had no keys.
  return (after.now === state.now ? canMatter : canWrite) ? after : illegal;
}

/** Revisions never come back. */
function isPast({ now }: EtcdState, input: KvInput, answer: KvAnswer): boolean {
  if ("error" in answer) return false;
  if ("seenAt" in answer) return now.revision >= answer.seenAt;
  return changesKeys(input, answer)
    ? now.revision >= answer.revision
    : now.revision > answer.revision;
}

/** Whether an answer tells that the state stayed as it was. */
export function looksOnly(input: KvInput, answer: KvAnswer): boolean {
  if ("error" in answer) return true;
  switch (input.f) {
    case "range":
      return true;
    case "delete":
    case "txn":
      return !("seenAt" in answer) && !changesKeys(input, answer);
    case "put":
    case "compact":
    case "grant":
    case "revoke":
      return false;
  }
}

/** Whether an answer tells that a new revision was made. Of a revoked lease it does not say. */
export function changesKeys(input: KvInput, answer: KvAnswer): boolean {
  if (input.f === "put") return "revision" in answer;
  if ("deleted" in answer) return answer.deleted > 0;
  return "responses" in answer && hasWritten(answer.responses);
}

type Responses = Extract<KvOutput, { readonly responses: unknown }>["responses"];

function hasWritten(responses: Responses): boolean {
  return responses.some((one) => {
    switch (one.type) {
      case "put":
        return true;
      case "delete-range":
        return one.response.deleted > 0;
      case "txn":
        return hasWritten(one.response.responses);
      case "range":
        return false;
    }
  });
}
