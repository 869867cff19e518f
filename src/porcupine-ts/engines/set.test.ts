import { describe, expect, it } from "vitest";
import { setModel as model } from "../../models/set.js";
import { engineOutcome } from "../../testing/engine-outcome.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import { drawFrom, type Times } from "../../testing/register-histories.js";
import { setHistory, type SetOperation } from "../../testing/set-histories.js";
import { setColumns, setParts } from "../parts/set-columns.js";
import { decideGrowOnlySet } from "./set.js";

/** What the engine says; an order that it gives is checked. */
function outcomeOf(history: readonly SetOperation[]): string {
  return engineOutcome(model, history, (recorded, part, its) => {
    const columns = setColumns(model, recorded);
    const set = columns && setParts(columns)(part, its);
    return set && decideGrowOnlySet(set);
  });
}

const key = "";

function add(element: string, [call, returned]: Times): SetOperation {
  const input = { f: "add", key, element } as const;
  return returned === undefined
    ? { input, call }
    : { input, output: { done: true }, call, return: returned };
}

/** The elements as one word of single letters. */
function read(elements: string, [call, returned]: Times): SetOperation {
  const output = { elements: Array.from(elements) };
  return { input: { f: "read", key }, output, call, return: returned };
}

it.each([0, 1])("says what trying all orders says of 6,000 histories, from seed %i", (part) => {
  const counts: Record<string, number> = {};
  for (let seed = part * 6_000; seed < (part + 1) * 6_000; seed++) {
    const draw = drawFrom(seed);
    const isUnique = draw(3) > 0;
    const history = setHistory(draw, {
      operations: draw(9),
      clients: 1 + draw(5),
      spoilt: draw(4),
      unknownPercent: draw(3) * 15,
      repeatedPercent: isUnique ? 0 : 25,
    });
    const outcome = outcomeOf(history);
    const expected = hasOrder(model, history) ? "valid" : "invalid";
    if (outcome === "valid" || outcome === "invalid") {
      expect({ seed, outcome }).toEqual({ seed, outcome: expected });
    }
    const counted = `${isUnique ? "unique" : "repeated"} ${outcome}`;
    counts[counted] = (counts[counted] ?? 0) + 1;
  }
  expect(counts["unique valid"]).toBeGreaterThan(1_000);
  expect(counts["unique invalid"]).toBeGreaterThan(300);
  expect(counts["unique undecided"]).toBeUndefined();
  expect(counts["repeated valid"]).toBeGreaterThan(500);
  expect(counts["repeated invalid"]).toBeGreaterThan(100);
});

it("decides what 20 clients did to a set, 2 of 100 answers lost", () => {
  const history = setHistory(drawFrom(1), {
    operations: 2_000,
    clients: 20,
    spoilt: 0,
    unknownPercent: 2,
    repeatedPercent: 0,
  });
  expect(outcomeOf(history)).toBe("valid");
});

describe("drawn by hand", () => {
  it.each<[string, readonly SetOperation[]]>([
    ["an element that nobody added", [read("a", [0, 1])]],
    ["an element that was added later", [read("a", [0, 1]), add("a", [2, 3])]],
    ["an element that was lost", [add("a", [0, 1]), read("", [2, 3])]],
    [
      "reads of which neither found what the other did",
      [add("a", [0, 9]), add("b", [0, 9]), read("a", [0, 9]), read("b", [0, 9])],
    ],
    [
      "an element that is there and then is not",
      [add("a", [0]), read("a", [1, 2]), read("", [3, 4])],
    ],
    [
      "an element that nobody added, where another was added twice",
      [add("a", [0, 1]), add("a", [2, 3]), read("ab", [4, 5])],
    ],
  ])("rejects %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(false);
    expect(outcomeOf(history)).toBe("invalid");
  });

  it.each<[string, readonly SetOperation[]]>([
    ["one read", [read("", [0, 1])]],
    ["reads around a slow add", [add("a", [0, 9]), read("", [1, 2]), read("a", [3, 4])]],
    ["an unanswered add that was found", [add("a", [0]), read("a", [1, 2])]],
    ["an unanswered add that was not", [add("a", [0]), read("", [1, 2])]],
    ["what was added twice and never looked for", [add("a", [0, 1]), add("a", [2, 3])]],
  ])("accepts %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(true);
    expect(outcomeOf(history)).toBe("valid");
  });

  it("does not decide what was added twice and found", () => {
    expect(outcomeOf([add("a", [0, 1]), add("a", [2, 3]), read("a", [4, 5])])).toBe("undecided");
  });

  it("is not asked about a read that names an element twice", () => {
    expect(outcomeOf([add("a", [0, 1]), read("aa", [2, 3])])).toBe("none");
  });
});
