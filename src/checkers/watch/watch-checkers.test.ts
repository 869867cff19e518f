import { afterEach, describe, expect, it, vi } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import { watchCheckers } from "./watch-checkers.js";
import {
  canceled,
  change,
  created,
  type Drawn,
  drawnAdapter,
  drawnHistory,
  gone,
  kv,
  notified,
  piece,
  put,
  read,
  told,
  watching,
  write,
} from "./watch-histories.fixture.js";
import type { WatchAdapter } from "./watch-record.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const checkers = watchCheckers(drawnAdapter);

async function judge(name: string, operations: readonly Drawn[]) {
  const checker = checkers[name];
  if (!checker) throw new Error(`there is no checker ${name}`);
  return checker.check(drawnHistory(...operations), context);
}

/** Writes that were acknowledged before everything else: a=1@2, b=2@3, a and b at 4, a gone at 5. */
const written = [
  write(5, [0, 1], 2, change("a=1")),
  write(5, [2, 3], 3, change("b=2")),
  write(5, [4, 5], 4, change("a=3"), change("b=4")),
  write(5, [6, 7], 5, change("a")),
];
const [a1, b2] = [put("a=1@2"), put("b=2@3")];
const a3 = put("a=3@4", { create: 2, version: 2 });
const b4 = put("b=4@4", { create: 3, version: 2 });
const a5 = gone("a@5");

interface Case {
  readonly kind: string;
  readonly title: string;
  readonly valid: readonly Drawn[];
  readonly invalid: readonly Drawn[];
  /** Of the first finding. */
  readonly message: RegExp;
  readonly operations: readonly number[];
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  "watch-ordered": [
    {
      kind: "backwards",
      title: "a revision comes after a later one",
      valid: [watching({}, created(1, 1), told(2, a1), told(3, b2))],
      invalid: [watching({}, created(1, 1), told(2, b2), told(3, a1))],
      message:
        /^process 0 on n1, watch 1, was told of the put of 1 to a at revision 2 after the put of 2 to b at revision 3$/,
      operations: [0],
    },
    {
      kind: "within-revision",
      title: "a transaction's events come in another order than it made them",
      valid: [...written, watching({ at: 10 }, created(11, 3), told(12, a3, b4))],
      invalid: [...written, watching({ at: 10 }, created(11, 3), told(12, b4, a3))],
      message:
        /a at revision 4 after the put of 4 to b at revision 4, although the transaction made it before$/,
      operations: [10, 4],
    },
    {
      kind: "before-creation",
      title: "an event comes before the creation",
      valid: [watching({}, created(1, 1), told(2, a1))],
      invalid: [watching({}, told(1, a1), created(2, 1))],
      message: /before it was created$/,
      operations: [0],
    },
  ],
  "watch-unique": [
    {
      kind: "repeated",
      title: "an event comes again",
      valid: [watching({}, created(1, 1), told(2, a1), told(3, a3, b4))],
      invalid: [watching({}, created(1, 1), told(2, a1), told(3, a3, b4), told(4, b4))],
      message: /was told twice of the put of 4 to b at revision 4$/,
      operations: [0],
    },
  ],
  "watch-atomic": [
    {
      kind: "split",
      title: "a revision comes in two messages",
      valid: [watching({ fragment: true }, created(1, 1), piece(2, a3), told(3, b4), told(4, a5))],
      invalid: [watching({ fragment: true }, created(1, 1), told(2, a3), told(3, b4), told(4, a5))],
      message: /b at revision 4 in another message than of the rest of that revision$/,
      operations: [0],
    },
    {
      kind: "cut",
      title: "a message comes in pieces that were not asked for",
      valid: [watching({ fragment: true }, created(1, 1), piece(2, a1), told(3, b2))],
      invalid: [watching({}, created(1, 1), piece(2, a1), told(3, b2))],
      message: /in pieces, which it had not asked for$/,
      operations: [0],
    },
  ],
  "watch-reliable": [
    {
      kind: "missing",
      title: "an acknowledged write is left out between two events",
      valid: [...written, watching({ at: 10, start: 2 }, created(11, 5), told(12, a1, b2, a3, b4))],
      invalid: [...written, watching({ at: 10, start: 2 }, created(11, 5), told(12, a1, a3, b4))],
      message:
        /was never told of the put of 2 to b at revision 3, although it was told of revision 4$/,
      operations: [10, 2],
    },
    {
      kind: "missing",
      title: "what happened after the creation of one that watches from now on is left out",
      valid: [...written, watching({ at: 10 }, created(11, 3), told(12, a3, b4))],
      invalid: [...written, watching({ at: 10 }, created(11, 2), told(12, a3, b4))],
      message: /never told of the put of 2 to b at revision 3/,
      operations: [10, 2],
    },
    {
      kind: "missing",
      title: "what another watch saw is left out",
      valid: [
        watching({ process: 1, at: 1, range: { key: "b" } }, created(2, 1), told(3, b2)),
        watching({ at: 10, start: 2 }, created(11, 5), told(12, a1, b2), told(13, a5)),
      ],
      invalid: [
        watching({ process: 1, at: 1, range: { key: "b" } }, created(2, 1), told(3, b2)),
        watching({ at: 10, start: 2 }, created(11, 5), told(12, a1), told(13, a5)),
      ],
      message: /never told of the put of 2 to b at revision 3/,
      operations: [10, 1],
    },
    {
      kind: "missing",
      title: "the other half of a transaction of unknown outcome is left out",
      valid: [
        write(2, [0, 1], "maybe", change("a=3"), change("b=4")),
        watching({ at: 10, start: 4 }, created(11, 5), told(12, a3, b4), told(13, a5)),
      ],
      invalid: [
        write(2, [0, 1], "maybe", change("a=3"), change("b=4")),
        watching({ at: 10, start: 3 }, created(11, 5), told(12, b2), told(13, a3), told(14, a5)),
      ],
      message: /never told of the put of 4 to b at revision 4/,
      operations: [10, 0],
    },
    {
      kind: "missing",
      title: "a notification promises that all was told",
      valid: [...written, watching({ at: 10 }, created(11, 4), told(12, a5), notified(13, 5))],
      invalid: [...written, watching({ at: 10 }, created(11, 4), notified(13, 5))],
      message: /never told of the deletion of a at revision 5/,
      operations: [10, 6],
    },
  ],
  "watch-resumable": [
    {
      kind: "skipped",
      title: "the deletion at the asked revision is skipped",
      valid: [...written, watching({ at: 10, start: 5 }, created(11, 5), told(12, a5))],
      invalid: [
        ...written,
        write(5, [8, 9], 6, change("b=6")),
        watching(
          { at: 10, start: 5 },
          created(11, 6),
          told(12, put("b=6@6", { create: 3, version: 3 })),
        ),
      ],
      message: /never told of the deletion of a at revision 5, although it was told of revision 6$/,
      operations: [10, 6],
    },
    {
      kind: "skipped",
      title: "a watch that goes on with another one leaves something out between",
      valid: [
        ...written,
        watching({ at: 10, start: 2, name: "x" }, created(11, 5), told(12, a1)),
        watching({ at: 20, start: 3, resumes: "x" }, created(21, 5), told(22, b2)),
      ],
      invalid: [
        ...written,
        watching({ at: 10, start: 2, name: "x" }, created(11, 5), told(12, a1)),
        watching({ at: 20, start: 3, resumes: "x" }, created(21, 5), told(22, a3, b4)),
      ],
      message: /never told of the put of 2 to b at revision 3/,
      operations: [10, 20, 2],
    },
    {
      kind: "too-old",
      title: "an event is older than the asked start",
      valid: [watching({ start: 3 }, created(1, 4), told(2, b2))],
      invalid: [watching({ start: 3 }, created(1, 4), told(2, a1), told(3, b2))],
      message: /revision 2, which lies before its first revision, 3$/,
      operations: [0],
    },
    {
      kind: "too-old",
      title: "an event is older than the creation of one that watches from now on",
      valid: [watching({}, created(1, 2), told(2, b2))],
      invalid: [watching({}, created(1, 3), told(2, b2))],
      message: /revision 3, which lies before its first revision, 4$/,
      operations: [0],
    },
  ],
  "watch-bookmarkable": [
    {
      kind: "overtaken",
      title: "an event comes after a notification that covers it",
      valid: [watching({}, created(1, 1), told(2, a1), notified(3, 2), told(4, b2))],
      invalid: [watching({}, created(1, 1), notified(3, 2), told(4, a1))],
      message: /revision 2 after it had been notified that all up to revision 2 was told$/,
      operations: [0],
    },
    {
      kind: "backwards",
      title: "a notification goes back",
      valid: [watching({}, created(1, 1), told(2, b2), notified(3, 3), notified(4, 4))],
      invalid: [watching({}, created(1, 1), told(2, b2), notified(3, 4), notified(4, 3))],
      message: /notified of revision 3 after it had been told of revision 4$/,
      operations: [0],
    },
  ],
  "watch-early-bookmark": [
    {
      kind: "early",
      title: "a notification comes before the start is reached",
      valid: [watching({ start: 50 }, created(1, 4), notified(2, 49), told(3, put("a=1@50")))],
      invalid: [watching({ start: 50 }, created(1, 4), notified(2, 48))],
      message: /notified of revision 48, although it begins with revision 50$/,
      operations: [0],
    },
    {
      kind: "early",
      title: "a notification that comes after the creation is for this watch as well",
      valid: [
        watching({ start: 50 }, notified(1, 4), created(2, 4), notified(3, 49), canceled(4, 60)),
        watching({ process: 1, at: 10 }, created(11, 4), notified(12, 4), told(13, put("a=1@50"))),
      ],
      invalid: [watching({ start: 50 }, notified(1, 3), created(2, 4), notified(3, 4, 1))],
      message: /notified of revision 4, although it begins with revision 50$/,
      operations: [0],
    },
  ],
  "watch-filter": [
    {
      kind: "key",
      title: "an event is of a key that was not watched",
      valid: [watching({ range: { key: "a", rangeEnd: "b" } }, created(1, 1), told(2, a1))],
      invalid: [watching({ range: { key: "a", rangeEnd: "b" } }, created(1, 1), told(2, b2))],
      message: /which it had not asked for$/,
      operations: [0],
    },
    {
      kind: "type",
      title: "an event is of a type that was filtered",
      valid: [watching({ filters: ["no-delete"] }, created(1, 1), told(2, a1))],
      invalid: [watching({ filters: ["no-delete"] }, created(1, 1), told(2, a5))],
      message: /the deletion of a at revision 5, which it had not asked for$/,
      operations: [0],
    },
  ],
  "watch-prev-kv": [
    {
      kind: "previous",
      title: "what is said to have been there before was changed meanwhile",
      valid: [
        ...written,
        watching({ at: 10, start: 5 }, created(11, 5), told(12, gone("a@5", a3.kv))),
      ],
      invalid: [
        ...written,
        watching({ at: 10, start: 5 }, created(11, 5), told(12, gone("a@5", a1.kv))),
      ],
      message:
        /^process 0 on n1, watch 1, was told of the deletion of a at revision 5 with 1 in a of revision 2 before it, although there was the put of 3 to a at revision 4$/,
      operations: [10, 4],
    },
    {
      kind: "previous",
      title: "the version does not follow what was there before",
      valid: [
        watching(
          {},
          created(1, 3),
          told(2, put("a=3@4", { create: 2, version: 2, prevKv: a1.kv })),
        ),
      ],
      invalid: [
        watching(
          {},
          created(1, 3),
          told(2, put("a=3@4", { create: 2, version: 3, prevKv: a1.kv })),
        ),
      ],
      message: /which its version 3 does not follow$/,
      operations: [0],
    },
    {
      kind: "fields",
      title: "a put goes on counting where the key was deleted before",
      valid: [
        ...written,
        write(5, [8, 9], 6, change("a=6")),
        watching({ at: 10, start: 6 }, created(11, 6), told(12, put("a=6@6"))),
      ],
      invalid: [
        ...written,
        write(5, [8, 9], 6, change("a=6")),
        watching(
          { at: 10, start: 6 },
          created(11, 6),
          told(12, put("a=6@6", { create: 2, version: 3 })),
        ),
      ],
      message:
        /with version 3 and a creation at revision 2, although there was the deletion of a at revision 5$/,
      operations: [10, 6],
    },
    {
      kind: "fields",
      title: "a version skips one where nothing can have happened between",
      valid: [
        ...written.slice(1),
        watching({ at: 10, start: 2 }, created(11, 5), told(12, a1), told(13, a3, b4)),
      ],
      invalid: [
        ...written.slice(1),
        watching(
          { at: 10, start: 2 },
          created(11, 5),
          told(12, a1),
          told(13, put("a=3@4", { create: 2, version: 3 }), b4),
        ),
      ],
      message: /a at revision 4 with version 3 and a creation at revision 2/,
      operations: [10],
    },
    {
      kind: "fields",
      title: "a deletion carries a value",
      valid: [watching({}, created(1, 1), told(2, gone("a@5")))],
      invalid: [watching({}, created(1, 1), told(2, { type: "delete", kv: kv("a=1@5") }))],
      message: /with the value 1, version 1 and a creation at revision 5$/,
      operations: [0],
    },
    {
      kind: "unasked",
      title: "nobody asked for what was there before",
      valid: [watching({ prevKv: true }, created(1, 1), told(2, gone("a@5", a3.kv)))],
      invalid: [watching({ prevKv: false }, created(1, 1), told(2, gone("a@5", a3.kv)))],
      message: /with what was there before$/,
      operations: [0],
    },
  ],
  "watch-no-future": [
    {
      kind: "nobody",
      title: "nobody ever asked for the value",
      valid: [...written, watching({ at: 10 }, created(11, 1), told(12, a1))],
      invalid: [...written, watching({ at: 10 }, created(11, 1), told(12, put("a=9@2")))],
      message: /which nobody ever asked for$/,
      operations: [10],
    },
    {
      kind: "nobody",
      title: "nobody can have deleted the key by then",
      valid: [
        write(2, [0, 1], "maybe", change("a")),
        watching({ at: 10 }, created(11, 1), told(12, a5)),
      ],
      invalid: [
        watching({ at: 10 }, created(11, 1), told(12, a5)),
        write(2, [20, 21], "maybe", change("a")),
      ],
      message: /which nobody who may have deleted it had asked for by then$/,
      operations: [10],
    },
    {
      kind: "failed",
      title: "the write failed",
      valid: [
        write(2, [0, 1], "maybe", change("a=1")),
        watching({ at: 10 }, created(11, 1), told(12, a1)),
      ],
      invalid: [
        write(2, [0, 1], "never", change("a=1")),
        watching({ at: 10 }, created(11, 1), told(12, a1)),
      ],
      message: /although process 2 on n3 was told that it had failed$/,
      operations: [10, 0],
    },
    {
      kind: "before-call",
      title: "the write was called only afterwards",
      valid: [watching({}, created(1, 1), told(7, a1)), write(1, [5, 9], 2, change("a=1"))],
      invalid: [watching({}, created(1, 1), told(4, a1)), write(1, [5, 9], 2, change("a=1"))],
      message: /which process 1 on n2 asked for only later, at 0\.005 s$/,
      operations: [0, 5],
    },
    {
      kind: "elsewhere",
      title: "the write was acknowledged at another revision",
      valid: [...written, watching({ at: 10 }, created(11, 1), told(12, a1))],
      invalid: [...written, watching({ at: 10 }, created(11, 1), told(12, put("a=1@7")))],
      message: /although process 5 on n6 was told that it was revision 2$/,
      operations: [10, 0],
    },
    {
      kind: "elsewhere",
      title: "the revision was acknowledged to somebody else",
      valid: [
        ...written,
        write(2, [8, 9], "maybe", change("c=9")),
        watching({ at: 10 }, created(11, 5), told(12, put("c=9@6"))),
      ],
      invalid: [
        ...written,
        write(2, [8, 9], "maybe", change("c=9")),
        watching({ at: 10 }, created(11, 4), told(12, put("c=9@5"))),
      ],
      message: /although that revision is known to be all of what process 5 on n6 did$/,
      operations: [10, 8, 6],
    },
    {
      kind: "uncommitted",
      title: "a read afterwards knows less",
      valid: [
        ...written,
        watching({ at: 10 }, created(11, 3), told(12, a3, b4)),
        read(1, [13, 14], 4),
      ],
      invalid: [
        ...written,
        watching({ at: 10 }, created(11, 3), told(12, a3, b4)),
        read(1, [13, 14], 3),
      ],
      message:
        /^process 1 on n2 was told of revision 3, although process 0 on n1, watch 1, had been told of revision 4 before it asked$/,
      operations: [10, 13],
    },
    {
      kind: "uncommitted",
      title: "a write afterwards is at a revision that was told of before",
      valid: [
        ...written,
        watching({ at: 10 }, created(11, 4), told(12, a5), notified(12, 5)),
        write(1, [13, 14], 6, change("a=6")),
      ],
      invalid: [
        ...written,
        watching({ at: 10 }, created(11, 4), told(12, a5), notified(12, 6)),
        write(1, [13, 14], 6, change("a=6")),
      ],
      message: /^process 1 on n2 was told of revision 6, although/,
      operations: [10, 13],
    },
  ],
  "watch-compaction": [
    {
      kind: "needless",
      title: "the compaction lies at the start",
      valid: [watching({ start: 5 }, created(1, 9), told(2, a5), canceled(3, 7))],
      invalid: [watching({ start: 5 }, created(1, 9), told(2, a5), canceled(3, 6))],
      message: /since revision 6 is compacted, although it needed nothing before revision 6$/,
      operations: [0],
    },
    {
      kind: "after-end",
      title: "an event comes after the cancel",
      valid: [watching({ start: 2 }, created(1, 9), told(2, a5), canceled(3, 8), notified(4, 9))],
      invalid: [watching({ start: 2 }, created(1, 9), canceled(3, 3), told(4, a5))],
      message: /was told of something after it had been cancelled$/,
      operations: [0],
    },
    {
      kind: "again",
      title: "the cancel comes again",
      valid: [
        watching(
          { start: 2, cancelAsked: true },
          created(1, 9),
          told(2, a5),
          canceled(3, 8),
          canceled(4),
        ),
      ],
      invalid: [watching({ start: 2 }, created(1, 9), told(2, a5), canceled(3, 8), canceled(4, 8))],
      message: /was cancelled again$/,
      operations: [0],
    },
  ],
  "watch-agreement": [
    {
      kind: "watch",
      title: "two watches tell different values",
      valid: [
        watching({ process: 1, at: 1 }, created(2, 1), told(3, a1)),
        watching({ at: 10 }, created(11, 1), told(12, a1)),
      ],
      invalid: [
        watching({ process: 1, at: 1 }, created(2, 1), told(3, a1)),
        watching({ at: 10 }, created(11, 1), told(12, put("a=9@2"))),
      ],
      message:
        /was told of the put of 9 to a at revision 2, but process 1 on n2 saw the put of 1 to a at revision 2$/,
      operations: [10, 1],
    },
    {
      kind: "watch",
      title: "two watches tell different versions",
      valid: [
        watching({ process: 1, at: 1 }, created(2, 1), told(3, a3)),
        watching({ at: 10 }, created(11, 1), told(12, a3)),
      ],
      invalid: [
        watching({ process: 1, at: 1 }, created(2, 1), told(3, a3)),
        watching({ at: 10 }, created(11, 1), told(12, put("a=3@4", { create: 2, version: 3 }))),
      ],
      message: /but process 1 on n2 was told of version 2 and not 3$/,
      operations: [10, 1],
    },
    {
      kind: "read",
      title: "a read finds something else than was told",
      valid: [
        ...written,
        watching({ at: 10 }, created(11, 1), told(12, a1)),
        read(1, [13, 14], 5, kv("a=1@2")),
      ],
      invalid: [
        ...written,
        watching({ at: 10 }, created(11, 1), told(12, a1)),
        read(1, [13, 14], 5, kv("a=9@2")),
      ],
      message:
        /^process 1 on n2 was told of the put of 9 to a at revision 2, but process 5 on n6 was told that it had made the put of 1 to a at revision 2$/,
      operations: [13, 0],
    },
  ],
};

describe.each(Object.entries(cases))("%s", (name, ofChecker) => {
  it.each(ofChecker)("finds that $title", async ({ kind, valid, invalid, message, operations }) => {
    expect(await judge(name, valid)).toMatchObject({ validity: "valid", findings: [] });
    const verdict = await judge(name, invalid);
    expect(verdict).toMatchObject({ validity: "invalid", details: { [kind]: 1 } });
    expect(verdict.findings[0]?.message).toMatch(message);
    expect(verdict.findings[0]?.operations).toEqual(operations);
  });
});

it("has a case for each kind of finding of each checker", async () => {
  for (const [name, ofChecker] of Object.entries(cases)) {
    const { details = {} } = await judge(name, written);
    const general = ["watches", "events", "revisions", "elapsedMs", "reason"];
    const kinds = Object.keys(details).filter((field) => !general.includes(field));
    expect([...new Set(ofChecker.map(({ kind }) => kind))].sort()).toEqual(kinds.sort());
  }
  expect(Object.keys(cases).sort()).toEqual(Object.keys(checkers).sort());
});

describe("what is not certain", () => {
  it.each<[string, string, readonly Drawn[]]>([
    [
      "a write of unknown outcome that nobody saw may be missing",
      "watch-reliable",
      [
        write(2, [0, 1], "maybe", change("b=2")),
        watching({ at: 10, start: 2 }, created(11, 5), told(12, a1), told(13, a5)),
      ],
    ],
    [
      "what comes after the last event may be still under way",
      "watch-reliable",
      [...written, watching({ at: 10, start: 2 }, created(11, 5), told(12, a1))],
    ],
    [
      "the rest of the last revision may follow in a piece that never came",
      "watch-reliable",
      [
        ...written,
        watching({ at: 10, start: 2, fragment: true }, created(11, 5), piece(12, a1, b2, a3)),
      ],
    ],
    [
      "nothing is missing behind a cancel",
      "watch-resumable",
      [
        ...written,
        watching({ at: 10, start: 2 }, created(11, 5), told(12, a1), canceled(13, 4), told(14, a5)),
      ],
    ],
    [
      "nothing is missing that was filtered or not watched",
      "watch-resumable",
      [
        ...written,
        watching({ at: 10, start: 2, filters: ["no-put"] }, created(11, 5), told(12, a5)),
        watching({ at: 20, start: 2, range: { key: "b" } }, created(21, 5), told(22, b2, b4)),
      ],
    ],
    [
      "a notification before the creation is for the others of the stream",
      "watch-bookmarkable",
      [watching({ start: 2 }, notified(1, 9), created(2, 9), told(3, a1))],
    ],
    [
      "what was there before may be compacted away",
      "watch-prev-kv",
      [...written, watching({ at: 10, start: 4 }, created(11, 5), told(12, a3, b4, a5))],
    ],
    [
      "a put that nobody saw may lie between two versions",
      "watch-prev-kv",
      [watching({}, created(1, 1), told(2, a1), told(3, put("a=3@4", { create: 2, version: 3 })))],
    ],
    [
      "a read that was called before may know less",
      "watch-no-future",
      [...written, watching({ at: 10 }, created(11, 3), told(13, a3, b4)), read(1, [12, 14], 3)],
    ],
  ])("%s", async (_, name, operations) => {
    expect(await judge(name, operations)).toMatchObject({ validity: "valid", findings: [] });
  });

  it("leaves keys alone that others change", async () => {
    const others: WatchAdapter<Drawn["input"]> = {
      ...drawnAdapter,
      isOurs: (key) => key !== "a",
      mayLapse: (key) => key === "b",
    };
    const history = drawnHistory(
      watching({}, created(1, 1), told(2, a1), told(3, gone("a@3")), told(4, gone("b@4"))),
    );
    const strange = watchCheckers(others)["watch-no-future"];
    expect(await strange?.check(history, context)).toMatchObject({ validity: "valid" });
    expect(await checkers["watch-no-future"]?.check(history, context)).toMatchObject({
      details: { nobody: 3 },
    });
  });
});

describe("while the history is made", () => {
  /** By what else the history says alone, so that nothing is told of them before its end. */
  const needTheWhole = ["within-revision", "skipped"];
  const followed = Object.entries(cases).flatMap(([name, ofChecker]) =>
    checkers[name]?.follow ? ofChecker.map((one) => ({ ...one, name })) : [],
  );

  /** The first thing that it tells, in the order of the operations' ends. */
  function toldOf(name: string, operations: readonly Drawn[]): string | undefined {
    const follower = checkers[name]?.follow?.();
    const inOrder = operations.toSorted(
      (a, b) => (a.completedIndex ?? 0) - (b.completedIndex ?? 0),
    );
    for (const operation of inOrder) {
      const finding = follower?.completed?.(operation);
      if (finding) return finding.message;
    }
    return undefined;
  }

  it("eight checkers look on", () => {
    expect([...new Set(followed.map(({ name }) => name))]).toHaveLength(8);
  });

  it.each(followed)("$name tells of it when the watch is over: $title", async (one) => {
    const { name, kind, valid, invalid } = one;
    expect(toldOf(name, valid)).toBeUndefined();
    const whole = await judge(name, invalid);
    expect(toldOf(name, invalid)).toBe(
      needTheWhole.includes(kind) ? undefined : whole.findings[0]?.message,
    );
  });
});

describe("a check", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is unknown where no watch was told anything", async () => {
    for (const name of Object.keys(checkers)) {
      expect(await judge(name, [...written, watching({ at: 10 }, created(11, 1))])).toMatchObject({
        validity: "unknown",
        summary: "Nothing wrong was found. No event came to any watch.",
      });
    }
  });

  it("is unknown where the time was up or it was stopped", async () => {
    const history = drawnHistory(...written, watching({ at: 10 }, created(11, 1), told(12, a1)));
    const stopped = AbortSignal.abort();
    for (const checker of Object.values(checkers)) {
      expect(await checker.check(history, { ...context, deadlineMs: 0 })).toMatchObject({
        validity: "unknown",
        details: { reason: "deadline" },
      });
      expect(await checker.check(history, { ...context, signal: stopped })).toMatchObject({
        validity: "unknown",
        details: { reason: "aborted" },
      });
      expect(await checker.check(history, context)).toMatchObject({ validity: "valid" });
    }
  });

  it("shows the first of many findings of a kind and counts them all", async () => {
    const events = Array.from({ length: 50 }, () => a1);
    const verdict = await judge("watch-unique", [watching({}, created(1, 1), told(2, ...events))]);
    expect(verdict).toMatchObject({
      summary:
        "There is trouble: 49 repeated events. Looked at 1 watch, 50 events, 1 known revision.",
      details: { repeated: 49, watches: 1, events: 50, revisions: 1 },
    });
    expect(verdict.findings).toHaveLength(5);
  });
});
