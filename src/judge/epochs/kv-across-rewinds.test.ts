import { describe, expect, it } from "vitest";
import { kv } from "../../../workloads/kv.js";
import { checkAll } from "../../checkers/check-all.js";
import { worst } from "../../core/checker.js";
import type { FaultRecord, History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { seededRandom } from "../../generator/seeded-random.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { historyOf, info, ok } from "../../testing/histories.js";
import { violationCheckers } from "../general-checkers.js";
import { rewoundKvStory } from "./rewound-kv-story.fixture.js";
import { in2, rewindOf, rewoundTo } from "./rewound.fixture.js";

const limits = { deadlineMs: 20_000, memoryMb: 256 };

async function verdictsOn(history: History) {
  return checkAll(violationCheckers(kv()), history, limits);
}

async function validityOf(history: History) {
  return worst(Object.values(await verdictsOn(history)));
}

const put = (key: string, value: string, lease?: string): KvInput => ({
  f: "put",
  request: { key, value, ...(lease !== undefined && { lease }) },
});
const range: KvInput = { f: "range", request: { key: "kv/", rangeEnd: "kv0" } };

function told(process: number, span: string, input: KvInput, revision: number, rest: object = {}) {
  return ok<KvInput, KvOutput>(process, span, input, { revision, ...rest }, { revision });
}

/** All that there is: each of these keys was put once, at its revision, with that as its value. */
function seen(span: string, revision: number, revisions: readonly number[], lease = "0") {
  const kvs = revisions.map((mod) => ({
    ...{ key: `kv/${mod}`, value: `${mod}`, lease, version: 1 },
    ...{ modRevision: mod, createRevision: mod },
  }));
  return told(1, span, range, revision, { kvs, count: kvs.length, more: false });
}

const first = told(0, "0..1", put("kv/2", "2"), 2);
const second = told(0, "4..5", put("kv/3", "3"), 3);
const before = [first, seen("2..3", 2, [2]), second, seen("6..7", 3, [2, 3])];
const judged = (revision: number, after: readonly Operation[]) =>
  validityOf(rewoundTo(revision, [...before, ...after] as Operation[]));

describe("kv across a restore", () => {
  it("may have lost what was written after the snapshot, and nothing else", async () => {
    expect(await judged(2, [in2(seen("22..23", 2, [2]))])).toBe("valid");
    expect(await judged(3, [in2(seen("22..23", 3, [2, 3]))])).toBe("valid");
    expect(await judged(3, [in2(seen("22..23", 3, [2]))])).toBe("invalid");
    expect(await judged(2, [in2(seen("22..23", 2, []))])).toBe("invalid");
    // Nor may a revision be lost with the keys.
    expect(await judged(3, [in2(seen("22..23", 2, [2]))])).toBe("invalid");
  });

  it("must not get back what was lost", async () => {
    expect(await judged(2, [in2(seen("22..23", 3, [2, 3]))])).toBe("invalid");
    const back = [in2(seen("22..23", 2, [2])), in2(seen("24..25", 3, [2, 3]))];
    expect(await judged(2, back)).toBe("invalid");
  });

  it("gives the lost revisions to other writes", async () => {
    const other = told(2, "22..23", put("kv/3", "3"), 3);
    expect(await judged(2, [in2(other), in2(seen("24..25", 3, [2, 3]))])).toBe("valid");
    // Of the old cluster, of which the snapshot has all up to that revision.
    expect(await judged(3, [in2(other), in2(seen("24..25", 3, [2, 3]))])).toBe("invalid");
  });

  it("may have kept a write whose answer was lost, or not", async () => {
    const unknown = info<KvInput>(0, "4..", put("kv/3", "3"));
    for (const [revision, found] of [
      [2, [2]],
      [3, [2, 3]],
    ] as const) {
      const history = rewoundTo(revision, [first, unknown, in2(seen("22..23", revision, found))]);
      expect(await validityOf(history)).toBe("valid");
    }
  });
});

const granted: KvInput = { f: "grant", request: { id: "7", ttl: 60 } };
const grant = (span: string, revision: number) =>
  told(2, span, granted, revision, { id: "7", ttl: 60 });
const attached = put("kv/4", "4", "7");
const missing = (span: string) =>
  ok<KvInput, KvOutput>(3, span, attached, { error: "lease-not-found" });

describe("a lease across a restore", () => {
  it("must be there where the snapshot has a write that came after it", async () => {
    const operations = [first, grant("2..3", 2), second];
    const works = in2(told(3, "22..23", attached, 4));
    expect(await validityOf(rewoundTo(3, [...operations, works]))).toBe("valid");
    const after = [missing("22..23"), in2(seen("24..25", 3, [2, 3]))];
    expect(await validityOf(rewoundTo(3, [...operations, ...after]))).toBe("invalid");
  });

  it("may be there or not where nothing was written since", async () => {
    const operations = [first, second, grant("6..7", 3)];
    const works = in2(told(3, "22..23", attached, 4));
    expect(await validityOf(rewoundTo(3, [...operations, works]))).toBe("valid");
    const after = [missing("22..23"), in2(seen("24..25", 3, [2, 3]))];
    expect(await validityOf(rewoundTo(3, [...operations, ...after]))).toBe("valid");
  });
});

const compaction = (span: string, revision: number): Operation<KvInput, KvOutput> =>
  told(2, span, { f: "compact", request: { revision } }, 3);
const old = (span: string, output: KvOutput) =>
  ok<KvInput, KvOutput>(3, span, { f: "range", request: { key: "kv/2", revision: 2 } }, output);

it("a compaction at the snapshot's revision may be in it or not, and an older one is", async () => {
  const found: KvOutput = {
    ...{ revision: 3, count: 1, more: false },
    kvs: [
      {
        ...{ key: "kv/2", value: "2", lease: "0", version: 1 },
        ...{ modRevision: 2, createRevision: 2 },
      },
    ],
  };
  const reads = [
    in2(ok(3, "22..23", old("22..23", found).input, found, { revision: 3 })),
    old("22..23", { error: "compacted" }),
  ];
  for (const read of reads) {
    expect(await validityOf(rewoundTo(3, [first, second, compaction("6..7", 3), read]))).toBe(
      "valid",
    );
  }
  const third = told(0, "8..9", put("kv/4", "4"), 4);
  const later = { ...found, revision: 4 };
  const kept = in2(ok(3, "22..23", old("22..23", later).input, later, { revision: 4 }));
  const history = rewoundTo(4, [first, second, compaction("6..7", 3), third, kept]);
  expect(await validityOf(history)).toBe("invalid");
});

describe("a refusal, which names no cluster", () => {
  const seenRewind = (): FaultRecord => ({
    ...rewindOf({ injected: 10, healed: 20, revision: 3, cluster: "1" }),
    inForceAtNs: 12e6,
  });
  const granted = [first, grant("2..3", 2), second];
  const wrongly = (span: string) => [...granted, missing(span), in2(seen("26..27", 3, [2, 3]))];

  it("is held against the cluster that alone can have answered it", async () => {
    // The old one alone, and the new one alone.
    for (const span of ["11..12", "23..24"]) {
      const history = historyOf(wrongly(span), { faults: [seenRewind()] });
      expect(await validityOf(history), span).toBe("invalid");
    }
  });

  it("is held against none where two can have answered it", async () => {
    // Nobody knows whether it was refused, or done and its answer lost.
    const history = historyOf(wrongly("11..22"), { faults: [seenRewind()] });
    expect(await validityOf(history)).toBe("valid");
  });
});

it("never objects to a right store that was restored, whatever was asked of it", async () => {
  let undone = 0;
  for (let seed = 0; seed < 20; seed++) {
    const story = rewoundKvStory(seededRandom(seed), 80);
    undone += story.undone;
    const verdicts = await verdictsOn(story.history);
    const objecting = Object.entries(verdicts).filter(([, { validity }]) => validity !== "valid");
    expect(objecting, `seed ${seed}`).toEqual([]);
  }
  expect(undone).toBeGreaterThan(20);
}, 60_000);

it("objects to most restores of an older snapshot than was said", async () => {
  let invalid = 0;
  for (let seed = 0; seed < 30; seed++) {
    const { history } = rewoundKvStory(seededRandom(seed), 80, { isHonest: false });
    const checker = violationCheckers(kv())["kv-revisions"];
    const verdict = await checker?.check(history, limits);
    if (verdict?.validity === "invalid") invalid += 1;
  }
  expect(invalid).toBeGreaterThan(20);
}, 60_000);
