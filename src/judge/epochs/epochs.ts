import type { FaultRecord, History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import type { Rewind } from "../../core/rewind.js";

/** A rewind, and between which times of the run there was no cluster that could do anything. */
interface PlacedRewind extends Rewind {
  /** Nobody of the cluster after it did anything before this time. */
  readonly restoredAfterNs: number;
}

/**
 * A run whose cluster was set back to a snapshot as several histories, one for each cluster that there
 * was, in order; each is to be judged by itself. The history of a later cluster begins with what its
 * snapshot holds. Undefined where it cannot be known to where the cluster was set back.
 *
 * Which cluster did an operation is told by the cluster id in its answer. Of an earlier cluster's:
 *
 * - What was answered at or below the snapshot's revision is in the snapshot, and stays as it is: a
 *   write at such a revision that is gone afterwards is a lost write.
 * - What was answered at a later revision was undone with the cluster: it counts as one that failed,
 *   so that nobody may see its writes again.
 * - What has no known outcome may be in the snapshot or not, and its outcome stays unknown.
 */
export function epochsOf(history: History): readonly History[] | undefined {
  const rewinds = rewindsOf(history);
  const epochOf = numberEpochs(history, rewinds);
  if (!epochOf) return undefined;
  const last = rewinds.length;
  return Array.from({ length: last + 1 }, (_, epoch): History => {
    const operations = history.operations.flatMap((operation) =>
      seenFrom(epoch, operation, { rewinds, own: epochOf(operation) }),
    );
    if (epoch === last) return { ...history, operations };
    return { ...history, operations, members: [], logs: [], endsEarly: true };
  });
}

/** Whether there can be more than one. */
export function mayHaveEpochs({ faults }: Pick<History, "faults">): boolean {
  return faults.some(setsBack);
}

/** Asked for by its name too: one that was broken off may have left no more than that it began. */
function setsBack({ rewind, spec }: FaultRecord): boolean {
  return rewind !== undefined || spec.nemesis === "restore";
}

function rewindsOf({ faults }: History): PlacedRewind[] {
  return faults.flatMap(({ rewind, healedAtNs = Infinity }) =>
    rewind ? [{ ...rewind, restoredAfterNs: healedAtNs }] : [],
  );
}

/** By the cluster that answered; undefined where nobody did. */
type EpochOf = (operation: Operation) => number | undefined;

/** Undefined where there was a cluster of which no rewind tells. */
function numberEpochs(
  { operations }: History,
  rewinds: readonly PlacedRewind[],
): EpochOf | undefined {
  const epochs = new Map(rewinds.map(({ clusterId }, epoch) => [clusterId, epoch]));
  if (epochs.size < rewinds.length) return undefined;
  for (const operation of operations) {
    const id = answerOf(operation)?.clusterId;
    if (id !== undefined && !epochs.has(id)) epochs.set(id, epochs.size);
  }
  if (epochs.size > rewinds.length + 1) return undefined;
  return (operation) => {
    const answer = answerOf(operation);
    return answer && epochs.get(answer.clusterId);
  };
}

function answerOf({ outcome }: Operation) {
  return outcome.type === "ok" ? outcome.header : undefined;
}

interface Placed {
  readonly rewinds: readonly PlacedRewind[];
  /** The epoch in which it was answered. */
  readonly own: number | undefined;
}

/** What an operation is in the history of an epoch: one operation, or none. */
function seenFrom<I extends Input, Output>(
  epoch: number,
  operation: Operation<I, Output>,
  { rewinds, own }: Placed,
): Operation<I, Output>[] {
  if (own === epoch) return [operation];
  if (own !== undefined && own < epoch) {
    const { revision } = answerOf(operation) ?? {};
    const isKept = rewinds
      .slice(own, epoch)
      .every((rewind) => revision !== undefined && revision <= rewind.revision);
    return [isKept ? operation : { ...operation, outcome: undone }];
  }
  // Before it was asked it did nothing, and the cluster of this epoch may have been gone by then.
  const rewind = rewinds[epoch];
  if (rewind && operation.invokedAtNs > rewind.restoredAfterNs) return [];
  if (operation.outcome.type !== "ok") return [operation];
  return [{ ...operation, outcome: { type: "info" } }];
}

const undone = {
  type: "fail",
  error: {
    code: 10,
    details: "it was answered after the snapshot was saved from which the cluster was restored",
    peer: "",
    sent: true,
  },
} as const;
