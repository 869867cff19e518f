import { describe, expect, it } from "vitest";
import type { Verdict } from "../../core/checker.js";
import type { MemberEvent } from "../../core/history.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { historyOf, ok } from "../../testing/histories.js";
import { contentsOf, entry, listOfThree, member } from "./members.fixture.js";
import { membersAgree } from "./members-agree.js";

const context = { deadlineMs: 1_000, memoryMb: 64 };

/** n1 and n2 as they should be, beside this third one. */
function judge(third: Partial<MemberEvent>): Promise<Verdict> {
  return judgeAll([member("n1"), member("n2"), member("n3", third)]);
}

async function judgeAll(members: readonly MemberEvent[]): Promise<Verdict> {
  return membersAgree().check(historyOf([], { members }), context);
}

const messages = ({ findings }: Verdict) => findings.map(({ message }) => message);
const abc = [entry("a", "1"), entry("b", "2"), entry("c", "3")];

describe("members that agree", () => {
  it("are valid, and it is said in what they do", async () => {
    expect(await judge({})).toEqual({
      validity: "valid",
      summary: "3 members hold the same 3 keys at revision 9.",
      findings: [],
      details: { asked: 3, revision: 9, differingKeys: 0 },
    });
  });

  it("may have been asked by an older version for nothing at all", async () => {
    expect(await judgeAll([])).toMatchObject({
      validity: "valid",
      summary: "No member said what it holds: nothing was compared.",
    });
  });

  it("may not all have answered, which is for the coverage", async () => {
    const unanswered = [{ question: "its alarms", error: "late" }];
    expect(await judgeAll([member("n1"), { ...silent("n2"), unanswered }])).toMatchObject({
      validity: "valid",
      summary: "1 member holds 3 keys at revision 9. 1 question got no answer.",
    });
  });

  it.each<[string, Partial<MemberEvent>]>([
    ["a hash by another version of etcd", { version: "3.5.16", hash: hashed({ hash: 5 }) }],
    ["a hash of another revision", { hash: hashed({ revision: 10, hash: 5 }) }],
    ["its list in another order", { members: listOfThree.toReversed() }],
    ["its pages cut elsewhere", { contents: contentsOf(abc, { keysOfPage: 3 }) }],
    ["a newer revision, since leases end", { readRevision: 12 }],
    ["no room left", { alarms: [{ memberId: "3", alarm: "NOSPACE" }] }],
  ])("may differ in %s", async (_, third) => {
    expect(await judge(third)).toMatchObject({ validity: "valid", findings: [] });
  });

  it("have their alarms told of", async () => {
    const { summary } = await judge({ alarms: [{ memberId: "3", alarm: "NOSPACE" }] });
    expect(summary).toContain("Raised alarms: NOSPACE.");
  });

  it("may not have been compacted, whichever number a version has for that", async () => {
    const [none, zero] = [hashed({ compactRevision: -1 }), hashed({ compactRevision: 0 })];
    const verdict = await judgeAll([
      member("n1", { hash: none, version: "3.4.23" }),
      member("n2", { hash: zero }),
      member("n3", { hash: zero }),
    ]);
    expect(verdict.validity).toBe("valid");
  });
});

describe("members that do not agree", () => {
  it.each<[string, Partial<MemberEvent>, string]>([
    [
      "a value",
      { contents: contentsOf([entry("a", "1"), entry("b", "9"), entry("c", "3")]) },
      "At revision 9 the members do not hold the same under b: 2 (created at 2, written at 3, version 2, without a lease) on n1 and n2; 9 (created at 2, written at 3, version 2, without a lease) on n3.",
    ],
    [
      "a lease alone",
      { contents: contentsOf([entry("a", "1", { lease: "7" }), ...abc.slice(1)]) },
      "At revision 9 the members do not hold the same under a: 1 (created at 2, written at 3, version 2, without a lease) on n1 and n2; 1 (created at 2, written at 3, version 2, with lease 7) on n3.",
    ],
    [
      "a key that is not there",
      { contents: contentsOf(abc.slice(0, 2)) },
      "At revision 9 the members do not hold the same under c: 3 (created at 2, written at 3, version 2, without a lease) on n1 and n2; nothing on n3.",
    ],
    [
      "a revision that is older than one already told",
      { readRevision: 8 },
      "n3 answered a linearizable read with revision 8, although revision 9 had been told before it was asked.",
    ],
    [
      "what is compacted",
      { hash: hashed({ compactRevision: 5, hash: 6 }) },
      "The members do not agree on what is compacted, although all had applied the same changes: the compact revision is 4 on n1 and n2, 5 on n3.",
    ],
    [
      "the hash alone",
      { hash: hashed({ hash: 5 }) },
      "The members' histories up to revision 9 are not the same: the hash of all that they keep is 77 on n1 and n2, 5 on n3.",
    ],
    [
      "who is a learner",
      { members: listOfThree.map((one) => ({ ...one, isLearner: one.id === "2" })) },
      "The members do not agree on who the members are: n1 (id 1), n2 (id 2), n3 (id 3) on n1 and n2, n1 (id 1), n2 (id 2, a learner), n3 (id 3) on n3.",
    ],
    [
      "an alarm that data is corrupt",
      { alarms: [{ memberId: "2", alarm: "CORRUPT" }] },
      "etcd found the data of n2 to be corrupt: the alarm CORRUPT is raised, says n3.",
    ],
  ])("are invalid by %s", async (_, third, message) => {
    const verdict = await judge(third);
    expect(verdict.validity).toBe("invalid");
    expect(messages(verdict)).toEqual([message]);
  });

  it("are invalid where all know another number of members than there are", async () => {
    const two = { members: listOfThree.slice(0, 2) };
    const verdict = await judgeAll(["n1", "n2", "n3"].map((node) => member(node, two)));
    expect(messages(verdict)).toEqual([
      "n1, n2 and n3 know 2 members, although all 3 nodes of the cluster are to be members in the end.",
    ]);
  });

  it("may know learners that clients added and nobody started", async () => {
    const added = [...listOfThree, { id: "9", name: "", isLearner: true }];
    const members = ["n1", "n2", "n3"].map((node) => member(node, { members: added }));
    const history = historyOf([], { members });
    expect((await membersAgree().check(history, context)).validity).toBe("invalid");
    const judge = membersAgree({ changesMembers: true });
    expect((await judge.check(history, context)).validity).toBe("valid");
    const one = members.map((said, at) => (at > 0 ? said : { ...said, members: listOfThree }));
    expect((await judge.check(historyOf([], { members: one }), context)).validity).toBe("invalid");
  });

  it("have the operations named that were told of the writes in question", async () => {
    const wrote = ok(0, "1..2", { f: "write", key: "b" }, null, { revision: 3 });
    const other = ok(0, "3..4", { f: "write", key: "a" }, null, { revision: 3 });
    const later = ok(0, "5..6", { f: "read", key: "b" }, null, { revision: 4 });
    const third = contentsOf([entry("a", "1"), entry("b", "9"), entry("c", "3")]);
    const members = [member("n1"), member("n2"), member("n3", { contents: third })];
    const verdict = await membersAgree().check(
      historyOf([wrote, other, later], { members }),
      context,
    );
    expect(verdict.findings.map(({ operations }) => operations)).toEqual([[1]]);
  });

  it("have five keys shown and all of them counted", async () => {
    const keys = Array.from({ length: 30 }, (_, at) => `k${at}`).sort();
    const full = contentsOf(keys.map((key) => entry(key, "1")));
    const gone = contentsOf([]);
    const verdict = await judgeAll([
      member("n1", { contents: full }),
      member("n2", { contents: gone }),
    ]);
    expect(verdict.findings).toHaveLength(5);
    expect(verdict.summary).toBe("The members do not agree: 5 findings. 30 keys differ.");
    expect(verdict.findings[0]?.message).toContain("under k0:");
  });
});

describe("more keys than are kept", () => {
  const many = ["a", "b", "c", "d", "e", "f"].map((key) => entry(key, "1"));
  const with9 = (at: string) => many.map((kv) => (kv.key === at ? { ...kv, value: "9" } : kv));
  const judgeKept = (third: typeof many, kept = 1) =>
    judgeAll([
      ...["n1", "n2"].map((node) => member(node, { contents: contentsOf(many, { kept }) })),
      member("n3", { contents: contentsOf(third, { kept }) }),
    ]);

  it("are told apart by the digests of their pages", async () => {
    expect(await judgeKept(many)).toMatchObject({ validity: "valid" });
    expect(messages(await judgeKept(with9("d")))).toEqual([
      'At revision 9 the members do not hold the same keys from "c" on: the digests of what they hold differ, and there is too much of it to tell which keys.',
    ]);
  });

  it("do not make a key differ that one member's kept pages do not reach", async () => {
    // Without its first key the third member's first page reaches one key farther.
    const verdict = await judgeKept(many.slice(1));
    expect(messages(verdict)).toHaveLength(1);
    expect(messages(verdict)[0]).toContain(" under a: ");
  });
});

it("finds whatever one field of one key is changed to, whoever is asked first", async () => {
  const random = seededRandom(5).fork("members");
  for (let round = 0; round < 200; round++) {
    const count = 1 + random.below(12);
    const entries = Array.from({ length: count }, (_, at) =>
      entry(`key/${String(at).padStart(2, "0")}`, String(random.below(3)), {
        modRevision: 3 + random.below(6),
      }),
    );
    const changed = random.below(count);
    const field = random.pick(["value", "lease"] as const);
    const other = entries.map((kv, at) => (at === changed ? { ...kv, [field]: "other" } : kv));
    const paging = () => ({ keysOfPage: 1 + random.below(5) });
    const same = ["n1", "n2", "n4"].map((node) =>
      member(node, { contents: contentsOf(entries, paging()) }),
    );
    expect((await judgeAll(random.shuffle(same))).validity).toBe("valid");
    const odd = member("n3", { contents: contentsOf(other, paging()) });
    const verdict = await judgeAll(random.shuffle([...same, odd]));
    expect(messages(verdict)).toHaveLength(1);
    expect(messages(verdict)[0]).toContain(` under ${entries[changed]?.key ?? ""}: `);
  }
});

function silent(node: string): MemberEvent {
  return { index: 101, atNs: 1e9, node, unanswered: [] };
}

function hashed(changes: Partial<NonNullable<MemberEvent["hash"]>>) {
  return { revision: 9, hash: 77, compactRevision: 4, ...changes };
}
