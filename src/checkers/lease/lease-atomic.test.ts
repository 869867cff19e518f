import { expect, it } from "vitest";
import { info } from "../../testing/histories.js";
import { leaseAtomic } from "./lease-atomic.js";
import { grant, judge, put, putInput, read, remove } from "./lease-histories.fixture.js";

const attached = [
  grant(0, "0..10", "1", 5),
  put(0, "20..30", ["k", "v", "1"]),
  put(0, "40..50", ["l", "w", "1"]),
];

it("finds a read of some keys of a lease while others are gone", async () => {
  const half = read(1, "6000..6010", [["l", "w", "1"]]);
  expect(await judge(leaseAtomic, [...attached, half])).toMatchObject({
    validity: "invalid",
    findings: [
      {
        message:
          "process 1 on n2, which asked at 6.000 s, found a/l, which is attached to lease 1, and " +
          "not a/k, which was attached to it at 0.030 s and which nobody touched since",
        operations: [20, 40, 6000],
      },
    ],
  });
});

it.each([
  [
    "all are there",
    read(1, "6000..6010", [
      ["k", "v", "1"],
      ["l", "w", "1"],
    ]),
  ],
  ["all are gone", read(1, "6000..6010")],
  ["those that are there have another lease", read(1, "6000..6010", [["m", "x", "2"]])],
])("has nothing to say where %s", async (_, found) => {
  const other = [grant(2, "60..70", "2", 60), put(2, "80..90", ["m", "x", "2"])];
  expect((await judge(leaseAtomic, [...attached, ...other, found])).validity).toBe("valid");
});

it.each([
  ["was deleted", remove(2, "100..110", "k")],
  ["may have been deleted", info(2, "100..110", { f: "delete" as const, key: "a/k" })],
  ["may have been moved", info(2, "100..", putInput("k", "x", "2"))],
  ["was moved", put(2, "5999..6001", ["k", "x", "2"])],
])("has nothing to say where a key %s", async (_, other) => {
  const half = read(1, "6000..6010", [["l", "w", "1"]]);
  expect((await judge(leaseAtomic, [...attached, other, half])).validity).toBe("valid");
});
