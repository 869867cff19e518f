import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { nemeses } from "../nemeses/index.js";
import { isAffected } from "../src/core/scenario.js";
import { violationCheckers } from "../src/judge/general-checkers.js";
import { workloads } from "../workloads/index.js";
import { scenarios } from "./index.js";

const all = Object.values(scenarios);
const options = { opsPerKey: 200, serializable: false };

it.each(all)("$name uses what there is", ({ name, workload, nemeses: faults, caughtBy }) => {
  expect(name).toMatch(/^[a-z0-9-]+$/);
  const entry = workloads[workload];
  expect(entry).toBeDefined();
  expect(Object.keys(nemeses)).toEqual(expect.arrayContaining([...faults]));
  const checkers = Object.keys(violationCheckers(entry?.make(options)));
  expect(caughtBy.length).toBeGreaterThan(0);
  expect(checkers).toEqual(expect.arrayContaining([...caughtBy]));
});

it.each(all)("$name explains its bug", ({ bug }) => {
  for (const text of [bug.title, bug.guarantee, bug.consequence, ...bug.mechanism]) {
    expect(text.length).toBeGreaterThan(20);
  }
  expect(bug.mechanism.length).toBeGreaterThanOrEqual(2);
  // A sentence is a sentence; a title goes on in others' sentences.
  expect(bug.title).not.toMatch(/[.!]$/);
  for (const text of [bug.guarantee, bug.consequence, ...bug.mechanism]) {
    expect(text).toMatch(/[.]$/);
  }
  // Whoever says that a release is fixed says which, and the other way round.
  const hasEnd = bug.affected.every(({ before }) => before !== undefined);
  if (bug.affected.length > 0) expect(bug.fixedIn === undefined).toBe(!hasEnd);
});

/** Which of the stock builds have it, as was measured on them. */
const stock = ["3.3.25", "3.4.23", "3.5.16", "3.5.30"];

it("knows which stock builds have which bug", () => {
  const table = Object.fromEntries(
    all.map(({ name, bug }) => [name, stock.filter((version) => isAffected(bug, version))]),
  );
  expect(table).toEqual({
    "txn-range-at-revision": stock,
    "watch-minus-one": ["3.3.25", "3.4.23", "3.5.16"],
    "watch-at-compacted-tombstone": ["3.3.25", "3.4.23"],
    "progress-on-unsynced": ["3.3.25", "3.4.23"],
    "many-watchers-compacted": ["3.3.25", "3.4.23"],
    "many-watchers-cancelled-again": stock,
    "progress-on-future-watch": ["3.3.25", "3.4.23", "3.5.16"],
    "live-watch-snapshot": ["3.3.25", "3.4.23"],
    "kill-in-compaction": ["3.3.25", "3.4.23"],
    "stale-read-after-pause": ["3.4.23", "3.5.16"],
    "lease-disk-stall": ["3.3.25", "3.4.23"],
    "lease-pause": stock,
    "lock-expired-waiter": ["3.3.25", "3.4.23"],
    "election-expired-waiter": stock,
    "lease-wall-clock": ["3.4.23"],
    "durable-ack-disk-stall": ["3.3.25"],
    "negative-lease-restart": ["3.3.25"],
    "learner-gets-vote": ["3.4.23", "3.5.16", "3.5.30"],
    "txn-panic": stock,
  });
});

it("is a file for each, named alike", () => {
  const files = readdirSync("scenarios").filter((name) => name.endsWith(".ts"));
  for (const { name } of all) expect(files).toContain(`${name}.ts`);
});
