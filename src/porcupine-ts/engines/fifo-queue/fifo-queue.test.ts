import { describe, expect, it } from "vitest";
import { queueModel as model } from "../../../models/queue.js";
import { engineOutcome } from "../../../testing/engine-outcome.js";
import { hasOrder } from "../../../testing/linearizability-oracle.js";
import { queueHistory, type QueueOperation } from "../../../testing/queue-histories.js";
import { drawFrom, type Times } from "../../../testing/register-histories.js";
import type { QueueAction } from "../../model.js";
import { queueColumns, queueParts } from "../../parts/queue-columns.js";
import { decideFifoQueue } from "./fifo-queue.js";

/** What the engine says; an order that it gives is checked. */
function outcomeOf(history: readonly QueueOperation[], as: typeof model = model): string {
  return engineOutcome(as, history, (recorded, part, its) => {
    const columns = queueColumns(as, recorded);
    const queue = columns && queueParts(columns)(part, its);
    return queue && decideFifoQueue(queue);
  });
}

const key = "";

function operation(
  input: QueueOperation["input"],
  output: QueueOperation["output"],
  [call, returned]: Times,
): QueueOperation {
  return returned === undefined ? { input, call } : { input, output, call, return: returned };
}

const enqueue = (value: string, times: Times) =>
  operation({ f: "enqueue", key, value }, { done: true }, times);
const dequeue = (taken: string | null, times: Times) =>
  operation({ f: "dequeue", key }, { taken }, times);

it.each([0, 1])("says what trying all orders says of 6,000 histories, from seed %i", (part) => {
  const counts: Record<string, number> = {};
  for (let seed = part * 6_000; seed < (part + 1) * 6_000; seed++) {
    const draw = drawFrom(seed);
    const isUnique = draw(3) > 0;
    const history = queueHistory(draw, {
      operations: draw(9),
      clients: 1 + draw(5),
      spoilt: draw(4),
      unknownPercent: draw(3) * 15,
      repeatedPercent: isUnique ? 0 : 25,
    });
    const outcome = outcomeOf(history);
    const expected = hasOrder(model, history) ? "valid" : "invalid";
    if (outcome !== "undecided") expect({ seed, outcome }).toEqual({ seed, outcome: expected });
    const isKnown = history.every(({ return: returned }) => returned !== undefined);
    const counted = `${isUnique ? "unique" : "repeated"} ${isKnown ? "known" : "unknown"} ${outcome}`;
    counts[counted] = (counts[counted] ?? 0) + 1;
  }
  expect(counts["unique known valid"]).toBeGreaterThan(1_000);
  expect(counts["unique known invalid"]).toBeGreaterThan(200);
  expect(counts["unique known undecided"] ?? 0).toBeLessThan(5);
  expect(counts["unique unknown valid"]).toBeGreaterThan(500);
  expect(counts["unique unknown invalid"]).toBeGreaterThan(50);
  expect(counts["unique unknown undecided"] ?? 0).toBeLessThan(20);
});

it.each([5, 20])("decides nearly all that %i clients did to a queue", (clients) => {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 50; seed++) {
    const options = { operations: 500, spoilt: 0, unknownPercent: 1, repeatedPercent: 0 };
    const outcome = outcomeOf(queueHistory(drawFrom(seed), { ...options, clients }));
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  expect(counts["invalid"]).toBeUndefined();
  expect(counts["valid"]).toBeGreaterThan(40);
});

describe("drawn by hand", () => {
  it.each<[string, readonly QueueOperation[]]>([
    ["a value that nobody enqueued", [dequeue("a", [0, 1])]],
    ["a value that was enqueued later", [dequeue("a", [0, 1]), enqueue("a", [2, 3])]],
    ["a value twice", [enqueue("a", [0, 1]), dequeue("a", [2, 5]), dequeue("a", [2, 5])]],
    [
      "the second before the first",
      [enqueue("a", [0, 1]), enqueue("b", [2, 3]), dequeue("b", [4, 5]), dequeue("a", [6, 7])],
    ],
    ["the second alone", [enqueue("a", [0, 1]), enqueue("b", [2, 3]), dequeue("b", [4, 5])]],
    ["nothing where something is", [enqueue("a", [0, 1]), dequeue(null, [2, 3])]],
    [
      "nothing where at each moment something is",
      [
        enqueue("a", [0, 1]),
        enqueue("b", [3, 4]),
        dequeue(null, [2, 9]),
        dequeue("a", [5, 6]),
        dequeue("b", [10, 11]),
      ],
    ],
    [
      "more that vanished than one operation can have taken",
      [enqueue("a", [0, 1]), enqueue("b", [2, 3]), dequeue(null, [0]), dequeue(null, [4, 5])],
    ],
  ])("rejects %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(false);
    expect(outcomeOf(history)).toBe("invalid");
  });

  it.each<[string, readonly QueueOperation[]]>([
    ["nothing where nothing is", [dequeue(null, [0, 1])]],
    ["nothing before a slow enqueue", [enqueue("a", [0, 9]), dequeue(null, [1, 2])]],
    [
      "nothing between two values",
      [
        enqueue("a", [0, 1]),
        dequeue(null, [0, 9]),
        dequeue("a", [2, 5]),
        enqueue("b", [4, 6]),
        dequeue("b", [7, 10]),
      ],
    ],
    [
      "either first where both are enqueued at once",
      [enqueue("a", [0, 9]), enqueue("b", [0, 9]), dequeue("b", [10, 11]), dequeue("a", [12, 13])],
    ],
    ["an unanswered enqueue that was seen", [enqueue("a", [0]), dequeue("a", [1, 2])]],
    ["an unanswered enqueue that was not", [enqueue("a", [0]), dequeue(null, [1, 2])]],
    [
      "a value that an unanswered dequeue took",
      [enqueue("a", [0, 1]), enqueue("b", [2, 3]), dequeue(null, [2]), dequeue("b", [4, 5])],
    ],
    ["values that are still there", [enqueue("a", [0, 1]), enqueue("b", [0, 1])]],
  ])("accepts %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(true);
    expect(outcomeOf(history)).toBe("valid");
  });

  it("does not decide a value that was enqueued twice", () => {
    const history = [enqueue("a", [0, 1]), enqueue("a", [2, 3]), dequeue("a", [4, 5])];
    expect(outcomeOf(history)).toBe("undecided");
    expect(outcomeOf([...history, dequeue("a", [6, 7])])).toBe("undecided");
  });
});

describe("a model that does not say what it should", () => {
  const saying = (action: QueueAction): typeof model => ({
    ...model,
    queue: { classify: () => action },
  });

  it("is not believed that something unanswered took a value that is known", () => {
    const model = saying({ kind: "dequeue", value: "a" });
    expect(outcomeOf([dequeue("a", [0])], model)).toBe("none");
  });

  it("is not believed that something returned whose value is not known", () => {
    expect(outcomeOf([dequeue("a", [0, 1])], saying({ kind: "dequeueUnknown" }))).toBe("none");
  });
});
