import { describe, expect, it } from "vitest";
import { check } from "./check.js";
import { hasSerialOrder } from "./serial-oracle.fixture.js";
import { atOnce, fail, info, ok } from "./shorthand.fixture.js";
import type { Transaction } from "./transaction.js";

async function typesIn(history: readonly Transaction[]): Promise<string[]> {
  const { anomalies, validity } = await check(history);
  expect(validity === "invalid").toBe(anomalies.length > 0);
  return anomalies.map(({ type }) => type);
}

/** Each history holds its anomaly and no other, and has no serial order. */
describe("finds", () => {
  it.each<[string, readonly Transaction[]]>([
    ["garbage-read", atOnce("ax1", "rx[1,2]")],
    ["duplicate-elements", atOnce("ax1", "rx[1,1]")],
    ["incompatible-order", atOnce("ax1", "ax2", "rx[1,2]", "rx[2]")],
    ["internal", atOnce("ax1", "rx[1] rx[]")],
    ["internal", atOnce("ax1", "ax2 rx[1]", "rx[1,2]")],
    ["future-read", atOnce("rx[1] ax1")],
    ["G1a", [fail(0, [0, 10], "ax1"), ok(1, [1, 2], "rx[1]")]],

    ["G0", atOnce("ax1 ay1", "ax2 ay2", "rx[1,2] ry[2,1]")],
    ["G0-process", [ok(0, [0, 1], "ax1"), ok(0, [2, 3], "ax2"), ok(1, [0, 9], "rx[2,1]")]],
    ["G0-realtime", [ok(0, [0, 1], "ax1"), ok(1, [2, 3], "ax2"), ok(2, [0, 9], "rx[2,1]")]],
    ["G1c", atOnce("ax1 ry[1]", "ay1 rx[1]")],
    ["G1c-process", [ok(0, [0, 1], "rx[1]"), ok(0, [2, 3], "ax1")]],
    ["G1c-realtime", [ok(0, [0, 1], "rx[1]"), ok(1, [2, 3], "ax1")]],
    [
      "G1c-realtime",
      [ok(0, [0, 1], "rx[1]"), ok(1, [2, 9], "ry[]"), ok(2, [0, 3], "ry[]"), ok(3, [4, 5], "ax1")],
    ],
    ["G-single", atOnce("ax1 ay1", "rx[] ry[1]")],
    ["G-single-process", [ok(0, [0, 1], "ax1"), ok(0, [2, 3], "rx[]"), ok(1, [0, 9], "rx[1]")]],
    ["G-single-realtime", [ok(0, [0, 1], "ax1"), ok(1, [2, 3], "rx[]"), ok(2, [0, 9], "rx[1]")]],
    ["G-nonadjacent", atOnce("rx[] rw[1]", "ax1 az1", "rz[1] ry[]", "ay1 aw1")],
    [
      "G-nonadjacent-process",
      [
        ok(0, [0, 1], "ay1"),
        ok(0, [2, 3], "rx[]"),
        ok(1, [0, 9], "ax1 az1"),
        ok(2, [0, 9], "rz[1] ry[]"),
      ],
    ],
    [
      "G-nonadjacent-realtime",
      [
        ok(0, [0, 1], "ay1"),
        ok(3, [2, 3], "rx[]"),
        ok(1, [0, 9], "ax1 az1"),
        ok(2, [0, 9], "rz[1] ry[]"),
      ],
    ],
    ["G2-item", atOnce("rx[] ay1", "ry[] ax1")],
    ["G2-item-process", [ok(0, [0, 1], "ay1"), ok(0, [2, 3], "rx[]"), ok(1, [0, 9], "ax1 ry[]")]],
    ["G2-item-realtime", [ok(0, [0, 1], "ay1"), ok(2, [2, 3], "rx[]"), ok(1, [0, 9], "ax1 ry[]")]],
  ])("%s", async (type, history) => {
    expect(hasSerialOrder(history)).toBe(false);
    expect(await typesIn(history)).toEqual([type]);
  });

  it.each<[string, readonly string[], readonly Transaction[]]>([
    [
      "a read of what a transaction left in between",
      ["G1b", "G-single"],
      atOnce("ax1 ax2", "rx[1]", "rx[1,2]"),
    ],
    [
      "an append of a transaction whose next one was read",
      ["lost-append", "G-single"],
      atOnce("ax1 ax2", "rx[2]"),
    ],
    [
      "an append upon a failed one",
      ["G1a", "dirty-update"],
      [fail(0, [0, 1], "ax1"), ok(1, [2, 3], "ax2"), ok(2, [2, 5], "rx[1,2]")],
    ],
    [
      "an append that is gone",
      ["lost-append", "G-single-process"],
      [ok(0, [0, 1], "ax1"), ok(0, [2, 3], "rx[]")],
    ],
    [
      "a transaction's appends in another order",
      ["incompatible-order"],
      atOnce("ax1 ax2", "rx[2,1]"),
    ],
    [
      "an element that appeared twice in a shorter list",
      ["duplicate-elements", "incompatible-order"],
      atOnce("ax1", "ax2", "ax3", "rx[1,1]", "rx[1,2,3]"),
    ],
    [
      "three that all built on the same list",
      ["lost-update", "G2-item"],
      atOnce("rx[] ax1", "rx[] ax2", "rx[] ax3"),
    ],
  ])("%s", async (_, types, history) => {
    expect(hasSerialOrder(history)).toBe(false);
    expect(await typesIn(history)).toEqual(types);
  });
});

describe("finds nothing in", () => {
  it.each<[string, readonly Transaction[]]>([
    ["no transactions", []],
    ["reads of an empty list", atOnce("rx[]", "rx[]")],
    ["two that appended upon each other", atOnce("rx[] ax1", "rx[1] ax2", "rx[1,2]")],
    ["appends that nobody read", atOnce("ax1", "ax2 ay1")],
    [
      "a read and an append of what was read",
      [ok(0, [0, 1], "rx[] ax1"), ok(1, [2, 3], "rx[1] ax2 rx[1,2]"), ok(0, [4, 5], "rx[1,2]")],
    ],
    ["own appends, each read", atOnce("ax1 rx[1] ax2 rx[1,2]", "rx[]")],
    ["several reads of a list that others appended to later", atOnce("rx[] rx[]", "ax1", "rx[1]")],
    [
      "an append of unknown outcome that was read late",
      [info(0, 0, "ax1"), ok(1, [1, 2], "rx[]"), ok(1, [3, 4], "rx[1]")],
    ],
    [
      "one that nobody knew the outcome of, which came about after that was said",
      [{ ...info(0, 0, "ax1"), completedAt: 1 }, ok(1, [2, 3], "rx[]"), ok(1, [4, 5], "rx[1]")],
    ],
    [
      "one that was never read",
      [info(0, 0, "ax1"), ok(1, [1, 2], "rx[] ax2"), ok(1, [3, 4], "rx[2]")],
    ],
    [
      "what one of unknown outcome is said to have read",
      [info(0, 0, "rx[7]"), ok(1, [1, 2], "rx[]")],
    ],
    ["reads of whatever", [ok(0, [0, 1], "ax1"), ok(0, [2, 3], "rx? rx[1]")]],
    ["a failed append", [fail(0, [0, 1], "ax1"), ok(0, [2, 3], "rx[]")]],
    [
      "what a failed transaction is said to have read",
      [fail(0, [0, 1], "rx[7]"), ok(0, [2, 3], "rx[]")],
    ],
    [
      "a stale read that overlaps the append",
      [ok(0, [0, 5], "ax1"), ok(1, [1, 2], "rx[1]"), ok(2, [1, 3], "rx[]")],
    ],
    [
      "times that touch, which are no order",
      [ok(0, [0, 1], "ax1"), ok(1, [1, 2], "rx[]"), ok(1, [3, 4], "rx[1]")],
    ],
    [
      "a transaction that read all and was the last to append",
      [ok(0, [0, 1], "ax1"), ok(1, [2, 3], "rx[1] ax2"), ok(2, [2, 3], "rx[1] ay1")],
    ],
  ])("%s", async (_, history) => {
    expect(hasSerialOrder(history)).toBe(true);
    expect(await check(history)).toMatchObject({ validity: "valid", anomalies: [], counts: {} });
  });
});

describe("cannot tell", () => {
  it("what is true of a key to which one element was appended twice", async () => {
    const history = atOnce("ax1", "ax1 rx[1,1]", "rx[1] ax1");
    expect(await check(history)).toMatchObject({
      validity: "unknown",
      repeated: [{ key: "x", element: "1" }],
      anomalies: [],
    });
  });

  it("but finds what other keys show", async () => {
    const result = await check(atOnce("ax1 ry[7]", "ax1"));
    expect(result).toMatchObject({ validity: "invalid", counts: { "garbage-read": 1 } });
  });

  it("when it is not to go on", async () => {
    const result = await check(atOnce("ax1", "rx[]"), { mayGoOn: () => false });
    expect(result).toMatchObject({ validity: "unknown", stopped: true });
  });

  it("but keeps what it found until then", async () => {
    const twoTangles = [...atOnce("ax1 ry[1]", "ay1 rx[1]"), ...atOnce("au1 rv[1]", "av1 ru[1]")];
    const all = await check(twoTangles);
    expect(all.counts).toEqual({ G1c: 2 });
    let left = (await questionsUntilTheEnd(twoTangles)) - 1;
    const cut = await check(twoTangles, { mayGoOn: () => (left -= 1) > 0 });
    expect(cut).toMatchObject({ validity: "invalid", stopped: true, counts: { G1c: 1 } });
  });
});

async function questionsUntilTheEnd(history: readonly Transaction[]): Promise<number> {
  let asked = 0;
  await check(history, { mayGoOn: () => (asked += 1) > 0 });
  return asked;
}

describe("tells", () => {
  it("a cycle step by step", async () => {
    const { anomalies } = await check([
      ok(4, [0, 1], "ax1"),
      ok(4, [2, 3], "ax2 ay1"),
      ok(5, [0, 9], "rx[1,2] ry[]"),
      ok(6, [4, 9], "rz[] ay2"),
    ]);
    expect(anomalies).toEqual([
      {
        type: "G-single",
        transactions: [1, 2],
        edges: ["wr", "rw"],
        message: "2 transactions cannot be put into any order: T1 before T2 before T1",
        steps: [
          "T1 comes before T2: T1 appended 2 to x, and T2 read it: [1 2].",
          "T2 comes before T1: T2 read y as [], without 1, which T1 appended.",
        ],
      },
    ]);
  });

  it.each<[string, readonly Transaction[], string]>([
    [
      "appends that follow each other",
      atOnce("ax1 ay1", "ax2 ay2", "rx[1,2] ry[2,1]"),
      "T1 appended 1 to x, and T2 appended 2, which stands right after it in [1 2]",
    ],
    [
      "an append that was never read",
      atOnce("ax1 ry[1]", "ax2 ay1", "rx[1]"),
      "T1 appended 1 to x, and T2 appended 2, which came later, since the longest list that was read, [1], is without it",
    ],
    [
      "the order of a process",
      [ok(7, [0, 1], "rx[1]"), ok(7, [2, 3], "ax1")],
      "process 7 did T1 first, and T2 after it had returned",
    ],
    [
      "the order in time",
      [ok(7, [0, 1], "rx[1]"), ok(8, [2, 3], "ax1")],
      "T1 had returned before T2 was invoked",
    ],
  ])("%s", async (_, history, reason) => {
    const { anomalies } = await check(history);
    expect(anomalies.flatMap(({ steps }) => steps).join("\n")).toContain(reason);
  });

  it("some of each type, and how many there were", async () => {
    const history = Array.from({ length: 9 }, (_, i) => ok(i, [i, 100], `rx[${i}]`));
    const aborted = [fail(20, [0, 1], "ay1"), ok(21, [0, 1], "ry[1]")];
    const result = await check([...history.map((each) => onKeyOfItsOwn(each)), ...aborted], {
      mostOfEachType: 2,
    });
    expect(result.counts).toEqual({ "garbage-read": 9, G1a: 1 });
    expect(result.anomalies.map(({ type }) => type)).toEqual([
      "garbage-read",
      "garbage-read",
      "G1a",
    ]);
  });

  it("a long cycle by its first steps", async () => {
    const ring = Array.from({ length: 40 }, (_, i) => `a${letter(i)}1 r${letter((i + 1) % 40)}[1]`);
    const { anomalies } = await check(atOnce(...ring));
    expect(anomalies[0]).toMatchObject({ type: "G1c", transactions: { length: 40 } });
    expect(anomalies[0]?.message).toMatch(
      /: T1 before T2 before T3 before ... before T40 before T1$/,
    );
    expect(anomalies[0]?.steps).toHaveLength(25);
    expect(anomalies[0]?.steps.at(-1)).toBe("16 more such steps lead back to T1.");
  });

  it("long lists by their ends", async () => {
    const list = Array.from({ length: 40 }, (_, i) => i + 1);
    const { anomalies } = await check(
      atOnce(...list.map((i) => `ax${i}`), `rx[${list.join(",")},99]`),
    );
    expect(anomalies[0]?.message).toContain("[1 2 3 4 5 (31 others) 37 38 39 40 99]");
  });
});

/** Names of one character each. */
function letter(i: number): string {
  return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(i);
}

function onKeyOfItsOwn(transaction: Transaction): Transaction {
  const key = `k${transaction.process}`;
  return { ...transaction, operations: transaction.operations.map((each) => ({ ...each, key })) };
}
