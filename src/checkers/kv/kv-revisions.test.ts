import { describe, expect, it } from "vitest";
import type { KeyValue } from "../../core/client.js";
import type { KvInput } from "../../models/etcd/requests.js";
import { historyOf } from "../../testing/histories.js";
import { anyKvHistory } from "./any-history.fixture.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { counted, found, kv, lost, put, range, remove, revoke, told } from "./kv-cases.fixture.js";
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
    "an answer of a revision that was left behind, where an older answer came last",
    [first, second, told("4..5", range("a", { serializable: true }), 2, found(one))],
    told("6..7", range("a"), 2, found(one)),
    /was answered with revision 2, although .* revision 3 before it asked/,
  ],
  [
    "a key as it was, where others had found it changed, and some as it was before that",
    [
      first,
      told("2..9", range("a"), 5, found(one)),
      told("3..8", range("a", { serializable: true }), 3, found(one)),
    ],
    told("4..7", range("a"), 4, found({ ...two, modRevision: 4 })),
    /a cannot have been both/,
  ],
  [
    "a limited range without a key that comes before those that it shows",
    [first, told("2..3", put("b", "2"), 3), told("4..5", range("a"), 3, found(one))],
    told("6..7", range("a", { rangeEnd: "d", limit: 1 }), 3, {
      ...{ kvs: [kv("b", "2", 3)], count: 2, more: true },
    }),
    /found no a as of revision 3/,
  ],
  [
    "a serializable read of a revision that was asked for later",
    [first, told("6..7", put("a", "2"), 3)],
    told("4..5", range("b", { serializable: true }), 3, found()),
    /which .* asked for only later/,
  ],
];

const third = told("2..3", put("b", "3"), 3);
const three = kv("b", "3", 3);
const both = (rest: object = {}) => range("a", { rangeEnd: "d", ...rest });
const count = (span: string, revision: number, keys: number, rest: object = {}) =>
  told(span, both({ countOnly: true, ...rest }), revision, counted(keys));
const shown = (kvs: readonly KeyValue[], keys: number, more: boolean) => ({
  ...{ kvs, count: keys, more },
});
const gone = told("4..5", remove("a"), 4, { deleted: 1, prevKvs: [] });
const guarded: KvInput = {
  f: "txn",
  request: {
    compare: [{ target: "version", key: "a", result: "equal", operand: 0 }],
    success: [{ type: "put", request: { key: "b", value: "5" } }],
    failure: [
      { type: "delete-range", request: { key: "a" } },
      {
        type: "txn",
        request: {
          compare: [],
          success: [{ type: "put", request: { key: "c", value: "6" } }],
          failure: [],
        },
      },
    ],
  },
};
const putResponse = { type: "put", response: {} };
const taken = told("4..5", guarded, 4, {
  succeeded: false,
  responses: [
    { type: "delete-range", response: { deleted: 1, prevKvs: [] } },
    { type: "txn", response: { succeeded: true, responses: [putResponse] } },
  ],
});

/** Of how many keys are there, and how many are shown: right, then wrong. */
const countCases: readonly [string, readonly KvOperation[], KvOperation, RegExp][] = [
  [
    "more keys than were put",
    [first, third, count("4..5", 3, 2)],
    count("6..7", 3, 3),
    /counted 3 keys as of revision 3, when 2 keys were there/,
  ],
  [
    "fewer keys than were put, of which none was ever shown",
    [first, third, count("4..5", 3, 2)],
    count("6..7", 3, 1),
    /counted 1 key as of revision 3, when 2 keys were there/,
  ],
  [
    "a whole range without a key that was put, which nobody ever found",
    [
      first,
      third,
      told("4..5", both({ keysOnly: true }), 3, found(kv("a", "", 2), kv("b", "", 3))),
    ],
    told("6..7", range("b"), 3, found()),
    /counted 0 keys as of revision 3, when 1 key was there/,
  ],
  [
    "a key that was deleted",
    [first, third, gone, count("6..7", 4, 1)],
    count("8..9", 4, 2),
    /counted 2 keys as of revision 4, when 1 key was there/,
  ],
  [
    "what the branch of a transaction that was not taken would have left",
    [
      first,
      third,
      taken,
      count("6..7", 4, 2),
      told("8..9", range("c", { countOnly: true }), 4, counted(1)),
    ],
    told("10..11", range("a", { countOnly: true }), 4, counted(1)),
    /counted 1 key as of revision 4, when 0 keys were there/,
  ],
  [
    "keys that were put after the revision that was read",
    [first, third, count("4..5", 3, 1, { revision: 2 })],
    count("6..7", 3, 2, { revision: 2 }),
    /counted 2 keys as of revision 2, when 1 key was there/,
  ],
  [
    "more keys than a write of unknown outcome can have left",
    [first, third, lost(4, remove("a")), count("6..7", 4, 1)],
    count("8..9", 4, 3),
    /counted 3 keys as of revision 4, when 1 to 2 keys were there/,
  ],
  [
    "a key that was found missing after a write of unknown outcome",
    [first, third, lost(4, remove("a")), told("6..7", both(), 4, found(three))],
    count("8..9", 4, 2),
    /counted 2 keys as of revision 4, when 1 key was there/,
  ],
  [
    "a key missing that was found after a write of unknown outcome",
    [first, lost(2, remove("a")), lost(3, put("b", "3")), told("4..5", range("a"), 3, found(one))],
    count("6..7", 3, 0),
    /counted 0 keys as of revision 3, when 1 key was there/,
  ],
  [
    "a key missing that a transaction of unknown outcome was found to have put",
    [
      ...[first, lost(2, guarded)],
      told("4..5", range("c"), 3, found(kv("c", "6", 3))),
      count("6..7", 3, 1),
    ],
    count("8..9", 3, 0),
    /counted 0 keys as of revision 3, when 1 key was there/,
  ],
  [
    "more keys than writes of unknown outcome can have made before the first answer",
    [lost(0, put("a", "1")), third, count("4..5", 3, 2)],
    count("6..7", 3, 3),
    /counted 3 keys as of revision 3, when 1 to 2 keys were there/,
  ],
  [
    "keys of a lease, before it may have ended",
    [
      told("0..1", put("a", "1", { lease: "7" }), 2),
      third,
      told("4..5", revoke("7"), 4),
      count("6..7", 4, 1),
    ],
    count("8..9", 4, 1, { revision: 3 }),
    /counted 1 key as of revision 3, when 2 keys were there/,
  ],
  [
    "that a limit left nothing out, where it did",
    [first, third, told("4..5", both({ limit: 1 }), 3, shown([one], 2, true))],
    told("6..7", both({ limit: 1 }), 3, shown([one], 2, false)),
    /was told of 2 keys and shown 1 and that there were no more/,
  ],
  [
    "that a limit left something out, where it did not",
    [first, third, told("4..5", both({ limit: 2 }), 3, shown([one, three], 2, false))],
    told("6..7", both({ limit: 2 }), 3, shown([one, three], 2, true)),
    /was told of 2 keys and shown 2 and that there were more, which were none/,
  ],
  [
    "fewer keys than the limit allows",
    [first, third, told("4..5", both({ limit: 2 }), 3, shown([one, three], 2, false))],
    told("6..7", both({ limit: 2 }), 3, shown([one], 2, false)),
    /was told of 2 keys and shown 1, of which 2 were to be shown/,
  ],
  [
    "more keys than the limit allows",
    [first, third, told("4..5", both({ limit: 1 }), 3, shown([one], 2, true))],
    told("6..7", both({ limit: 1 }), 3, shown([one, three], 2, true)),
    /was told of 2 keys and shown 2, of which 1 were to be shown/,
  ],
  [
    "keys where only their number was asked for",
    [first, third, count("4..5", 3, 2)],
    told("6..7", both({ countOnly: true }), 3, shown([one, three], 2, false)),
    /was told of 2 keys and shown 2, of which 0 were to be shown/,
  ],
  [
    "that bounds and a limit left something out, where the limit was not reached",
    [
      ...[first, third],
      told("4..5", both({ limit: 1, minModRevision: 3 }), 3, shown([three], 2, false)),
      told("6..7", both({ limit: 1, minModRevision: 2 }), 3, shown([one], 2, true)),
      told("8..9", both({ limit: 1, maxModRevision: 1 }), 3, shown([], 2, false)),
    ],
    told("10..11", both({ limit: 1, maxModRevision: 1 }), 3, shown([], 2, true)),
    /was told of 2 keys and shown 0 and that there were more, which were none/,
  ],
];

describe.each([
  ["finds", cases],
  ["counts", countCases],
])("%s", (_name, cases) => {
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

it("tells once of an answer that knew of a write before it was asked for", async () => {
  const early = told("0..1", range("b"), 3, found());
  const { findings } = await judged(early, told("2..3", put("a", "2"), 3));
  expect(findings).toHaveLength(1);
});

/** What it says while the operations come, one after the other. */
function followed(...operations: readonly KvOperation[]): readonly string[] {
  const follower = kvRevisions.follow?.();
  return operations.flatMap((operation) => {
    follower?.invoked?.(operation);
    return follower?.completed?.(operation)?.message ?? [];
  });
}

it("says at once that a revision fell back, of a linearizable answer alone", () => {
  const stale = told("4..5", range("a", { serializable: true }), 2, found(one));
  const afterStale = told("6..7", range("a"), 3, found(two));
  expect(followed(first, second, stale, afterStale)).toEqual([]);
  const fallenBack = told("8..9", range("a"), 2, found(one));
  expect(followed(first, second, stale, afterStale, fallenBack)).toHaveLength(1);
});

it("shows ten findings at most, and says how many there are", async () => {
  const wrong = Array.from({ length: 12 }, (_, at) =>
    count(`${10 + 2 * at}..${11 + 2 * at}`, 2, 3),
  );
  const { findings, summary, details } = await judged(first, ...wrong);
  expect(findings.map(({ operations }) => operations)).toEqual(
    wrong.slice(0, 10).map(({ index }) => [index]),
  );
  expect(details?.["contradictions"]).toBe(12);
  expect(summary).toContain("12 times. The first 10 are shown.");
});

it.each([
  ["when its time is up", { deadlineMs: 0 }],
  ["when it is stopped", { signal: AbortSignal.abort() }],
])("knows nothing %s", async (_, limit) => {
  const history = historyOf([first, second]);
  const { validity, findings } = await kvRevisions.check(history, { ...limits, ...limit });
  expect(validity).toBe("unknown");
  expect(findings).toEqual([]);
});

it("finds nothing in what a store answers, however stale, late or lost", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const operations = anyKvHistory(seededRandom(seed).fork("longer"), 60);
    const { validity, findings } = await judged(...operations);
    expect(findings, `seed ${seed}`).toEqual([]);
    expect(validity).toBe("valid");
  }
});
