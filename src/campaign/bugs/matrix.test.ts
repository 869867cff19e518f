import { describe, expect, it } from "vitest";
import {
  caughtIn,
  type Cell,
  cellWords,
  exitCodeOf,
  medianToDetection,
  outcomeOf,
  type Try,
} from "./matrix.js";

const clean: Try = {
  validity: "valid",
  caughtBy: [],
  objecting: [],
  sentence: "No violation was found.",
  tookMs: 3_000,
  folder: "results/run",
};
const caught: Try = {
  ...clean,
  validity: "invalid",
  caughtBy: ["watch-reliable"],
  objecting: ["watch-reliable"],
  sentence: "an event is missing",
  foundAfterMs: 1_200,
};
const otherwise: Try = { ...caught, caughtBy: [], objecting: ["members-agree"] };
const unknown: Try = { ...clean, validity: "unknown" };
const broken: Try = { ...unknown, failure: "n1 did not come up" };

function cell(tries: readonly Try[], changes: Partial<Cell> = {}): Cell {
  return {
    scenario: "watch-at-compacted-tombstone",
    issues: [18089],
    title: "an event is missing",
    etcd: "3.4.23",
    version: "3.4.23",
    isAffected: true,
    leastCaught: 0.9,
    tries,
    ...changes,
  };
}

const unaffected = { version: "3.5.30", isAffected: false };

describe("of a version that is known to have the bug", () => {
  it.each([
    ["each run catches it", [caught, caught], "as-expected", "caught 2 of 2"],
    ["enough of them do", [...Array<Try>(9).fill(caught), clean], "as-expected", "caught 9 of 10"],
    ["too few do", [...Array<Try>(8).fill(caught), clean, clean], "missed", "caught 8 of 10"],
    [
      "too few do, since some prove nothing",
      [caught, unknown],
      "missed",
      "caught 1 of 2, 1 inconclusive",
    ],
    [
      "another checker objects than those it is for",
      [caught, otherwise],
      "unexpected",
      "caught 1 of 2, 1 other violation",
    ],
    ["the harness fails", [caught, broken], "failed", "caught 1 of 2, 1 inconclusive"],
  ] as const)("%s", (_, tries, outcome, words) => {
    expect(outcomeOf(cell(tries))).toBe(outcome);
    expect(cellWords(cell(tries))).toBe(words);
  });
});

describe("of a version that is known to be fixed", () => {
  it.each([
    ["each run is clean", [clean, clean], "as-expected", "clean 2 of 2"],
    ["one proves nothing", [clean, unknown], "inconclusive", "clean 1 of 2, 1 inconclusive"],
    ["one finds it", [clean, caught], "unexpected", "clean 1 of 2, 1 violation"],
    ["one finds something else", [otherwise], "unexpected", "clean 0 of 1, 1 violation"],
  ] as const)("%s", (_, tries, outcome, words) => {
    expect(outcomeOf(cell(tries, unaffected))).toBe(outcome);
    expect(cellWords(cell(tries, unaffected))).toBe(words);
  });
});

it("says where a case cannot be played", () => {
  const impossible = cell([], { impossible: "etcd before 3.4 knows no learners" });
  expect(outcomeOf(impossible)).toBe("impossible");
  expect(cellWords(impossible)).toBe("not applicable");
  expect(exitCodeOf([impossible])).toBe(0);
});

it("asks for as many as the scenario says", () => {
  const tries = [...Array<Try>(8).fill(caught), clean, clean];
  expect(outcomeOf(cell(tries, { leastCaught: 0.8 }))).toBe("as-expected");
  expect(caughtIn({ tries })).toBe(8);
});

it("exits with the worst of its cells, and a violation where none should be wins", () => {
  const good = cell([caught]);
  const missed = cell([clean]);
  const failed = cell([broken]);
  const alarm = cell([caught], unaffected);
  expect(exitCodeOf([good, cell([clean], unaffected)])).toBe(0);
  expect(exitCodeOf([good, missed])).toBe(2);
  expect(exitCodeOf([missed, failed])).toBe(3);
  expect(exitCodeOf([failed, alarm, missed])).toBe(1);
});

it("takes the time to detection of those that were caught alone", () => {
  const tries = [3_000, 1_000, 2_000].map((foundAfterMs) => ({ ...caught, foundAfterMs }));
  expect(medianToDetection({ tries: [...tries, otherwise] })).toBe(2_000);
  expect(medianToDetection({ tries: [clean] })).toBeUndefined();
});
