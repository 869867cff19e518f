import { describe, expect, it } from "vitest";
import { illegal } from "../porcupine-ts/model.js";
import { type QueueInput, queueModel, type QueueOutput } from "./queue.js";

const key = "";
const enqueue: QueueInput = { f: "enqueue", key, value: "3" };
const dequeue: QueueInput = { f: "dequeue", key };
const took = (taken: string | null): QueueOutput => ({ taken });

const cases: [string, string[], QueueInput, QueueOutput | undefined, string[] | "illegal"][] = [
  ["enqueue", ["1"], enqueue, { done: true }, ["1", "3"]],
  ["enqueue without an answer", [], enqueue, undefined, ["3"]],
  ["dequeue of what is first", ["1", "2"], dequeue, took("1"), ["2"]],
  ["dequeue of what is not", ["1", "2"], dequeue, took("2"), "illegal"],
  ["dequeue of what is not there", [], dequeue, took("2"), "illegal"],
  ["dequeue that found nothing", [], dequeue, took(null), []],
  ["dequeue that found nothing where something is", ["1"], dequeue, took(null), "illegal"],
  ["dequeue without an answer", ["1", "2"], dequeue, undefined, ["2"]],
  ["dequeue without an answer where nothing is", [], dequeue, undefined, []],
];

it("starts empty, one queue a key", () => {
  expect(queueModel.init()).toEqual([]);
  expect(queueModel.partition?.({ f: "dequeue", key: "a" })).toBe("a");
});

describe("step", () => {
  it.each(cases)("%s", (_, state, input, output, expected) => {
    const after = queueModel.step(state, input, output);
    expect(after === illegal ? "illegal" : after).toEqual(expected);
  });
});

it.each(cases)("says of itself what holds: %s", (_, state, input, output, expected) => {
  if (queueModel.readOnly?.(input, output) && expected !== "illegal") {
    expect(expected).toEqual(state);
  }
  const action = queueModel.queue?.classify(input, output);
  if (action?.kind === "enqueue") expect(expected).toEqual([...state, action.value]);
  if (action?.kind === "dequeueUnknown") expect(expected).toEqual(state.slice(1));
  if (action?.kind === "empty") expect(expected).toEqual(state.length === 0 ? [] : "illegal");
  if (action?.kind === "dequeue") {
    expect(expected).toEqual(state[0] === action.value ? state.slice(1) : "illegal");
  }
});

it("is described in words", () => {
  expect(queueModel.describeOperation?.(enqueue, undefined)).toBe("maybe enqueued 3");
  expect(queueModel.describeOperation?.(dequeue, undefined)).toBe("maybe dequeued something");
  expect(queueModel.describeState?.(["1", "2"])).toBe("[1, 2]");
  expect(queueModel.explain?.([], dequeue, took("1"))).toBe(
    "it dequeued 1, but the queue was empty",
  );
  expect(queueModel.explain?.(["1"], dequeue, took(null))).toBe(
    "it found it empty, but the queue held 1",
  );
  expect(queueModel.explain?.(["1", "2"], dequeue, took("2"))).toBe(
    "it dequeued 2, but the queue held 2 values, 1 first",
  );
});
