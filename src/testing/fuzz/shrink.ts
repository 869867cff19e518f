import type { Operation } from "../../porcupine-ts/model.js";
import type { HistoryOf } from "./subject.js";

/** Enough for any short history, and an end for a long one. */
const mostTries = 5_000;

/**
 * A simpler history that still shows the same trouble: fewer operations, then fewer values, then
 * narrower and simpler times, as long as `stillShows`. Each step makes it simpler in one of these
 * and in none worse, so that it ends.
 */
export async function shrink<Input, Output>(
  history: HistoryOf<Input, Output>,
  stillShows: (history: HistoryOf<Input, Output>) => Promise<boolean>,
): Promise<HistoryOf<Input, Output>> {
  let simplest = history;
  let tries = 0;
  for (let again = true; again;) {
    again = false;
    for (const simpler of simplerHistories(simplest)) {
      if (++tries > mostTries) return simplest;
      if (!(await stillShows(simpler))) continue;
      simplest = simpler;
      again = true;
      break;
    }
  }
  return simplest;
}

function* simplerHistories<Input, Output>(
  history: HistoryOf<Input, Output>,
): Generator<HistoryOf<Input, Output>> {
  yield* withoutSome(history);
  yield* withFewerValues(history);
  yield* withSimplerTimes(history);
}

/** Half of it first, single operations last. */
function* withoutSome<T>(items: readonly T[]): Generator<readonly T[]> {
  for (
    let size = Math.ceil(items.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < items.length; from += size) {
      yield [...items.slice(0, from), ...items.slice(from + size)];
    }
  }
}

/** With one value put in the place of another, everywhere; the smaller one stays. */
function* withFewerValues<Input, Output>(
  history: HistoryOf<Input, Output>,
): Generator<HistoryOf<Input, Output>> {
  const values = [...valuesIn(history)];
  for (const value of values) {
    for (const other of values) {
      if (typeof value !== typeof other || !isSimpler(other, value)) continue;
      yield history.map((operation) => ({
        ...operation,
        input: replaced(operation.input, value, other),
        ...(operation.output !== undefined && {
          output: replaced(operation.output, value, other),
        }),
      }));
    }
  }
}

type Value = string | number;

function isSimpler(a: Value, b: Value): boolean {
  return String(a).length === String(b).length ? a < b : String(a).length < String(b).length;
}

/** What says which operation it is. */
const kept = new Set(["f", "on"]);

function valuesIn(thing: unknown, found = new Set<Value>()): Set<Value> {
  if (typeof thing === "string" || typeof thing === "number") found.add(thing);
  if (Array.isArray(thing)) for (const each of thing) valuesIn(each, found);
  else if (typeof thing === "object" && thing !== null) {
    for (const [name, each] of Object.entries(thing)) {
      if (!kept.has(name) && name !== "call" && name !== "return") valuesIn(each, found);
    }
  }
  return found;
}

/** The same thing in all else. */
function replaced<T>(thing: T, value: Value, other: Value): T {
  const text = JSON.stringify(thing, (name, each: unknown) =>
    each === value && !kept.has(name) ? other : each,
  );
  // What was plain data before is of the same type after: only leaves of one type were replaced.
  return JSON.parse(text) as T;
}

function* withSimplerTimes<Input, Output>(
  history: HistoryOf<Input, Output>,
): Generator<HistoryOf<Input, Output>> {
  const ranked = withRanks(history);
  if (sumOfTimes(ranked) < sumOfTimes(history)) yield ranked;
  for (const [index, operation] of history.entries()) {
    for (const narrower of narrowerTimes(operation)) {
      yield history.with(index, narrower);
    }
  }
}

/** The moments that occur, numbered: the order stays, and what happened at the same time. */
function withRanks<Input, Output>(history: HistoryOf<Input, Output>): Operation<Input, Output>[] {
  const moments = history.flatMap(({ call, return: returned = call }) => [call, returned]);
  const ranks = new Map(
    [...new Set(moments)].sort((a, b) => a - b).map((time, rank) => [time, rank]),
  );
  const rankOf = (time: number) => ranks.get(time) ?? time;
  return history.map((operation) =>
    operation.return === undefined
      ? { ...operation, call: rankOf(operation.call) }
      : { ...operation, call: rankOf(operation.call), return: rankOf(operation.return) },
  );
}

/** Negative times count as much as large ones. */
function sumOfTimes(history: HistoryOf<unknown, unknown>): number {
  return history.reduce(
    (sum, { call, return: returned = call }) => sum + Math.abs(call) + Math.abs(returned),
    0,
  );
}

function narrowerTimes<Input, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output>[] {
  const { call, return: returned } = operation;
  if (returned === undefined || returned <= call) return [];
  const times = [
    { call, return: call },
    { call: returned, return: returned },
    { call, return: returned - 1 },
    { call: call + 1, return: returned },
  ];
  return times
    .filter((narrower) => narrower.call <= narrower.return)
    .map((narrower) => ({ ...operation, ...narrower }));
}
