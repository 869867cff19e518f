import { describe, expect, it } from "vitest";
import { historyOf } from "../../testing/histories.js";
import { anyKvHistory } from "./any-history.fixture.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { found, kv, put, range, told } from "./kv-cases.fixture.js";
import type { KvOperation } from "./kv-operation.js";
import { kvRevisions } from "./kv-revisions.js";

const limits = { deadlineMs: 10_000, memoryMb: 200 };

async function judged(...operations: readonly KvOperation[]) {
  return await kvRevisions.check(historyOf(operations), limits);
}

const first = told("0..1", put("a", "1"), 2);
const second = told("2..3", put("a", "2"), 3);
const one = kv("a", "1", 2);
const two = kv("a", "2", 3, { createRevision: 2, version: 2 });

/** What is right, and the one operation that makes it wrong. */
const cases: readonly [string, readonly KvOperation[], KvOperation, RegExp][] = [
  [
    "an answer of a revision that was left behind",
    [first, second],
    told("4..5", range("a"), 2, found(one)),
    /was answered with revision 2, although .* revision 3 before it asked/,
  ],
  [
    "a revision made after somebody was told of it",
    [first, told("2..3", range("a"), 2, found(one))],
    told("4..5", put("b", "3"), 2),
    /made revision 2, although .* told of it before it asked/,
  ],
  [
    "a revision made twice",
    [told("0..5", put("a", "1"), 2)],
    told("1..6", put("b", "3"), 2),
    /both made revision 2/,
  ],
  [
    "a key that is younger than the revision that it was read at",
    [first, second],
    told("4..5", range("a", { revision: 2 }), 3, found(two)),
    /found .* in what was as of revision 2/,
  ],
  [
    "a key with another value at the same revision",
    [first, told("2..3", range("a"), 2, found(one))],
    told("4..5", range("a"), 2, found({ ...one, value: "9" })),
    /a cannot have been both/,
  ],
  [
    "a key as it was, where others had found it changed",
    [first, second, told("4..5", range("a"), 3, found(two))],
    told("6..7", range("a"), 3, found(one)),
    /a cannot have been both/,
  ],
  [
    "a whole range without a key that was there",
    [first, told("2..3", range("a", { rangeEnd: "c" }), 2, found(one))],
    told("4..5", range("a", { rangeEnd: "c" }), 2, found()),
    /found no a as of revision 2/,
  ],
  [
    "a serializable read of a revision that was asked for later",
    [first, told("6..7", put("a", "2"), 3)],
    told("4..5", range("b", { serializable: true }), 3, found()),
    /which .* asked for only later/,
  ],
];

describe("finds", () => {
  it.each(cases)("%s", async (_, right, wrong, message) => {
    expect(await judged(...right)).toMatchObject({ validity: "valid", findings: [] });
    const { validity, findings } = await judged(...right, wrong);
    expect(validity).toBe("invalid");
    const finding = findings.find((candidate) => message.test(candidate.message));
    expect(finding?.operations).toContain(wrong.index);
  });

  it.each(cases)("%s, whatever the processes and keys are called", async (_, right, wrong) => {
    const { findings } = await judged(...right, wrong);
    const renamed = JSON.parse(
      JSON.stringify([...right, wrong]).replaceAll('"a"', '"aa"'),
    ) as KvOperation[];
    const others = renamed.map((operation) => ({ ...operation, process: 90 - operation.process }));
    const again = await judged(...others.toReversed());
    expect(again.findings.map(({ operations }) => operations)).toEqual(
      findings.map(({ operations }) => operations),
    );
  });
});

it("finds nothing in what a store answers, however stale, late or lost", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const operations = anyKvHistory(seededRandom(seed).fork("longer"), 60);
    const { validity, findings } = await judged(...operations);
    expect(findings, `seed ${seed}`).toEqual([]);
    expect(validity).toBe("valid");
  }
});
