import type { FaultRecord, History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import type { Rewind } from "../../core/rewind.js";
import type { Workload } from "../../core/workload.js";

/** A rewind, and between which times of the run there was no cluster that could do anything. */
interface PlacedRewind extends Rewind {
  /** Nobody of the cluster before it did anything after this time; Infinity where nobody knows. */
  readonly destroyedByNs: number;
  /** Nobody of the cluster after it did anything before this time. */
  readonly restoredAfterNs: number;
}

/** What of an earlier cluster a snapshot has, as the workload knows it. */
export type InSnapshot = NonNullable<Workload["isInSnapshot"]>;

const byRevision: InSnapshot = (_, { told, snapshot }) => told <= snapshot;

/**
 * A run whose cluster was set back to a snapshot as several histories, one for each cluster that there
 * was, in order; each is to be judged by itself. The history of a later cluster begins with what its
 * snapshot holds. Undefined where it cannot be known to where the cluster was set back.
 *
 * Which cluster did an operation is told by the cluster id in its answer, and of a refusal, which has
 * none, by the times at which there was one cluster alone. Of an earlier cluster's:
 *
 * - What was answered at or below the snapshot's revision is in the snapshot, and stays as it is: a
 *   write at such a revision that is gone afterwards is a lost write.
 * - What was answered at a later revision was undone with the cluster: it counts as one that failed,
 *   so that nobody may see its writes again. So do refusals, which did nothing.
 * - What has no known outcome may be in the snapshot or not, and its outcome stays unknown. The same
 *   goes for what no revision tells of, such as a lease that was granted at the snapshot's revision,
 *   unless it was asked for when a later revision had been told already: then it was undone.
 */
export function epochsOf(
  history: History,
  isInSnapshot: InSnapshot = byRevision,
): readonly History[] | undefined {
  const rewinds = rewindsOf(history);
  const epochOf = numberEpochs(history, rewinds);
  if (!epochOf) return undefined;
  const last = rewinds.length;
  const leftBehind = leftBehindIn(history.operations, { rewinds, epochOf });
  return Array.from({ length: last + 1 }, (_, epoch): History => {
    const operations = history.operations.flatMap((operation) =>
      seenFrom(epoch, operation, { rewinds, own: epochOf(operation), isInSnapshot, leftBehind }),
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
  return faults.flatMap(({ rewind, inForceAtNs, overAtNs, healedAtNs = Infinity }) => {
    if (!rewind) return [];
    const destroyedByNs = inForceAtNs ?? overAtNs ?? Infinity;
    return [{ ...rewind, destroyedByNs, restoredAfterNs: healedAtNs }];
  });
}

/** By the cluster that answered; undefined where nobody did, or it cannot be told which. */
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
    const { outcome } = operation;
    if (outcome.type !== "ok") return undefined;
    return outcome.header ? epochs.get(outcome.header.clusterId) : epochByTimes(operation, rewinds);
  };
}

/** Undefined where more than one cluster may have answered. */
function epochByTimes(
  { invokedAtNs, completedAtNs = Infinity }: Operation,
  rewinds: readonly PlacedRewind[],
): number | undefined {
  const earliest = rewinds.filter(({ destroyedByNs }) => destroyedByNs < invokedAtNs).length;
  const latest = rewinds.filter(({ restoredAfterNs }) => restoredAfterNs < completedAtNs).length;
  return earliest === latest ? earliest : undefined;
}

function answerOf({ outcome }: Operation) {
  return outcome.type === "ok" ? outcome.header : undefined;
}

/**
 * For each rewind the event by which a client had been told a revision above the snapshot's: what was
 * asked for later came later. Infinity where nobody was.
 */
function leftBehindIn(
  operations: readonly Operation[],
  { rewinds, epochOf }: { readonly rewinds: readonly PlacedRewind[]; readonly epochOf: EpochOf },
): number[] {
  const events = rewinds.map(() => Infinity);
  for (const operation of operations) {
    const answer = answerOf(operation);
    const epoch = answer && epochOf(operation);
    if (!answer || epoch === undefined || operation.completedIndex === undefined) continue;
    const rewind = rewinds[epoch];
    if (!rewind || answer.revision <= rewind.revision) continue;
    events[epoch] = Math.min(events[epoch] ?? Infinity, operation.completedIndex);
  }
  return events;
}

interface Placed {
  readonly rewinds: readonly PlacedRewind[];
  readonly leftBehind: readonly number[];
  /** The epoch in which it was answered. */
  readonly own: number | undefined;
  readonly isInSnapshot: InSnapshot;
}

/** What an operation is in the history of an epoch: one operation, or none. */
function seenFrom<I extends Input, Output>(
  epoch: number,
  operation: Operation<I, Output>,
  { rewinds, own, isInSnapshot, leftBehind }: Placed,
): Operation<I, Output>[] {
  if (own === epoch) return [operation];
  if (own !== undefined && own < epoch) {
    const told = answerOf(operation)?.revision;
    const isKept = rewinds.slice(own, epoch).map(({ revision: snapshot }) => {
      return told === undefined ? false : isInSnapshot(operation.input, { told, snapshot });
    });
    if (!isKept.includes(undefined) && !isKept.includes(false)) return [operation];
    const isTooLate = operation.index > (leftBehind[own] ?? Infinity);
    if (isKept.includes(false) || isTooLate) return [{ ...operation, outcome: undone }];
    return [unknown(operation)];
  }
  // Before it was asked it did nothing, and the cluster of this epoch may have been gone by then.
  const rewind = rewinds[epoch];
  if (rewind && operation.invokedAtNs > rewind.restoredAfterNs) return [];
  return [operation.outcome.type === "ok" ? unknown(operation) : operation];
}

function unknown<I extends Input, Output>(operation: Operation<I, Output>): Operation<I, Output> {
  return { ...operation, outcome: { type: "info" } };
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
