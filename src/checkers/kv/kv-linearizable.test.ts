import { describe, expect, it } from "vitest";
import type { KvInput } from "../../models/etcd/requests.js";
import { fail, historyOf } from "../../testing/histories.js";
import {
  compact,
  counted,
  found,
  grant,
  keep,
  kv,
  lost,
  put,
  range,
  refused,
  remove,
  revoke,
  told,
} from "./kv-cases.fixture.js";
import { createKvLinearizable } from "./kv-linearizable.js";
import type { KvOperation } from "./kv-operation.js";

/** In one window, and cut wherever it can be. */
async function judged(...operations: readonly KvOperation[]) {
  const limits = { deadlineMs: 10_000, memoryMb: 200 };
  const verdicts = [];
  for (const leastTogether of [1, 100]) {
    const checker = createKvLinearizable({ leastTogether });
    verdicts.push(await checker.check(historyOf(operations), limits));
  }
  const [one, other] = verdicts.map(({ validity }) => validity);
  expect(one).toBe(other);
  return one;
}

const first = told("0..1", put("a", "1"), 2);

describe("a write of unknown outcome explains", () => {
  const again = told(
    "8..9",
    range("a"),
    4,
    found(kv("a", "2", 4, { createRevision: 2, version: 3 })),
  );
  const second = [
    lost(2, put("a", "2")),
    told("4..5", range("a"), 3, found(kv("a", "2", 3, { createRevision: 2, version: 2 }))),
  ];

  it("a value that is found at two revisions, where it may have kept it", async () => {
    expect(await judged(first, ...second, lost(6, keep("a")), again)).toBe("valid");
    expect(await judged(first, ...second, again)).toBe("invalid");
  });

  it("a key that was deleted and made again, although its versions count on", async () => {
    const remade = [
      told("8..9", put("a", "7"), 5),
      told("10..11", range("a"), 5, found(kv("a", "7", 5, { createRevision: 4, version: 2 }))),
    ];
    const seen = told("2..3", range("a"), 2, found(kv("a", "1", 2)));
    const removed = lost(4, remove("a"));
    const made = lost(6, put("a", "5"));
    expect(await judged(first, seen, removed, made, ...remade)).toBe("valid");
    expect(await judged(first, seen, made, ...remade)).toBe("invalid");
  });

  it("a key that was found without its value", async () => {
    const seen = told("2..3", range("a"), 2, found(kv("a", "1", 2)));
    const bare = kv("a", "", 3, { createRevision: 2, version: 2 });
    const looked = told("6..7", range("a", { keysOnly: true }), 3, found(bare));
    expect(await judged(first, seen, lost(4, put("a", "9")), looked)).toBe("valid");
    expect(await judged(first, seen, lost(4, put("b", "9")), looked)).toBe("invalid");
  });

  it("a refusal after everything that was seen", async () => {
    const missing = refused("4..5", keep("a"), "key-not-found");
    expect(await judged(first, lost(2, remove("a")), missing)).toBe("valid");
    expect(await judged(first, lost(2, remove("b")), missing)).toBe("invalid");
  });

  it("an answer before any that tells a revision", async () => {
    const early = told("4..5", range("b"), 2, found(kv("b", "2", 2)));
    expect(await judged(lost(0, put("b", "2")), early)).toBe("valid");
    const counts = told("4..5", range("b", { countOnly: true }), 7, counted(1));
    expect(await judged(lost(0, put("b", "2")), counts)).toBe("valid");
    expect(await judged(lost(0, put("a", "2")), counts)).toBe("invalid");
  });

  it("a lease that is there, or gone", async () => {
    const leased = told("3..4", put("b", "2", { lease: "7" }), 3);
    expect(await judged(first, lost(2, grant("7")), leased)).toBe("valid");
    expect(await judged(first, leased)).toBe("invalid");
    const granted = told("2..3", grant("7"), 2, { id: "7", ttl: 60 });
    const missing = refused("6..7", put("b", "2", { lease: "7" }), "lease-not-found");
    expect(await judged(first, granted, lost(4, revoke("7")), missing)).toBe("valid");
    expect(await judged(first, granted, missing)).toBe("invalid");
  });
});

describe("what is made alike for the search", () => {
  /** Of unknown outcome; nobody ever sees both values. */
  const both = (a: string, b: string) => [lost(0, put("a", a)), lost(1, put("b", b))];
  const [bareA, bareB] = [kv("a", "", 2), kv("b", "", 3)];

  it("is no value that keys are sorted by, although only keys were asked for", async () => {
    const bare = { rangeEnd: "c", keysOnly: true };
    const sorted = range("a", { ...bare, sort: { target: "value", order: "ascend" } });
    const looked = told("4..5", sorted, 3, found(bareB, bareA));
    expect(await judged(...both("9", "1"), looked)).toBe("valid");
    expect(await judged(...both("1", "9"), looked)).toBe("invalid");
  });

  it("is no value that decides which keys a limit leaves", async () => {
    const sort = { target: "value", order: "descend" } as const;
    const looked = told("4..5", range("a", { rangeEnd: "c", limit: 1, sort }), 3, {
      ...{ kvs: [kv("b", "1", 3)], count: 2, more: true },
    });
    expect(await judged(...both("0", "1"), looked)).toBe("valid");
    expect(await judged(...both("2", "1"), looked)).toBe("invalid");
  });

  it("is no value that may be greater or less than another", async () => {
    const less = { target: "value", key: "b", result: "less", operand: "3" } as const;
    const guard: KvInput = { f: "txn", request: { compare: [less], success: [], failure: [] } };
    const held = told("4..5", guard, 3, { succeeded: true, responses: [] });
    expect(await judged(first, lost(2, put("b", "1")), held)).toBe("valid");
    expect(await judged(first, lost(2, put("b", "5")), held)).toBe("invalid");
  });
});

describe("explains nothing:", () => {
  it("a write that failed", async () => {
    const counts = told("4..5", range("b", { countOnly: true }), 3, counted(1));
    expect(await judged(first, lost(2, put("b", "2")), counts)).toBe("valid");
    expect(await judged(first, fail(2, "2..3", put("b", "2")), counts)).toBe("invalid");
  });

  it("a write that was asked for only after a member knew of it", async () => {
    const stale = (span: string) => told(span, range("b", { serializable: true }), 3, found());
    const second = told("6..7", put("a", "2"), 3);
    expect(await judged(first, second, stale("8..9"))).toBe("valid");
    expect(await judged(first, second, stale("4..5"))).toBe("invalid");
  });
});

it("a revoked lease may have made a revision before any that was told", async () => {
  const revoked = told("2..3", revoke("7"), 3);
  const old = told("4..5", range("a", { revision: 2, countOnly: true }), 3, counted(1));
  const leased = [lost(0, grant("7")), lost(1, put("a", "1", { lease: "7" }))];
  expect(await judged(...leased, revoked, old)).toBe("valid");
  expect(await judged(lost(0, grant("7")), revoked, old)).toBe("invalid");
});

/** The number of operations that the search was asked about. */
async function searched(...operations: readonly KvOperation[]) {
  const limits = { deadlineMs: 10_000, memoryMb: 200 };
  const { validity, details } = await createKvLinearizable().check(historyOf(operations), limits);
  expect(validity).toBe("valid");
  return details?.["operations"];
}

describe("the search is not asked about a write of unknown outcome", () => {
  const seen = told("6..7", range("a"), 3, found(kv("a", "1", 2)));
  const other = lost(4, put("b", "5"));

  it.each([
    ["put to a key that stayed as it was", put("a", "9")],
    ["deletion of a key that stayed as it was", remove("a")],
  ])("that is a %s", async (_, input) => {
    expect(await searched(first, other, seen)).toBe(3);
    expect(await searched(first, lost(2, input), other, seen)).toBe(3);
  });

  it("that was asked for when all revisions that anybody was told of had been made", async () => {
    expect(await searched(first, other, seen, lost(8, put("b", "6")))).toBe(3);
  });
});

describe("a compaction", () => {
  const second = told("2..3", put("a", "2"), 3);
  const gone = refused("6..7", range("a", { revision: 2 }), "compacted");

  it("of unknown outcome explains that older revisions are gone, and no others", async () => {
    expect(await judged(first, second, lost(4, compact(3)), gone)).toBe("valid");
    expect(await judged(first, second, lost(4, compact(2)), gone)).toBe("invalid");
  });

  it("leaves nothing older to be read", async () => {
    const done = told("4..5", compact(3), 3);
    const old = told("6..7", range("a", { revision: 2 }), 3, found(kv("a", "1", 2)));
    expect(await judged(first, second, done, gone)).toBe("valid");
    expect(await judged(first, second, done, old)).toBe("invalid");
  });

  it("cannot be of a revision that is yet to come", async () => {
    expect(await judged(first, refused("2..3", compact(3), "future-revision"))).toBe("valid");
    expect(await judged(first, second, refused("4..5", compact(3), "future-revision"))).toBe(
      "invalid",
    );
  });
});

/** Whichever explanation is found first, the other one must be found when it is wanted. */
describe("what explains one window in two ways is not taken for certain in the next", () => {
  const three = [first, told("2..3", put("b", "2"), 3), told("4..5", put("c", "3"), 4)];

  it.each([
    [3, 4],
    [4, 3],
  ])("two compactions, of %d and %d", async (one, other) => {
    const both = [lost(6, compact(one)), lost(7, compact(other))];
    const gone = refused("8..9", range("a", { revision: 2 }), "compacted");
    const there = told("10..11", range("a", { revision: 3 }), 4, found(kv("a", "1", 2)));
    expect(await judged(...three, ...both, gone, there)).toBe("valid");
    const later = refused("12..13", range("a", { revision: 3 }), "compacted");
    expect(await judged(...three, ...both, gone, there, later)).toBe("valid");
    const back = told("14..15", range("a", { revision: 3 }), 4, found(kv("a", "1", 2)));
    expect(await judged(...three, ...both, gone, there, later, back)).toBe("invalid");
  });

  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("two deletions, of %s and %s", async (one, other) => {
    const both = [lost(6, remove(one)), lost(7, remove(other))];
    const whole = { rangeEnd: "d", countOnly: true };
    const two = told("8..9", range("a", whole), 5, counted(2));
    const left = told("10..11", range(other, { countOnly: true }), 5, counted(1));
    expect(await judged(...three, ...both, two, left)).toBe("valid");
    const gone = told("12..13", range(other, { countOnly: true }), 5, counted(0));
    expect(await judged(...three, ...both, two, left, gone)).toBe("invalid");
  });

  it.each([0, 1])(
    "writes after all that was told, of which %d was asked for first",
    async (place) => {
      const onlyA = remove("a");
      const gone = (key: string) => ({ type: "delete-range", request: { key } }) as const;
      const success = [gone("a"), gone("b")];
      const atOnce: KvInput = { f: "txn", request: { compare: [], success, failure: [] } };
      const lasts = [
        refused("8..9", keep("a"), "key-not-found"),
        refused("10..11", keep("b"), "key-not-found"),
        refused("12..13", range("a", { revision: 6 }), "future-revision"),
      ];
      const [one = onlyA, other = onlyA] = place === 0 ? [onlyA, atOnce] : [atOnce, onlyA];
      expect(await judged(...three, lost(6, one), lost(7, other), ...lasts)).toBe("valid");
      expect(await judged(...three, lost(6, onlyA), lost(7, remove("b")), ...lasts)).toBe(
        "invalid",
      );
    },
  );

  it.each([
    ["revoked", "granted again"],
    ["granted again", "revoked"],
  ])("a lease that was at one time %s and %s", async (one) => {
    const granted = { id: "7", ttl: 60 };
    const leased = put("b", "2", { lease: "7" });
    const [revokedIn, grantedIn] = one === "revoked" ? ["2..8", "3..9"] : ["3..9", "2..8"];
    const tangle = [
      told("0..1", grant("7"), 1, granted),
      told(revokedIn, revoke("7"), 1),
      told(grantedIn, grant("7"), 1, granted),
      refused("4..10", leased, "lease-not-found"),
    ];
    expect(await judged(...tangle, told("11..12", leased, 2))).toBe("valid");
    const missing = refused("11..12", leased, "lease-not-found");
    expect(await judged(...tangle, missing)).toBe("valid");
    expect(await judged(...tangle, missing, told("13..14", leased, 2))).toBe("invalid");
  });

  it.each([0, 1])("a revoked lease and a deletion, with %d left after the first", async (left) => {
    const operations = [
      told("0..1", grant("7"), 1, { id: "7", ttl: 60 }),
      told("2..3", put("a", "1", { lease: "7" }), 2),
      told("4..5", put("b", "2"), 3),
      lost(6, remove("b")),
      told("7..8", revoke("7"), 5),
      told("9..10", range("a", { rangeEnd: "d" }), 5, found()),
      told("11..12", range("a", { revision: 4, countOnly: true }), 5, counted(left)),
    ];
    expect(await judged(...operations)).toBe("valid");
    const otherwise = told(
      "13..14",
      range("b", { revision: 4, countOnly: true }),
      5,
      counted(left),
    );
    expect(await judged(...operations, otherwise)).toBe("invalid");
  });
});
