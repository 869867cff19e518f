import type { Model } from "../model.js";
import { type MutexPart, mutexColumns, mutexPart } from "../parts/mutex-columns.js";
import { queueColumns, queueKinds, type QueuePart, queueParts } from "../parts/queue-columns.js";
import type { Recorded } from "../parts/recorded.js";
import {
  type RevisionPart,
  revisionColumns,
  revisionPart,
  type RevisionSteps,
  revisionSteps,
  roles,
} from "../parts/revision-columns.js";
import { setColumns, setKinds, type SetPart, setParts } from "../parts/set-columns.js";
import type { Part } from "../parts/split.js";
import { never, type Timeline } from "../parts/timeline.js";

/** Operations as engines for one kind of system see them, where the model says that they are that. */
export interface Views<State> {
  readonly revisions?: { readonly part: RevisionPart; readonly steps: RevisionSteps<State> };
  readonly mutex?: MutexPart;
  readonly set?: SetPart;
  readonly queue?: QueuePart;
}

const noViews = {};

type Some = Pick<Part, "timeline" | "indexes">;

/** Gives the views of operations of part number `its`. Reads the whole history once, before. */
export function prepareViews<State, Input, Output>(
  model: Model<State, Input, Output>,
  recorded: Recorded<Input, Output>,
): (some: Some, its: number) => Views<State> {
  const revisions = revisionColumns(model, recorded);
  const mutex = mutexColumns(model, recorded);
  const set = setColumns(model, recorded);
  const setOf = set && setParts(set);
  const queue = queueColumns(model, recorded);
  const queueOf = queue && queueParts(queue);
  if (!revisions && !mutex && !set && !queue) return () => noViews;
  return (some, its) => {
    const itsRevisions = revisions && revisionPart(revisions, some, its);
    const itsMutex = mutex && mutexPart(mutex, some, its);
    const itsSet = setOf?.(some, its);
    const itsQueue = queueOf?.(some, its);
    return {
      ...(itsRevisions && {
        revisions: { part: itsRevisions, steps: revisionSteps(model, recorded, some.indexes) },
      }),
      ...(itsMutex && { mutex: itsMutex }),
      ...(itsSet && { set: itsSet }),
      ...(itsQueue && { queue: itsQueue }),
    };
  };
}

/**
 * The same of a beginning of the history, in which operations that had not returned yet have the
 * answer that came later. Engines know no answers of what never returned. What only looks may be
 * left out then, and is; what would move to a revision is left to be found out; and a queue from
 * which a known value was perhaps taken is none that its engine knows.
 */
export function asOfBeginning<State>({ revisions, mutex, set, queue }: Views<State>): Views<State> {
  const isQueueKnown =
    queue && !isAnyPending(queue, (number) => queue.kind[number] === queueKinds.dequeue);
  return {
    ...(mutex && { mutex }),
    ...(revisions && {
      revisions: { ...revisions, part: { ...revisions.part, role: pendingRoles(revisions.part) } },
    }),
    ...(set && { set: { ...set, kind: pendingSetKinds(set) } }),
    ...(isQueueKnown && { queue }),
  };
}

function isAnyPending({ count, returnedAt }: Timeline, is: (number: number) => boolean): boolean {
  for (let number = 0; number < count; number++) {
    if (returnedAt[number] === never && is(number)) return true;
  }
  return false;
}

function pendingRoles({ role, returnedAt }: RevisionPart): Uint8Array {
  return role.map((its, number) => {
    if (returnedAt[number] !== never || its === roles.nothing) return its;
    return its === roles.looks ? roles.nothing : roles.perhaps;
  });
}

function pendingSetKinds({ kind, returnedAt }: SetPart): Uint8Array {
  return kind.map((its, number) =>
    returnedAt[number] === never && its === setKinds.read ? setKinds.nothing : its,
  );
}
