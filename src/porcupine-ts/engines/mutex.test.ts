import { describe, expect, it } from "vitest";
import { type MutexInput, mutexModel as model } from "../../models/mutex.js";
import { engineOutcome } from "../../testing/engine-outcome.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import { type Draw, drawFrom, type Times } from "../../testing/register-histories.js";
import type { Operation } from "../model.js";
import { mutexColumns, mutexPart } from "../parts/mutex-columns.js";
import { decideMutex } from "./mutex.js";

type MutexOperation = Operation<MutexInput, "done">;

/** What the engine says; an order that it gives is checked. */
function outcomeOf(history: readonly MutexOperation[]): string {
  return engineOutcome(model, history, (recorded, part, its) => {
    const columns = mutexColumns(model, recorded);
    const mutex = columns && mutexPart(columns, part, its);
    return mutex && decideMutex(mutex);
  });
}

function operation(f: MutexInput["f"], [call, returned]: Times): MutexOperation {
  const input = { f, key: "" };
  return returned === undefined
    ? { input, call }
    : { input, output: "done", call, return: returned };
}

const acquire = (times: Times) => operation("acquire", times);
const release = (times: Times) => operation("release", times);

/** Mostly in turns, about where they are called; valid and invalid are both frequent. */
function mostlyInTurns(draw: Draw, size: number): MutexOperation[] {
  const width = 1 + draw(8);
  const unknownPercent = draw(3) * 15;
  return Array.from({ length: size }, (_, index) => {
    const isTurn = draw(5) > 0;
    const f = (isTurn ? index : draw(2)) % 2 === 0 ? "acquire" : "release";
    const call = 2 * index - draw(width);
    const returned = Math.max(call, 2 * index + draw(width));
    return operation(f, draw(100) < unknownPercent ? [call] : [call, returned]);
  });
}

it("says what trying all orders says of 12,000 histories, always", () => {
  const counts = { valid: 0, invalid: 0 };
  for (let seed = 0; seed < 12_000; seed++) {
    const draw = drawFrom(seed);
    const history = mostlyInTurns(draw, draw(9));
    const expected = hasOrder(model, history) ? "valid" : "invalid";
    expect({ seed, outcome: outcomeOf(history) }).toEqual({ seed, outcome: expected });
    counts[expected]++;
  }
  expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(2_000);
});

it("decides what 200 clients did to a lock, which would take a search forever", () => {
  const draw = drawFrom(1);
  const history = Array.from({ length: 20_000 }, (_, index) => {
    const times: Times = [2 * index - draw(200), 2 * index + 1 + draw(200)];
    return operation(index % 2 === 0 ? "acquire" : "release", times);
  });
  expect(outcomeOf(history)).toBe("valid");
  expect(outcomeOf([...history, acquire([1e6, 1e6 + 1]), acquire([2e6, 2e6 + 1])])).toBe("invalid");
});

describe("drawn by hand", () => {
  it.each<[string, readonly MutexOperation[]]>([
    ["two who hold it", [acquire([0, 1]), acquire([2, 3])]],
    ["a release of what is free", [release([0, 1])]],
    ["two who hold it at once", [acquire([0, 9]), acquire([0, 9])]],
    [
      "an unanswered release that was called too late",
      [acquire([0, 1]), acquire([2, 3]), release([4])],
    ],
    [
      "one unanswered release for two",
      [acquire([0, 1]), release([0]), acquire([2, 3]), acquire([4, 5])],
    ],
  ])("rejects %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(false);
    expect(outcomeOf(history)).toBe("invalid");
  });

  it.each<[string, readonly MutexOperation[]]>([
    ["only what never returned", [release([0]), acquire([1])]],
    ["one who acquires it", [acquire([0, 1])]],
    ["turns that overlap", [release([0, 9]), acquire([0, 9]), acquire([0, 9])]],
    ["an unanswered release between", [acquire([0, 1]), release([2]), acquire([3, 4])]],
    ["an unanswered one that is not needed", [acquire([0, 1]), acquire([0]), release([2, 3])]],
    [
      "the one that returns first of two",
      [acquire([0, 20]), acquire([1, 3]), release([4, 5]), release([21, 22])],
    ],
  ])("accepts %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(true);
    expect(outcomeOf(history)).toBe("valid");
  });
});
