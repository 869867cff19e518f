import { describe, expect, it } from "vitest";
import type { RegisterOutput } from "../../models/register.js";
import { versionedRegisterModel as model } from "../../models/versioned-register.js";
import { engineOutcome } from "../../testing/engine-outcome.js";
import { hasOrder } from "../../testing/linearizability-oracle.js";
import { drawFrom, type Times } from "../../testing/register-histories.js";
import { type VersionedOperation, versionedHistory } from "../../testing/versioned-histories.js";
import { revisionColumns, revisionPart, revisionSteps } from "../parts/revision-columns.js";
import { decideBySweep } from "./sweep.js";

/** What the sweep says; an order that it gives is checked. */
function outcomeOf(history: readonly VersionedOperation[]): string {
  return engineOutcome(model, history, (recorded, part, its) => {
    const columns = revisionColumns(model, recorded);
    const revisions = columns && revisionPart(columns, part, its);
    return revisions && decideBySweep(revisions, revisionSteps(model, recorded, part.indexes));
  });
}

const key = "x";

function operation(
  input: VersionedOperation["input"],
  output: RegisterOutput,
  [call, returned]: Times,
): VersionedOperation {
  return returned === undefined ? { input, call } : { input, output, call, return: returned };
}

const read = (value: number | null, modRevision: number, times: Times) =>
  operation({ f: "read", key }, { value, modRevision, version: 0 }, times);
const write = (value: number, revision: number, times: Times) =>
  operation({ f: "write", key, value }, { revision }, times);
const cas = (expected: number, value: number, revision: number, times: Times) =>
  operation({ f: "cas", key, on: "value", expected, value }, { swapped: true, revision }, times);

it.each([0, 1])("says what trying all orders says of 8,000 histories, from seed %i", (part) => {
  const counts: Record<string, number> = {};
  for (let seed = part * 8_000; seed < (part + 1) * 8_000; seed++) {
    const draw = drawFrom(seed);
    const history = versionedHistory(draw, {
      operations: draw(9),
      clients: 1 + draw(5),
      spoilt: draw(4),
      unknownPercent: draw(3) * 15,
    });
    const outcome = outcomeOf(history);
    const expected = hasOrder(model, history) ? "valid" : "invalid";
    if (outcome !== "undecided") expect({ seed, outcome }).toEqual({ seed, outcome: expected });
    const isKnown = history.every(
      ({ input, return: returned }) => returned !== undefined || input.f === "read",
    );
    const counted = `${isKnown ? "known" : "with unknown"} ${outcome}`;
    counts[counted] = (counts[counted] ?? 0) + 1;
  }
  expect(counts["known undecided"]).toBeUndefined();
  expect(counts["known valid"]).toBeGreaterThan(2_000);
  expect(counts["known invalid"]).toBeGreaterThan(1_000);
  expect(counts["with unknown valid"]).toBeGreaterThan(1_000);
  expect(counts["with unknown invalid"]).toBeGreaterThan(80);
  expect(counts["with unknown undecided"]).toBeLessThan(400);
});

it("decides what 10 clients did to a correct key, 3 of 100 answers lost", () => {
  for (let seed = 0; seed < 40; seed++) {
    const options = { operations: 500, clients: 10, spoilt: 0, unknownPercent: 3 };
    expect(outcomeOf(versionedHistory(drawFrom(seed), options))).toBe("valid");
  }
});

describe("drawn by hand", () => {
  it.each<[string, readonly VersionedOperation[]]>([
    ["two writes of one revision", [write(1, 5, [0, 9]), write(2, 5, [0, 9])]],
    ["a revision that goes back", [write(1, 5, [0, 1]), write(2, 4, [2, 3])]],
    ["a read of a revision that is gone", [write(1, 5, [0, 1]), read(null, 0, [2, 3])]],
    ["a read of a revision before its write", [read(1, 5, [0, 1]), write(1, 5, [2, 3])]],
    ["another value at the revision of a write", [write(1, 5, [0, 9]), read(2, 5, [0, 9])]],
    ["a revision that nobody made", [write(1, 5, [0, 9]), read(1, 6, [0, 9])]],
    [
      "a swap of what another write had replaced",
      [write(1, 5, [0, 9]), write(2, 6, [0, 9]), cas(1, 3, 7, [0, 9])],
    ],
    [
      "another value at the revision of a write, whatever became of unanswered ones",
      [write(2, 4, [0]), read(2, 3, [1, 2]), write(1, 5, [3, 9]), read(2, 5, [3, 9])],
    ],
  ])("rejects %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(false);
    expect(outcomeOf(history)).toBe("invalid");
  });

  it.each<[string, readonly VersionedOperation[]]>([
    ["one read", [read(null, 0, [0, 1])]],
    ["the same value written again and again", [write(1, 2, [0, 9]), write(1, 3, [0, 9])]],
    ["revisions that skip what other keys used", [write(1, 5, [0, 1]), write(2, 90, [2, 3])]],
    ["a read of an unanswered write", [write(1, 0, [0]), read(1, 7, [1, 2])]],
    ["a swap of an unanswered write", [write(1, 0, [0]), cas(1, 2, 7, [1, 2])]],
    [
      "unanswered writes of one value that were read one after the other",
      [write(1, 0, [0]), write(1, 0, [1]), read(1, 7, [2, 3]), read(1, 8, [4, 5])],
    ],
    ["an unanswered write that nobody needs", [write(1, 0, [0]), read(null, 0, [1, 2])]],
  ])("accepts %s", (_, history) => {
    expect(hasOrder(model, history)).toBe(true);
    expect(outcomeOf(history)).toBe("valid");
  });

  it("does not decide where two unanswered operations are needed at once", () => {
    const history = [write(1, 0, [0]), cas(1, 2, 0, [1]), read(2, 7, [2, 3])];
    expect(hasOrder(model, history)).toBe(true);
    expect(outcomeOf(history)).toBe("undecided");
  });

  it("is not asked where an operation tells no revision", () => {
    expect(outcomeOf([read(1, -1, [0, 1])])).toBe("none");
    expect(outcomeOf([read(1, 0.5, [0, 1])])).toBe("none");
  });
});
