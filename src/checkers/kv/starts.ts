import {
  answerOf,
  isSerializable,
  type KvOperation,
  mayWrite,
  revisionMadeBy,
  shownIn,
} from "./kv-operation.js";

/** Revisions that a store without keys may have had before the first operation, as a range. */
export interface Starts {
  readonly earliest: number;
  readonly latest: number;
}

/**
 * The first answers tell how far the store had come by then. Each revision before that was made by a
 * write that told none: there are no more of those than writes of unknown outcome, and revoked
 * leases, that were asked for before the answer came.
 */
export function startsOf(operations: readonly KvOperation[]): Starts {
  let latest = Infinity;
  let toldBy = Infinity;
  for (const operation of operations) {
    const bound = boundBy(operation);
    if (bound > latest) continue;
    const end = operation.completedIndex ?? Infinity;
    toldBy = bound < latest ? end : Math.min(toldBy, end);
    latest = bound;
  }
  if (latest === Infinity) return { earliest: 1, latest: newestNamed(operations) };
  const untold = operations.filter(
    (operation) => operation.index < toldBy && mayHaveMadeUntold(operation),
  );
  return { earliest: Math.max(1, latest - untold.length), latest: Math.max(1, latest) };
}

function boundBy(operation: KvOperation): number {
  const answer = answerOf(operation);
  if (!answer) return Infinity;
  let bound = Infinity;
  for (const { createRevision } of shownIn(answer)) bound = Math.min(bound, createRevision - 1);
  // A member may be as far behind as before the run.
  if (isSerializable(operation)) return bound;
  return Math.min(bound, answer.revision - (revisionMadeBy(operation) === undefined ? 0 : 1));
}

function mayHaveMadeUntold(operation: KvOperation): boolean {
  const { input, outcome } = operation;
  if (outcome.type === "info") return mayWrite(input);
  return input.f === "revoke" && answerOf(operation) !== undefined;
}

/** Where no answer tells a bound, a later start is like this one. */
function newestNamed(operations: readonly KvOperation[]): number {
  let newest = 1;
  for (const operation of operations) {
    newest = Math.max(newest, answerOf(operation)?.revision ?? 0);
    const { input } = operation;
    if (input.f === "compact") newest = Math.max(newest, input.request.revision);
  }
  return newest;
}
