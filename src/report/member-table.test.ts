import { describe, expect, it } from "vitest";
import type { MemberEvent } from "../core/history.js";
import { memberTable } from "./member-table.js";

const listed = ["n1", "n2", "n3"].map((name, at) => ({ id: `${at}`, name, isLearner: false }));

function member(node: string, changes: Partial<MemberEvent> = {}): MemberEvent {
  return {
    index: 5,
    atNs: 1,
    node,
    toldRevision: 9,
    readRevision: 9,
    revision: 9,
    version: "3.5.30",
    hash: { revision: 9, hash: 0xbeef, compactRevision: -1 },
    contents: { keys: 1, pages: [{ from: "a", keys: 1, digest: "d" }] },
    alarms: [],
    members: listed,
    unanswered: [],
    ...changes,
  };
}

/** By node, what is marked. */
function marked(members: readonly MemberEvent[]): Record<string, readonly string[]> {
  const odd = memberTable(members).rows.map((row): [string, readonly string[]] => [
    row.node,
    names.filter((name) => row[name].isOdd),
  ]);
  return Object.fromEntries(odd.filter(([, names]) => names.length > 0));
}

const names = [
  ...(["version", "readRevision", "compactRevision", "hash"] as const),
  ...(["keys", "alarms", "members"] as const),
];

it("shows what each member said, in words", () => {
  const { revision, rows } = memberTable([member("n1")]);
  expect(revision).toBe(9);
  expect(names.map((name) => rows[0]?.[name].text)).toEqual([
    ...["3.5.30", "9", "0", "0000beef", "1", "none", "n1, n2, n3"],
  ]);
});

it("is empty where nobody was asked, and has dashes for what was not answered", () => {
  expect(memberTable([])).toEqual({ rows: [] });
  const unanswered = [{ question: "its alarms", error: "late" }];
  const [row] = memberTable([{ index: 1, atNs: 1, node: "n1", unanswered }]).rows;
  expect(names.map((name) => row?.[name].text)).toEqual(names.map(() => "–"));
  expect(row?.unanswered).toEqual(["n1 was asked for its alarms and never answered: late"]);
});

describe("marks", () => {
  const hash = { revision: 9, hash: 1, compactRevision: -1 };

  it.each<[string, Partial<MemberEvent>, readonly string[]]>([
    ["nothing where all agree", {}, []],
    ["another hash", { hash }, ["hash"]],
    [
      "what was compacted",
      { hash: { ...hash, hash: 0xbeef, compactRevision: 3 } },
      ["compactRevision"],
    ],
    [
      "other keys",
      { contents: { keys: 1, pages: [{ from: "a", keys: 1, digest: "e" }] } },
      ["keys"],
    ],
    ["an alarm", { alarms: [{ memberId: "1", alarm: "CORRUPT" }] }, ["alarms"]],
    ["another list of members", { members: listed.slice(1) }, ["members"]],
    ["a revision below one that was told before", { readRevision: 8 }, ["readRevision"]],
    ["no newer revision, since leases end", { readRevision: 12 }, []],
    ["no hash by another version", { version: "3.4.23", hash }, []],
    ["no list in another order", { members: listed.toReversed() }, []],
  ])("%s", (_, changes, expected) => {
    const seen = marked([member("n1"), member("n2"), member("n3", changes)]);
    expect(seen).toEqual(expected.length === 0 ? {} : { n3: expected });
  });
});
