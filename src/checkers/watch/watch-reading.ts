import type { History } from "../../core/history.js";
import type { Input, Operation } from "../../core/operation.js";
import { inTurn, type Pauses } from "../set-full/pauses.js";
import { WatchLog } from "./watch-log.js";
import type { RecordedWatch, RevisionFacts, WatchAdapter } from "./watch-record.js";

/** A history as the checkers of watches see it. */
export interface WatchReading {
  readonly adapter: WatchAdapter;
  readonly watches: readonly RecordedWatch[];
  /** In the order of their calls: operations that tell something besides what watches were told. */
  readonly facts: readonly { readonly operation: Operation; readonly facts: RevisionFacts }[];
  readonly log: WatchLog;
  /** Events that all watches together were told. */
  readonly events: number;
}

const readings = new WeakMap<object, WeakMap<object, WatchReading>>();

/** Read once for all checkers of a history. Undefined where the time was up. */
export async function readWatches<I extends Input, Output>(
  history: History<I, Output>,
  adapter: WatchAdapter<I, Output>,
  pauses: Pauses,
): Promise<WatchReading | undefined> {
  let known = readings.get(history);
  if (!known) readings.set(history, (known = new WeakMap()));
  const before = known.get(adapter);
  if (before) return before;
  const reading = await read(history, adapter, pauses);
  if (reading) known.set(adapter, reading);
  return reading;
}

/** As if there were nothing else in its history. */
export function readingOfOne<I extends Input, Output>(
  watch: RecordedWatch,
  adapter: WatchAdapter<I, Output>,
): WatchReading {
  const log = new WatchLog();
  log.order();
  return { adapter: adapter, watches: [watch], facts: [], log, events: eventsIn(watch.messages) };
}

async function read<I extends Input, Output>(
  { operations }: History<I, Output>,
  adapter: WatchAdapter<I, Output>,
  pauses: Pauses,
): Promise<WatchReading | undefined> {
  const watches: RecordedWatch[] = [];
  const facts: WatchReading["facts"][number][] = [];
  const log = new WatchLog();
  const isRead = await inTurn(operations, pauses, (operation) => {
    for (const watch of adapter.watchesOf(operation)) watches.push(watch);
    const told = adapter.factsOf(operation);
    if (told) facts.push({ operation, facts: told });
  });
  if (!isRead) return undefined;
  // What was acknowledged is taken first: it tells all of its revision.
  const isFiled = await inTurn(facts, pauses, (one) => {
    log.addWrite(one.operation, one.facts);
  });
  const isShown =
    isFiled &&
    (await inTurn(facts, pauses, (one) => {
      log.addFound(one.operation, one.facts);
    }));
  const isWatched =
    isShown &&
    (await inTurn(watches, pauses, (watch) => {
      log.addWatch(watch);
    }));
  if (!isWatched) return undefined;
  log.order();
  const events = watches.reduce((sum, { messages }) => sum + eventsIn(messages), 0);
  return { adapter: adapter, watches, facts, log, events };
}

function eventsIn(messages: RecordedWatch["messages"]): number {
  return messages.reduce((sum, { events }) => sum + events.length, 0);
}
