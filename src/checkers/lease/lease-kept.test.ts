import { expect, it } from "vitest";
import type { FaultRecord } from "../../core/history.js";
import { fail, fault, info } from "../../testing/histories.js";
import {
  grant,
  judge,
  put,
  putInput,
  read,
  refusedRevoke,
  remove,
  renew,
  revoke,
} from "./lease-histories.fixture.js";
import { leaseKept } from "./lease-kept.js";

const attached = [grant(0, "0..10", "1", 5), put(0, "20..30", ["k", "v", "1"])];

it("finds a key that is gone before the time of its lease is over", async () => {
  const verdict = await judge(leaseKept, [...attached, read(1, "4000..4010")]);
  expect(verdict).toMatchObject({
    validity: "invalid",
    summary: "1 time a lease was over before its time, in what was seen of 1 lease.",
    findings: [
      {
        message:
          "lease 1 was over by 4.010 s: process 1 on n2 did not find a/k, which nobody else had " +
          "touched since it was attached at 0.030 s; but process 0 on n1 was told at 0.010 s that " +
          "it lives 5 s from 0.000 s on, which is until 5.000 s, and nobody had asked to revoke it",
        operations: [0, 20, 4000],
      },
    ],
  });
  expect((await judge(leaseKept, [...attached, read(1, "4990..5010")])).validity).toBe("valid");
});

it("counts from the invocation of the last renewal that was answered", async () => {
  const gone = read(1, "8000..8010");
  const renewed = [...attached, renew(1, "4000..4900", "1", 5), gone];
  expect((await judge(leaseKept, renewed)).findings[0]?.operations).toEqual([4000, 20, 8000]);
  const tooLate = [...attached, renew(1, "4000..4900", "1", 5), read(1, "8995..9001")];
  expect((await judge(leaseKept, tooLate)).validity).toBe("valid");
  const unanswered = [
    ...attached,
    info(1, "4000..5000", { f: "renew" as const, lease: "1" }),
    gone,
  ];
  expect((await judge(leaseKept, unanswered)).validity).toBe("valid");
  const inVain = [...attached, renew(1, "4000..4900", "1", 0), gone];
  expect((await judge(leaseKept, inVain)).validity).toBe("valid");
});

it("finds a revocation that is told that there is no such lease while it must live", async () => {
  const verdict = await judge(leaseKept, [
    grant(0, "0..10", "1", 5),
    refusedRevoke(1, "100..110", "1"),
  ]);
  expect(verdict.findings[0]?.operations).toEqual([0, 100]);
  const notYet = [grant(0, "0..110", "1", 5), refusedRevoke(1, "100..105", "1")];
  expect((await judge(leaseKept, notYet)).validity).toBe("valid");
});

it.each([
  ["it was revoked", revoke(2, "100..110", "1")],
  ["it may have been revoked", info(2, "100..110", { f: "revoke" as const, lease: "1" })],
  [
    "it may have been revoked without an answer",
    info(2, "100..", { f: "revoke" as const, lease: "1" }),
  ],
  ["the key was deleted", remove(2, "100..110", "k")],
  ["the key may have been deleted", info(2, "1..", { f: "delete" as const, key: "a/k" })],
  ["the key was moved to another lease", put(2, "100..110", ["k", "w", "2"])],
  ["the key may be moved still", info(2, "100..110", putInput("k", "w", "2"))],
  ["another write of the key was under way", put(2, "25..28", ["k", "w", "2"])],
])("has nothing to say where %s", async (_, other) => {
  const operations = [...attached, other, read(1, "1000..1010")];
  expect((await judge(leaseKept, operations)).validity).toBe("valid");
});

it.each([
  ["a revocation that failed", fail(2, "100..110", { f: "revoke" as const, lease: "1" })],
  ["a deletion that failed", fail(2, "100..110", { f: "delete" as const, key: "a/k" })],
  ["the revocation of another lease", revoke(2, "100..110", "2")],
  ["a deletion that was asked for later", remove(2, "1020..1030", "k")],
])("takes %s for no reason", async (_, other) => {
  const operations = [...attached, other, read(1, "1000..1010")];
  expect((await judge(leaseKept, operations)).validity).toBe("invalid");
});

it("does not look for a key in a read of another shelf, nor in one that may come before", async () => {
  const { input, ...rest } = read(1, "100..110");
  const elsewhere = { ...rest, input: { ...input, shelf: "b/" } };
  const early = read(2, "25..40");
  expect((await judge(leaseKept, [...attached, elsewhere, early])).validity).toBe("valid");
});

it("allows for clocks that a fault made run too fast", async () => {
  const plain = fault("clock", { inForce: 0, healed: 1, over: 2 });
  const skewed = (rate: number): FaultRecord => {
    const skew = { jumpMs: 0, rate };
    return { ...plain, spec: { ...plain.spec, skew } as FaultRecord["spec"] };
  };
  const faults = (rate: number) => ({ faults: [skewed(rate)] });
  const at = (ms: number) => [...attached, read(1, `${ms}..${ms + 10}`)];
  expect((await judge(leaseKept, at(2000), faults(2))).validity).toBe("valid");
  expect((await judge(leaseKept, at(1000), faults(2))).validity).toBe("invalid");
  expect((await judge(leaseKept, at(2000), faults(1))).validity).toBe("invalid");
  // A slow one that was replaced may not know for longer.
  expect((await judge(leaseKept, at(3000), faults(0.5))).validity).toBe("valid");
  expect((await judge(leaseKept, at(2000), faults(0.5))).validity).toBe("invalid");
});
