import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import type { Anomalies } from "./anomalies.js";
import type { Writer } from "./writers.js";

/** For each revision the first answer in time that told of it. */
export type FirstTold = ReadonlyMap<number, Operation>;

/**
 * Tells of writes that have a revision which was there before they were asked for: an answer of that
 * revision, or of a higher one, had come. Goes by the order of events. Answers that look are not
 * held against each other here: monotonic-revision does that.
 */
export function compareWithTime(
  writers: readonly Writer[],
  firstTold: FirstTold,
  anomalies: Anomalies,
): void {
  const written = writers
    .flatMap((writer) => (writer.revision === undefined ? [] : [{ writer, at: writer.revision }]))
    .sort((a, b) => b.at - a.at || a.writer.operation.index - b.writer.operation.index);
  const told = [...firstTold].sort(([a], [b]) => b - a);
  let place = 0;
  let earliest: { readonly revision: number; readonly operation: Operation } | undefined;
  // From the highest revision down, with the earliest answer that told of so high a one.
  for (const { writer, at } of written) {
    for (let next = told[place]; next && next[0] >= at; next = told[++place]) {
      const [revision, operation] = next;
      if (!earliest || answeredAt(operation) < answeredAt(earliest.operation)) {
        earliest = { revision, operation };
      }
    }
    const { operation } = writer;
    if (!earliest || answeredAt(earliest.operation) > operation.index) continue;
    const message =
      `${who(operation)} wrote at revision ${at}, although ${who(earliest.operation)} had been told ` +
      `of revision ${earliest.revision} before it asked`;
    anomalies.tell("against-time", String(operation.index), message, [
      earliest.operation,
      operation,
      ...(writer.seenBy ? [writer.seenBy] : []),
    ]);
  }
}

/** Takes in an answer of this revision. */
export function tellOf(
  firstTold: Map<number, Operation>,
  revision: number,
  operation: Operation,
): void {
  const known = firstTold.get(revision);
  if (known && answeredAt(known) <= answeredAt(operation)) return;
  firstTold.set(revision, operation);
}

function answeredAt({ completedIndex = Infinity }: Operation): number {
  return completedIndex;
}
