import { answerOf, type KvOperation } from "./kv-operation.js";

/** How far the store's revision had come, as far as answers tell. */
export interface Progress {
  /** It was at least this before that moment; 0 where no answer had told of any. */
  reachedBy(index: number): number;
  /** Whatever made this revision was called before that moment; Infinity where no answer tells. */
  neededBy(revision: number): number;
}

export function progressOf(operations: readonly KvOperation[]): Progress {
  const told: { readonly end: number; readonly revision: number }[] = [];
  for (const operation of operations) {
    const answer = answerOf(operation);
    const { completedIndex } = operation;
    if (answer && completedIndex !== undefined) {
      told.push({ end: completedIndex, revision: answer.revision });
    }
  }
  told.sort((a, b) => a.end - b.end);
  const ends = told.map(({ end }) => end);
  const reached = runningMost(told.map(({ revision }) => revision));
  const byRevision = told.toSorted((a, b) => b.revision - a.revision);
  const revisions = byRevision.map(({ revision }) => -revision);
  const needed = runningMost(byRevision.map(({ end }) => -end)).map((end) => -end);
  return {
    reachedBy: (index) => reached[countBelow(ends, index) - 1] ?? 0,
    neededBy: (revision) => needed[countBelow(revisions, 1 - revision) - 1] ?? Infinity,
  };
}

function runningMost(numbers: readonly number[]): number[] {
  let most = -Infinity;
  return numbers.map((number) => (most = Math.max(most, number)));
}

/** Of ascending whole numbers. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
