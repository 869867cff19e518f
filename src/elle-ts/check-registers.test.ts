import { describe, expect, it } from "vitest";
import { checkRegisters, type RegisterCheckOptions } from "./check-registers.js";
import type { RegisterTransaction } from "./register-transaction.js";
import { hasSerialRegisterOrder } from "./serial-oracle.fixture.js";
import { registers } from "./shorthand.fixture.js";

const { ok, info, fail, atOnce } = registers;

type Options = RegisterCheckOptions;

async function typesIn(
  history: readonly RegisterTransaction[],
  options?: Options,
): Promise<string[]> {
  const { anomalies, validity } = await checkRegisters(history, options);
  expect(validity === "invalid").toBe(anomalies.length > 0);
  return anomalies.map(({ type }) => type);
}

const linearizable: Options = { linearizableKeys: true };
const sequential: Options = { sequentialKeys: true };

/** Each history has no serial order, and its neighbour, which differs in one thing, has one. */
describe("finds", () => {
  it.each<[string, readonly RegisterTransaction[], readonly RegisterTransaction[], Options?]>([
    ["garbage-read", atOnce("wx1", "rx2"), atOnce("wx1", "rx1")],
    ["future-read", atOnce("rx1 wx1"), atOnce("wx1 rx1")],
    ["internal", atOnce("wx1", "rx1 rx-"), atOnce("wx1", "rx1 rx1")],
    ["internal", atOnce("wx1", "wx2 rx1"), atOnce("wx1", "wx2 rx2")],
    [
      "G1a",
      [fail(0, [0, 10], "wx1"), ok(1, [1, 2], "rx1")],
      [info(0, 0, "wx1"), ok(1, [1, 2], "rx1")],
    ],
    ["incompatible-versions", atOnce("wx1@4", "rx1@5"), atOnce("wx1@5", "rx1@5")],
    ["incompatible-versions", atOnce("wx1@4", "wx2@4"), atOnce("wx1@4", "wx2@5")],
    ["cyclic-versions", atOnce("wx1@5 wx2@4"), atOnce("wx1@4 wx2@5")],

    ["G0", atOnce("wx1@1 wy1@2", "wx2@2 wy2@1"), atOnce("wx1@1 wy1@1", "wx2@2 wy2@2")],
    [
      "G0-process",
      [ok(0, [0, 1], "wx1@2"), ok(0, [2, 3], "wx2@1")],
      [ok(0, [0, 1], "wx1@1"), ok(0, [2, 3], "wx2@2")],
    ],
    [
      "G0-realtime",
      [ok(0, [0, 1], "wx1@2"), ok(1, [2, 3], "wx2@1")],
      [ok(0, [0, 1], "wx1@2"), ok(1, [0, 3], "wx2@1")],
    ],
    ["G1c", atOnce("wx1 ry1", "wy1 rx1"), atOnce("wx1 ry-", "wy1 rx1")],
    [
      "G1c-process",
      [ok(0, [0, 1], "rx1"), ok(0, [2, 3], "wx1")],
      [ok(0, [0, 1], "rx-"), ok(0, [2, 3], "wx1")],
    ],
    [
      "G1c-realtime",
      [ok(0, [0, 1], "rx1"), ok(1, [2, 3], "wx1")],
      [ok(0, [0, 1], "rx1"), ok(1, [0, 3], "wx1")],
    ],
    ["G-single", atOnce("wx1 wy1", "rx- ry1"), atOnce("wx1 wy1", "rx1 ry1")],
    [
      "G-single-process",
      [ok(0, [0, 1], "wx1"), ok(0, [2, 3], "rx-")],
      [ok(0, [0, 1], "rx-"), ok(0, [2, 3], "wx1")],
    ],
    [
      "G-single-realtime",
      [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "rx-")],
      [ok(0, [0, 2], "wx1"), ok(1, [2, 3], "rx-")],
    ],
    [
      "G-nonadjacent",
      atOnce("wx1", "wy1", "rx1 ry-", "ry1 rx-"),
      atOnce("wx1", "wy1", "rx1 ry-", "ry1 rx1"),
    ],
    [
      "G-nonadjacent-process",
      [
        ...[ok(0, [0, 1], "wy1"), ok(0, [2, 3], "rx-")],
        ...[ok(1, [0, 9], "wx1 wz1"), ok(2, [0, 9], "rz1 ry-")],
      ],
      [
        ...[ok(0, [0, 1], "wy1"), ok(0, [2, 3], "rx-")],
        ...[ok(1, [0, 9], "wx1 wz1"), ok(2, [0, 9], "rz1 ry1")],
      ],
    ],
    [
      "G-nonadjacent-realtime",
      [
        ...[ok(0, [0, 1], "wy1"), ok(3, [2, 3], "rx-")],
        ...[ok(1, [0, 9], "wx1 wz1"), ok(2, [0, 9], "rz1 ry-")],
      ],
      [
        ...[ok(0, [0, 2], "wy1"), ok(3, [2, 3], "rx-")],
        ...[ok(1, [0, 9], "wx1 wz1"), ok(2, [0, 9], "rz1 ry-")],
      ],
    ],
    ["G2-item", atOnce("rx- wy1", "ry- wx1"), atOnce("rx- wy1", "ry1 wx1")],
    [
      "G2-item-process",
      [ok(0, [0, 1], "wy1"), ok(0, [2, 3], "rx-"), ok(1, [0, 9], "wx1 ry-")],
      [ok(0, [0, 1], "wy1"), ok(0, [2, 3], "rx1"), ok(1, [0, 9], "wx1 ry1")],
    ],
    [
      "G2-item-realtime",
      [ok(0, [0, 1], "wy1"), ok(2, [2, 3], "rx-"), ok(1, [0, 9], "wx1 ry-")],
      [ok(0, [0, 2], "wy1"), ok(2, [2, 3], "rx-"), ok(1, [0, 9], "wx1 ry-")],
    ],
    // By what each key is taken to be.
    [
      "cyclic-versions-realtime",
      [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "wx2"), ok(2, [4, 5], "rx1")],
      [ok(0, [0, 1], "wx1"), ok(1, [2, 6], "wx2"), ok(2, [4, 5], "rx1")],
      linearizable,
    ],
    [
      "cyclic-versions-process",
      [ok(0, [0, 1], "wx1"), ok(0, [2, 3], "wx2"), ok(0, [4, 5], "rx1")],
      [ok(0, [0, 1], "wx1"), ok(0, [2, 3], "wx2"), ok(0, [4, 5], "rx2")],
      sequential,
    ],
  ])("%s", async (type, spoilt, neighbour, options) => {
    expect(hasSerialRegisterOrder(spoilt)).toBe(false);
    expect(await typesIn(spoilt, options)).toEqual([type]);
    expect(hasSerialRegisterOrder(neighbour)).toBe(true);
    expect(await typesIn(neighbour, options)).toEqual([]);
  });

  it.each<[string, readonly string[], readonly RegisterTransaction[], Options?]>([
    ["what a transaction left in between", ["G1b", "G-single"], atOnce("wx1 wx2", "rx1")],
    ["two that replaced the same", ["lost-update", "G2-item"], atOnce("rx- wx1", "rx- wx2")],
    [
      "two that replaced the same, one after the other",
      ["lost-update", "G-single"],
      atOnce("wx1@1", "rx1@1 wx2@2", "rx1@1 wx3@3"),
    ],
    ["versions in a circle", ["cyclic-versions", "G1c"], atOnce("rx1 wx2", "rx2 wx1")],
    [
      "a key that was absent again",
      ["cyclic-versions-realtime", "G-single-realtime"],
      [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "rx-")],
      linearizable,
    ],
    [
      "a circle in the order of a process, of values that go back and forth",
      ["cyclic-versions-process"],
      [
        ...[ok(0, [0, 9], "wx1"), ok(1, [0, 9], "wx2"), ok(2, [0, 1], "rx1")],
        ...[ok(2, [2, 3], "rx2"), ok(2, [4, 5], "rx1")],
      ],
      sequential,
    ],
  ])("%s", async (_, types, history, options) => {
    expect(hasSerialRegisterOrder(history)).toBe(false);
    expect(await typesIn(history, options)).toEqual(types);
  });
});

describe("finds nothing in", () => {
  it.each<[string, readonly RegisterTransaction[]]>([
    ["no transactions", []],
    ["reads of what is absent", atOnce("rx-", "rx-")],
    ["writes that nobody read", atOnce("wx1", "wx2 wy1")],
    [
      "a write of unknown outcome that was read late",
      [info(0, 0, "wx1"), ok(1, [1, 2], "rx-"), ok(1, [3, 4], "rx1")],
    ],
    [
      "one that was never read",
      [info(0, 0, "wx1"), ok(1, [1, 2], "rx- wx2"), ok(1, [3, 4], "rx2")],
    ],
    ["what one of unknown outcome is said to have read", [info(0, 0, "rx7"), ok(1, [1, 2], "rx-")]],
    ["reads of whatever", [ok(0, [0, 1], "wx1"), ok(0, [2, 3], "rx? rx1")]],
    ["a failed write", [fail(0, [0, 1], "wx1"), ok(0, [2, 3], "rx-")]],
    ["versions of what failed", [fail(0, [0, 1], "wx1@3"), ok(0, [2, 3], "wx2@3")]],
    [
      "a stale read that overlaps the write",
      [ok(0, [0, 5], "wx1"), ok(1, [1, 2], "rx1"), ok(2, [1, 3], "rx-")],
    ],
    [
      "times of two processes that touch, which are no order",
      [ok(0, [0, 1], "wx1"), ok(1, [1, 2], "wx2 wy1"), ok(2, [3, 4], "rx1 ry1")],
    ],
    [
      "times of one process that touch",
      [ok(0, [0, 1], "wx1"), ok(0, [1, 2], "wx2 wy1"), ok(2, [0, 4], "rx1 ry1")],
    ],
    ["own writes, each read", atOnce("wx1@1 rx1@1 wx2@2 rx2@2", "rx-")],
  ])("%s", async (_, history) => {
    expect(hasSerialRegisterOrder(history)).toBe(true);
    for (const options of [{}, linearizable, sequential]) {
      expect(await checkRegisters(history, options)).toMatchObject({
        ...{ validity: "valid", anomalies: [], counts: {} },
        models: { violated: [], mayHold: ["strict-serializable"] },
      });
    }
  });
});

describe("cannot tell", () => {
  it("what is true of a key to which one value was written twice", async () => {
    expect(await checkRegisters(atOnce("wx1", "wx1 rx1", "rx- wx1"))).toMatchObject({
      validity: "unknown",
      repeated: [{ key: "x", element: "1" }],
    });
  });

  it("when it is not to go on", async () => {
    const result = await checkRegisters(atOnce("wx1", "rx2"), { mayGoOn: () => false });
    expect(result).toMatchObject({ validity: "unknown", stopped: true });
  });

  it("all of keys whose versions it knows only in part", async () => {
    const stale = [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "wx2"), ok(2, [4, 5], "rx1")];
    expect(hasSerialRegisterOrder(stale)).toBe(false);
    expect(await checkRegisters(stale)).toMatchObject({ validity: "valid", partlyOrdered: 1 });
    const told = [ok(0, [0, 1], "wx1@1"), ok(1, [2, 3], "wx2@2"), ok(2, [4, 5], "rx1@1")];
    expect(await checkRegisters(told)).toMatchObject({ validity: "invalid", partlyOrdered: 0 });
  });

  it("nothing of what may never have happened, and does without", async () => {
    const history = [info(0, 0, "wx1"), info(1, 0, "wx2"), ok(2, [0, 1], "wx3")];
    expect(await checkRegisters(history)).toMatchObject({ validity: "valid", partlyOrdered: 0 });
  });

  it("versions from writes after reads where these are not to be believed", async () => {
    const history = atOnce("wx1", "rx1 wx2 wy1", "ry1 rx1");
    expect(await typesIn(history)).toEqual(["G-single"]);
    expect(await typesIn(history, { writesFollowReads: false })).toEqual([]);
  });
});

describe("tells", () => {
  it("a cycle step by step", async () => {
    const { anomalies } = await checkRegisters(atOnce("wz1", "wx1@4 wy1@4", "rx1@4 ry-"));
    expect(anomalies).toEqual([
      {
        type: "G-single",
        transactions: [1, 2],
        edges: ["wr", "rw"],
        message: "2 transactions cannot be put into any order: T1 before T2 before T1",
        steps: [
          "T1 comes before T2: T1 wrote 1 to x, and T2 read it.",
          "T2 comes before T1: T2 read that y was absent, and T1 wrote 1, before which it was absent.",
        ],
      },
    ]);
  });

  it.each<[string, readonly RegisterTransaction[], Options | undefined, string]>([
    [
      "versions that were told",
      atOnce("wx1@4 wy1@5", "wx2@5 wy2@4"),
      undefined,
      "T1 wrote 1 to x, and T2 wrote 2, which came later: its version is 5, and that of 1 is 4.",
    ],
    [
      "a write after a read",
      atOnce("wx1", "rx1 wx2 wy1", "ry1 rx1"),
      undefined,
      "T2 read x as 1, and T1 wrote 2, which came later: T1 had read 1 before it wrote 2.",
    ],
    [
      "the next write of a transaction",
      atOnce("wx1 wx2", "rx1"),
      undefined,
      "T2 read x as 1, and T1 wrote 2, which came later: T1 wrote 2 after 1.",
    ],
    [
      "what one process saw",
      [ok(0, [0, 1], "wx1"), ok(0, [2, 3], "wx2 wy1"), ok(1, [0, 9], "ry1 rx1")],
      sequential,
      "T2 read x as 1, and T1 wrote 2, which came later: one process saw 1 first, and 2 after it.",
    ],
    [
      "what was there before",
      [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "wx2 wy1"), ok(2, [0, 9], "ry1 rx1")],
      linearizable,
      "T2 read x as 1, and T1 wrote 2, which came later: 1 was there before 2 was last found or written.",
    ],
    [
      "how versions go in a circle",
      atOnce("rx1 wx2", "rx2 wx1"),
      undefined,
      "1 comes before 2: T1 read 1 and then wrote 2.\n2 comes before 1: T2 read 2 and then wrote 1.",
    ],
    [
      "who saw versions in a circle",
      [ok(0, [0, 1], "wx1"), ok(1, [2, 3], "rx-")],
      linearizable,
      "absent comes before 1: T1 wrote it, and x was absent at first.\n1 comes before absent: T1 saw 1 and had returned before T2 was invoked, which saw absent.",
    ],
  ])("%s", async (_, history, options, reason) => {
    const { anomalies } = await checkRegisters(history, options);
    expect(anomalies.flatMap(({ steps }) => steps).join("\n")).toContain(reason);
  });
});
