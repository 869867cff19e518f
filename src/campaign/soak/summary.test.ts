import { describe, expect, it } from "vitest";
import { renderSoakPage } from "./index-page.js";
import { junitXml } from "./junit.js";
import { summaryMarkdown } from "./markdown.js";
import { headlineOf } from "./night-in-words.js";
import { exitCodeOf, summaryOf } from "./summary.js";
import {
  aCell,
  aFailure,
  aViolation,
  inconclusive,
  nightGoingOn,
  nightOf,
  runOf,
} from "./testing-night.fixture.js";

describe("the exit code of a night", () => {
  const valid = runOf({ number: 0 });
  const open = runOf({ number: 1, ...inconclusive });
  const failed = runOf({ number: 2, ...aFailure });
  const invalid = runOf({ number: 3, ...aViolation });

  it.each([
    { what: "all are valid", runs: [valid], code: 0 },
    { what: "one is inconclusive", runs: [valid, open], code: 2 },
    { what: "one failed", runs: [valid, open, failed], code: 3 },
    { what: "one is invalid, whatever the others are", runs: [failed, invalid, open], code: 1 },
    { what: "nothing ran", runs: [], code: 3 },
    {
      what: "a failed run was valid when tried again",
      runs: [failed, runOf({ number: 2, attempt: 2 })],
      code: 0,
    },
    {
      what: "a run failed twice",
      runs: [failed, runOf({ number: 2, attempt: 2, ...aFailure })],
      code: 3,
    },
    {
      what: "a violation was tried again and not seen",
      runs: [invalid, runOf({ number: 3, attempt: 2 })],
      code: 1,
    },
  ])("is $code where $what", ({ runs, code }) => {
    expect(exitCodeOf(nightOf(runs))).toBe(code);
  });

  it("is no pass where the night did not come to its end, whatever was shown until then", () => {
    expect(exitCodeOf(nightGoingOn([valid]))).toBe(2);
    expect(exitCodeOf(nightGoingOn([valid, invalid]))).toBe(1);
    expect(exitCodeOf(nightOf([valid], { ended: "disk" }))).toBe(3);
    expect(exitCodeOf(nightOf([valid], { ended: "interrupted" }))).toBe(2);
  });
});

it("says wherever a night is told of what must be known about its clusters", () => {
  const caveat = "This judges no etcd.";
  const cell = { ...aCell, etcd: "" };
  const night = nightOf([runOf({ cell })], { cells: [cell], caveat });
  expect(headlineOf(night)).toBe(`The only run is valid. ${caveat}`);
  expect(summaryOf(night).caveat).toBe(caveat);
  for (const page of [renderSoakPage({ nights: [night] }), junitXml(night)]) {
    expect(page).toContain(caveat);
    expect(page).not.toMatch(/etcd\s*,|>etcd 3/);
  }
  expect(summaryMarkdown([night])).toContain(caveat);
});

describe("the summary of a night", () => {
  const other = { ...aCell, etcd: "3.6.1" };
  const never = { ...aCell, nodes: 3, config: "ha.yml" };
  const retried = runOf({ number: 1, cell: other, ...aFailure });
  const runs = [
    runOf({ number: 0, ...aViolation }),
    retried,
    runOf({ number: 1, cell: other, attempt: 2 }),
    runOf({ number: 2, cell: other, ...inconclusive }),
  ];

  it("says of each cell the worst that came of it, and of one that was never reached just that", () => {
    const night = nightOf(runs, { cells: [aCell, other, never], shard: { part: 2, of: 5 } });
    const violation = {
      number: 0,
      attempt: 1,
      cell: "register-kill-3.5.30-5n",
      seed: 1000,
      sentence: aViolation.sentence,
      findings: aViolation.findings,
      command: "npx ordeal test --workload register --seed 1000",
      folder: "runs/0",
      kept: "all",
    };
    expect(summaryOf(night)).toEqual({
      ordeal: "soak-summary",
      version: 1,
      night: night.name,
      tool: "0.1.0",
      seed: 4711,
      budget: "--for 8h",
      shard: { part: 2, of: 5 },
      ended: "budget",
      startedAt: night.startedAt,
      exitCode: 1,
      tally: { valid: 1, invalid: 1, unknown: 1, failed: 0, retried: 1 },
      cells: [
        { cell: aCell, name: "register-kill-3.5.30-5n", outcome: "invalid", runs: 1 },
        { cell: other, name: "register-kill-3.6.1-5n", outcome: "unknown", runs: 2 },
        { cell: never, name: "register-kill-3.5.30-3n-ha.yml", outcome: "not reached", runs: 0 },
      ],
      violations: [violation],
    });
  });

  it("tells of a run whose cell nobody asked for", () => {
    const { cells } = summaryOf(nightOf([runOf({ cell: other, ...aViolation })]));
    expect(cells.map(({ outcome }) => outcome)).toEqual(["not reached", "invalid"]);
  });

  it("keeps cells apart that read the same", () => {
    const cells = ["a/b", "a_b"].map((config) => ({ ...aCell, config }));
    const summary = summaryOf(
      nightOf([runOf({ ...aViolation, ...{ cell: cells[1] ?? aCell } })], { cells }),
    );
    expect(summary.cells.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["register-kill-3.5.30-5n-a_b", "not reached"],
      ["register-kill-3.5.30-5n-a_b", "invalid"],
    ]);
  });

  it("says nothing of an end that is not on record", () => {
    expect(Object.keys(summaryOf(nightGoingOn(runs)))).not.toContain("ended");
  });
});
