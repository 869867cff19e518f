import type { CheckContext } from "../../core/checker.js";
import type { KvInput } from "../../models/etcd/requests.js";
import type { KvAnswer } from "../../models/etcd/model.js";
import { etcdModel } from "../../models/etcd/model.js";
import type { EtcdState } from "../../models/etcd/state.js";
import { check } from "../../porcupine-ts/check.js";
import type { Operation as Recorded } from "../../porcupine-ts/model.js";
import type { UnknownReason } from "../../porcupine-ts/budget.js";
import type { Entry } from "./timeline.js";

export interface Question {
  readonly initial: EtcdState;
  readonly entries: readonly Entry[];
  /** Whether an operation of unknown outcome may have made this revision. */
  readonly mayMake: (revision: number, input: KvInput) => boolean;
  /** Whether some answer may need what such an operation does to leases or old revisions. */
  readonly mayMatter: (input: KvInput) => boolean;
}

export type Found =
  | { readonly validity: "valid"; readonly order: readonly Placed[]; readonly visited: number }
  | { readonly validity: "invalid"; readonly visited: number }
  | { readonly validity: "unknown"; readonly reason: UnknownReason; readonly visited: number };

export interface Placed {
  readonly entry: Entry;
  /** After it. */
  readonly state: EtcdState;
}

/** Looks for an order of the entries that agrees with their times and gives all their answers. */
export async function findOrder(
  { initial, entries, mayMake, mayMatter }: Question,
  { deadlineMs, memoryMb, signal }: CheckContext,
): Promise<Found> {
  const result = await check(etcdModel({ initial, mayMake, mayMatter }), entries.map(recorded), {
    ...{ deadlineMs, memoryMb, signal },
    maxCounterexamples: 0,
    workers: 0,
  });
  const { visited } = result.statistics;
  switch (result.validity) {
    case "invalid":
      return { validity: "invalid", visited };
    case "unknown":
      return { validity: "unknown", reason: result.reason ?? "deadline", visited };
    case "valid": {
      // Without operations there are no parts.
      const points = result.partitions[0]?.linearization ?? [];
      const order = points.flatMap(({ operation, state }) => {
        const entry = entries[operation];
        return entry ? [{ entry, state }] : [];
      });
      return { validity: "valid", order, visited };
    }
  }
}

function recorded({ input, call, end, answer }: Entry): Recorded<KvInput, KvAnswer> {
  if (end === Infinity || answer === undefined) return { input, call };
  return { input, output: answer, call, return: end };
}
