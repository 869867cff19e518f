import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckContext } from "../../core/checker.js";
import type { Input, Operation } from "../../core/operation.js";
import { fail, historyOf, info, ok } from "../../testing/histories.js";
import { drawFrom } from "../../testing/register-histories.js";
import type { KeyLook, KeyWrite, RevisionAccounts, Told } from "./account.js";
import { storyOf } from "./revision-story.fixture.js";
import { revisionOrder } from "./revision-order.js";

/** Operations that say themselves what they are. */
interface PlainInput extends Input {
  readonly writes: readonly KeyWrite[];
}
type PlainOperation = Operation<PlainInput, Told>;

const accounts: RevisionAccounts<PlainInput, Told> = {
  deletes: true,
  asked: ({ writes }) => writes,
  told: (_, output) => output,
};
const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };

async function judge(
  operations: readonly PlainOperation[],
  { more = {}, isExcerpt = false }: { more?: Partial<CheckContext>; isExcerpt?: boolean } = {},
) {
  const header = isExcerpt ? { shrunkFrom: { run: "whole", operations: 100 } } : {};
  return revisionOrder(accounts).check(historyOf(operations, { header }), { ...context, ...more });
}

const asking = (...writes: KeyWrite[]): PlainInput => ({ f: "any", writes });
const puts = (key: string, value: number): KeyWrite => ({ key, value });
const deletes = (key: string): KeyWrite => ({ key, value: null });

/** Process 0 unless it is said otherwise, so that each span is that of one process. */
const write = (span: string, revision: number, writes: KeyWrite[], looks: KeyLook[] = []) =>
  ok(0, span, asking(...writes), { wrote: true, looks }, { revision });
const read = (span: string, revision: number, ...looks: KeyLook[]) =>
  ok(1, span, asking(), { wrote: false, looks }, { revision });
const lost = (span: string, ...writes: KeyWrite[]) => info(2, span, asking(...writes));
const refused = (span: string, revision: number, writes: KeyWrite[], ...looks: KeyLook[]) =>
  ok(3, span, asking(...writes), { wrote: false, looks }, { revision });

const saw = (key: string, value: number, modRevision: number): KeyLook => ({
  ...{ key, value, modRevision },
});
const counted = (
  key: string,
  value: number,
  [createRevision, modRevision, version]: readonly [number, number, number],
): KeyLook => ({ key, value, modRevision, createRevision, version });
const absent = (key: string): KeyLook => ({
  ...{ key, value: null, modRevision: 0, version: 0, createRevision: 0 },
});

describe("accepts", () => {
  it.each<readonly [string, readonly PlainOperation[]]>([
    ["nothing", []],
    ["a key before it was written", [read("0..1", 1, absent("a"))]],
    ["a write and its read", [write("0..1", 2, [puts("a", 1)]), read("2..3", 2, saw("a", 1, 2))]],
    [
      "a read of an older state at its own revision, as serializable reads may be",
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        read("4..5", 2, saw("a", 1, 2)),
      ],
    ],
    [
      "an unknown write that was never seen",
      [lost("0..", puts("a", 1)), read("2..3", 1, absent("a"))],
    ],
    [
      "an unknown write that was seen",
      [lost("0..", puts("a", 1)), read("2..3", 5, saw("a", 1, 5)), read("4..5", 6, saw("a", 1, 5))],
    ],
    [
      "a deletion, and versions that count anew after it",
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)], [{ ...counted("a", 1, [2, 2, 1]), isBefore: true }]),
        write("4..5", 4, [deletes("a")], [{ ...counted("a", 2, [2, 3, 2]), isBefore: true }]),
        read("6..7", 4, absent("a")),
        write("8..9", 5, [puts("a", 3)], [{ ...absent("a"), isBefore: true }]),
        read("10..11", 5, counted("a", 3, [5, 5, 1])),
      ],
    ],
    [
      "absence after an unknown deletion, and a creation after it",
      [
        write("0..1", 2, [puts("a", 1)]),
        lost("2..", deletes("a")),
        read("4..5", 3, absent("a")),
        write("6..7", 4, [puts("a", 2)]),
        read("8..9", 4, counted("a", 2, [4, 4, 1])),
      ],
    ],
    [
      "a version that counts an unknown put",
      [
        write("0..1", 2, [puts("a", 1)]),
        lost("2..", puts("a", 2)),
        write("4..5", 4, [puts("a", 3)]),
        read("6..7", 4, counted("a", 3, [2, 4, 3])),
      ],
    ],
    [
      "a transaction seen as a whole, from before it and from after it",
      [
        write("0..9", 2, [puts("a", 1), puts("b", 1)]),
        read("1..2", 1, absent("a"), absent("b")),
        read("3..4", 2, saw("a", 1, 2), saw("b", 1, 2)),
      ],
    ],
    [
      "a comparison of a value that held",
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)], [{ key: "a", value: 1, isBefore: true }]),
      ],
    ],
    [
      "an unknown write of a value that two asked to write, seen once",
      [lost("0..", puts("a", 1)), lost("1..", puts("a", 1)), read("2..3", 5, saw("a", 1, 5))],
    ],
    [
      "an unknown write of a value that two asked to write, whatever else one of them wanted",
      [
        lost("0..", puts("a", 1), puts("b", 2)),
        lost("1..", puts("a", 1)),
        read("2..3", 5, saw("a", 1, 5), absent("b")),
      ],
    ],
    [
      "a comparison that held for a value that two wrote",
      [
        ...[write("0..1", 2, [puts("a", 1)]), write("2..3", 3, [puts("a", 2)])],
        write("4..5", 4, [puts("a", 1)]),
        write("6..7", 5, [puts("a", 3)], [{ key: "a", value: 1, isBefore: true }]),
      ],
    ],
    [
      "a write whose answer told no revision, at the one at which it was seen",
      [
        ok(0, "0..1", asking(puts("a", 1)), { wrote: true, looks: [] }),
        read("2..3", 5, saw("a", 1, 5)),
      ],
    ],
  ])("%s", async (_, operations) => {
    const verdict = await judge(operations);
    expect(verdict).toMatchObject({ validity: "valid", findings: [] });
  });
});

describe("finds", () => {
  it.each<readonly [string, string, RegExp, readonly number[], readonly PlainOperation[]]>([
    [
      "two values of one revision",
      "two-values",
      /showed that a held 1 at revision 2, and .* held 7 at that revision/,
      [0, 2],
      [write("0..1", 2, [puts("a", 1)]), read("2..3", 2, saw("a", 7, 2))],
    ],
    [
      "two values of one revision, one of which another key's value proves",
      "two-values",
      /showed that b held 7 at revision 5, and .* that it held 2 at that revision/,
      [1, 3],
      [
        lost("0..", puts("a", 1), puts("b", 2)),
        read("1..2", 5, saw("b", 7, 5)),
        read("3..4", 5, saw("a", 1, 5)),
      ],
    ],
    [
      "one revision of two writes",
      "claimed-twice",
      /wrote a and process 0 on n1 wrote b, both at revision 2/,
      [0, 2],
      [write("0..9", 2, [puts("a", 1)]), write("2..8", 2, [puts("b", 2)])],
    ],
    [
      "one revision of a known and of an unknown write",
      "claimed-twice",
      /process 2 on n3 wrote b \(as process 1 on n2 showed\), both at revision 2/,
      [0, 1, 2],
      [
        write("0..9", 2, [puts("a", 1)]),
        lost("1..", puts("b", 2)),
        read("2..8", 2, saw("b", 2, 2)),
      ],
    ],
    [
      "a write that is found at another revision",
      "applied-twice",
      /wrote 1 to a at revision 2, and process 1 on n2 found it written at revision 5/,
      [0, 2],
      [write("0..1", 2, [puts("a", 1)]), read("2..3", 6, saw("a", 1, 5))],
    ],
    [
      "an unknown write that is found at two revisions",
      "applied-twice",
      /at revision 4, and process 1 on n2 found it written at revision 5/,
      [0, 2, 4],
      [lost("0..", puts("a", 1)), read("2..3", 4, saw("a", 1, 4)), read("4..5", 6, saw("a", 1, 5))],
    ],
    [
      "a value that nobody wrote",
      "phantom",
      /found that a held 7 at revision 3, although nobody had asked to write that/,
      [0],
      [read("0..1", 3, saw("a", 7, 3))],
    ],
    [
      "a value of a write that failed",
      "phantom",
      /although process 0 on n1 was told that it was not written/,
      [0, 2],
      [fail(0, "0..1", asking(puts("a", 1))), read("2..3", 3, saw("a", 1, 3))],
    ],
    [
      "a value of a write that was refused",
      "phantom",
      /although process 3 on n4 was told/,
      [0, 2],
      [refused("0..1", 2, [puts("a", 1)], absent("a")), read("2..3", 3, saw("a", 1, 3))],
    ],
    [
      "a comparison that held for a value that was never written",
      "phantom",
      /although process 3 on n4 was told/,
      [0, 2],
      [
        refused("0..1", 2, [puts("a", 1)], absent("a")),
        write("2..3", 3, [puts("a", 2)], [{ key: "a", value: 1, isBefore: true }]),
      ],
    ],
    [
      "an acknowledged write that an answer of a later revision does not show",
      "skipped",
      /found a as of revision 2 in an answer of revision 4, although a was written at revision 3/,
      [2, 4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        read("4..5", 4, saw("a", 1, 2)),
      ],
    ],
    [
      "a proven write that an answer of a later revision does not show",
      "skipped",
      /found a as of revision 2 in an answer of revision 4, although a was written at revision 3/,
      [2, 3, 5],
      [
        write("0..1", 2, [puts("a", 1)]),
        lost("2..", puts("a", 2)),
        read("3..4", 3, saw("a", 2, 3)),
        read("5..6", 4, saw("a", 1, 2)),
      ],
    ],
    [
      "a key that is there after its deletion",
      "skipped",
      /although a was deleted at revision 3/,
      [2, 4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [deletes("a")]),
        read("4..5", 3, saw("a", 1, 2)),
      ],
    ],
    [
      "a key that is gone though nobody deleted it",
      "skipped",
      /found a absent in an answer of revision 2, although a was written at revision 2/,
      [0, 2],
      [write("0..1", 2, [puts("a", 1)]), read("2..3", 2, absent("a"))],
    ],
    [
      "more absences than there were deletions",
      "skipped",
      /found that a, written at revision 4, had been deleted, although too few/,
      [4, 6],
      [
        write("0..1", 2, [puts("a", 1)]),
        lost("1..", deletes("a")),
        read("2..3", 3, absent("a")),
        write("4..5", 4, [puts("a", 2)]),
        read("6..7", 5, absent("a")),
      ],
    ],
    [
      "an absence before the deletion was asked for",
      "skipped",
      /too few deletions had been asked for by then/,
      [0, 2],
      [write("0..1", 2, [puts("a", 1)]), read("2..3", 3, absent("a")), lost("4..", deletes("a"))],
    ],
    [
      "a comparison that held for what had been replaced",
      "skipped",
      /found a as of revision 2 in an answer of revision 4, although a was written at revision 3/,
      [0, 2, 4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        write("4..5", 4, [puts("a", 3)], [{ key: "a", value: 1, isBefore: true }]),
      ],
    ],
    [
      "a comparison with nothing that held although something was there",
      "skipped",
      /found a absent in an answer of revision 3, although a was written at revision 2/,
      [0, 2],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)], [{ key: "a", value: null, isBefore: true }]),
      ],
    ],
    [
      "an absence before the deletion was asked for, beside one that was answered later",
      "skipped",
      /too few deletions had been asked for by then/,
      [0, 3],
      [
        write("0..1", 2, [puts("a", 1)]),
        ok(4, "2..9", asking(), { wrote: false, looks: [absent("a")] }, { revision: 3 }),
        read("3..4", 3, absent("a")),
        lost("5..", deletes("a")),
      ],
    ],
    [
      "a key that was not there yet when an answer says that it was created",
      "skipped",
      /found a absent in an answer of revision 3, although a was written at revision 3/,
      [2, 4],
      [
        ...[lost("0..", puts("a", 1)), lost("1..", puts("a", 2))],
        read("2..3", 4, counted("a", 2, [3, 4, 2])),
        read("4..5", 3, absent("a")),
      ],
    ],
    [
      "an old state beside what the transaction wrote itself, which tells no other time",
      "skipped",
      /found a as of revision 2 in an answer of revision 4, although a was written at revision 3/,
      [2, 4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        write("4..5", 4, [puts("b", 3)], [saw("a", 1, 2), saw("b", 3, 4)]),
      ],
    ],
    [
      "a transaction seen by halves",
      "fractured",
      /found b absent, and a as of revision 2, in an answer of revision 2, although b was written/,
      [0, 2],
      [
        write("0..1", 2, [puts("a", 1), puts("b", 2)]),
        read("2..3", 2, saw("a", 1, 2), absent("b")),
      ],
    ],
    [
      "a write at a revision that was known before",
      "against-time",
      /wrote at revision 2, although process 0 on n1 had been told of revision 3 before it asked/,
      [0, 2],
      [write("0..1", 3, [puts("a", 1)]), write("2..3", 2, [puts("b", 2)])],
    ],
    [
      "a write at a revision that a read was told before",
      "against-time",
      /wrote at revision 4, although process 1 on n2 had been told of revision 4/,
      [0, 2],
      [read("0..1", 4, absent("a")), write("2..3", 4, [puts("b", 2)])],
    ],
    [
      "a write at a revision of which another answer was sooner told than that of the first who asked",
      "against-time",
      /wrote at revision 4, although process 1 on n2 had been told of revision 4/,
      [1, 3],
      [
        ok(4, "0..9", asking(), { wrote: false, looks: [] }, { revision: 4 }),
        read("1..2", 4, absent("a")),
        write("3..4", 4, [puts("b", 2)]),
      ],
    ],
    [
      "an unknown write at a revision that was known before",
      "against-time",
      /process 2 on n3 wrote at revision 3, although process 1 on n2 had been told of revision 4/,
      [0, 2, 4],
      [read("0..1", 4, absent("b")), lost("2..", puts("a", 1)), read("4..5", 5, saw("a", 1, 3))],
    ],
    [
      "something newer than the answer",
      "header-behind",
      /found a \(1\) as of revision 3 in an answer of revision 2/,
      [2],
      [write("0..9", 3, [puts("a", 1)]), read("2..3", 2, saw("a", 1, 3))],
    ],
    [
      "something newer than what it was to be before",
      "header-behind",
      /found a \(1\) as of revision 3 before it wrote at revision 3/,
      [0],
      [write("0..1", 3, [puts("a", 1)], [{ ...saw("a", 1, 3), isBefore: true }])],
    ],
    ...(
      [
        ["a creation after the last put", [3, 2, 1]],
        ["a second version at the creation", [2, 2, 2]],
        ["a first version after the creation", [1, 2, 1]],
        ["a version of 0", [2, 2, 0]],
        ["more versions than revisions", [1, 2, 3]],
      ] as const
    ).map(
      ([name, figures]) =>
        [
          ...[name, "figures", /found a with mod_revision 2, [^,]* and version \d \(figures/, [2]],
          [write("0..1", 2, [puts("a", 1)]), read("2..3", 3, counted("a", 1, figures))],
        ] as unknown as [string, string, RegExp, number[], PlainOperation[]],
    ),
    [
      "figures of an absent key",
      "figures",
      /although it was absent/,
      [0],
      [read("0..1", 3, { ...absent("a"), version: 2 })],
    ],
    [
      "a creation at an absent key",
      "figures",
      /create_revision 3 and version 0, although it was absent/,
      [0],
      [read("0..1", 3, { ...absent("a"), createRevision: 3 })],
    ],
    [
      "a version of 0 where nothing tells of the creation",
      "figures",
      /create_revision unknown and version 0 \(figures/,
      [2],
      [write("0..1", 2, [puts("a", 1)]), read("2..3", 3, { ...saw("a", 1, 2), version: 0 })],
    ],
    [
      "a creation before all revisions",
      "figures",
      /create_revision 0 and version 2 \(figures/,
      [3],
      [
        ...[write("0..1", 2, [puts("a", 1)]), lost("2..", puts("a", 9))],
        read("3..4", 3, counted("a", 1, [0, 2, 2])),
      ],
    ],
    [
      "a version that counts an unknown put twice",
      "figures",
      /version 4, although no more than 3 puts are possible/,
      [6],
      [
        ...[write("0..1", 2, [puts("a", 1)]), lost("2..", puts("a", 2))],
        read("3..4", 3, saw("a", 2, 3)),
        write("4..5", 6, [puts("a", 3)]),
        read("6..7", 6, counted("a", 3, [2, 6, 4])),
      ],
    ],
    [
      "a version that leaves out the creation",
      "figures",
      /version 2, although 3 puts from its creation on are known/,
      [5],
      [
        ...[lost("0..", puts("a", 1)), lost("1..", puts("a", 2)), lost("2..", puts("a", 3))],
        read("3..4", 4, counted("a", 2, [3, 4, 2])),
        read("5..6", 6, counted("a", 3, [3, 6, 2])),
      ],
    ],
    [
      "a version that leaves out a put",
      "figures",
      /version 2, although 3 puts from its creation on are known/,
      [6],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        write("4..5", 4, [puts("a", 3)]),
        read("6..7", 4, counted("a", 3, [2, 4, 2])),
      ],
    ],
    [
      "a version that counts a put that nobody made",
      "figures",
      /version 3, although no more than 2 puts are possible/,
      [4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 4, [puts("a", 2)]),
        read("4..5", 4, counted("a", 2, [2, 4, 3])),
      ],
    ],
    [
      "a version that goes on after a deletion",
      "figures",
      /although it was deleted at revision 3/,
      [2, 6],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [deletes("a")]),
        write("4..5", 4, [puts("a", 2)]),
        read("6..7", 4, counted("a", 2, [2, 4, 2])),
      ],
    ],
    [
      "a creation of what was never deleted",
      "figures",
      /although it was written at revision 2 and never deleted/,
      [0, 4],
      [
        write("0..1", 2, [puts("a", 1)]),
        write("2..3", 3, [puts("a", 2)]),
        read("4..5", 3, counted("a", 2, [3, 3, 1])),
      ],
    ],
  ])("%s", async (_, kind, message, operations, history) => {
    const verdict = await judge(history);
    expect(verdict.validity).toBe("invalid");
    const found = verdict.findings.find((finding) => finding.message.includes(`(${kind}: `));
    expect(found?.message).toMatch(message);
    expect(found?.operations).toEqual(operations);
  });
});

it("counts which unknown outcomes are proven", async () => {
  const verdict = await judge([
    write("0..1", 2, [puts("a", 1)]),
    ...[lost("2..", puts("a", 2)), lost("3..", deletes("a")), lost("4..", puts("b", 3))],
    read("5..6", 3, saw("a", 2, 3)),
    read("7..8", 4, absent("a")),
  ]);
  expect(verdict.details).toMatchObject({ unknownWrites: 3, provenWrites: 2, writes: 4 });
  expect(verdict.summary).toBe(
    "Revisions, versions and values agree in 3 answers. Of 3 writes of unknown outcome, 2 were seen to have happened.",
  );
});

it("takes no operation that is missing from an excerpt for one that never was", async () => {
  const history = [
    write("0..1", 2, [puts("a", 1)]),
    write("2..3", 7, [puts("a", 2)]),
    read("4..5", 7, counted("a", 2, [5, 7, 3])),
    read("6..7", 9, absent("a")),
  ];
  expect(await judge(history)).toMatchObject({ validity: "invalid" });
  expect(await judge(history, { isExcerpt: true })).toMatchObject({ validity: "valid" });
});

it("shows four of a kind and counts the others", async () => {
  const reads = Array.from({ length: 9 }, (_, i) =>
    read(`${2 * i}..${2 * i + 1}`, 30, saw("a", i, 10 + i)),
  );
  const verdict = await judge(reads);
  expect(verdict.findings.filter(({ message }) => message.includes("(phantom"))).toHaveLength(4);
  expect(verdict.details).toMatchObject({ anomalies: { phantom: 9, skipped: 8 } });
  expect(verdict.summary).toMatch(/9 phantom, 8 skipped. The first 8 are shown\.$/);
});

it("cannot tell when the time is up or it is stopped, unless something was found", async () => {
  const late = await judge([read("0..1", 1)], { more: { deadlineMs: 0 } });
  expect(late).toMatchObject({ validity: "unknown" });
  expect(late.summary).toMatch(/--checker-timeout/);
  const stopped = await judge([read("0..1", 1)], { more: { signal: AbortSignal.abort() } });
  expect(stopped.summary).toMatch(/stopped/);
});

describe("a store that is right", () => {
  const seeds = fc.integer({ min: 0, max: 1_000_000 });

  it("is never accused, whatever of its answers were lost", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const verdict = await judge(storyOf(drawFrom(seed)));
        expect(verdict.findings).toEqual([]);
        expect(verdict.validity).toBe("valid");
      }),
      { numRuns: 600 },
    );
  });

  it("is judged the same with its keys, values and revisions renamed and its processes exchanged", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const draw = drawFrom(seed);
        const history = storyOf(draw, { isSpoilt: draw(2) === 0 });
        const [one, other] = [await judge(history), await judge(history.map(renamed))];
        expect(other.validity).toBe(one.validity);
        expect(other.details).toEqual(one.details);
        expect(other.findings.map(({ operations }) => operations)).toEqual(
          one.findings.map(({ operations }) => operations),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("is mostly accused where one of its answers was changed", async () => {
    let found = 0;
    for (let seed = 0; seed < 300; seed++) {
      const verdict = await judge(storyOf(drawFrom(seed), { isSpoilt: true }));
      if (verdict.validity === "invalid") found += 1;
    }
    expect(found).toBeGreaterThan(200);
  });
});

/** Revisions keep their distances, which versions may depend on. */
function renamed({ input, outcome, ...rest }: PlainOperation): PlainOperation {
  const later = (revision: number | undefined) => (revision ? revision + 1_000 : revision);
  const name = (key: string) => `other/${key}`;
  const value = (held: KeyLook["value"]) => (typeof held === "number" ? `v${held}` : held);
  const process = rest.process + 100;
  const writes = input.writes.map((each) => ({
    ...{ key: name(each.key), value: value(each.value) ?? null },
  }));
  if (outcome.type !== "ok") return { ...rest, process, input: { ...input, writes }, outcome };
  const { wrote, looks } = outcome.output;
  const output = {
    wrote,
    looks: looks.map((look): KeyLook => ({
      ...look,
      key: name(look.key),
      ...(look.value !== undefined && { value: value(look.value) ?? null }),
      ...(look.modRevision !== undefined && { modRevision: later(look.modRevision) ?? 0 }),
      ...(look.createRevision !== undefined && { createRevision: later(look.createRevision) ?? 0 }),
    })),
  };
  const { header } = outcome;
  return {
    ...{ ...rest, process, input: { ...input, writes } },
    outcome: {
      ...{ type: "ok", output },
      ...(header && { header: { ...header, revision: header.revision + 1_000 } }),
    },
  };
}
