import { expect, it } from "vitest";
import type { NodeStatus } from "../../core/cluster.js";
import { fault, info } from "../../testing/histories.js";
import { leaseGone } from "./lease-gone.js";
import {
  grant,
  judge,
  put,
  putInput,
  read,
  refusedPut,
  refusedRevoke,
  renew,
  revoke,
} from "./lease-histories.fixture.js";

const attached = [
  grant(0, "0..10", "1", 5),
  put(0, "20..30", ["k", "v", "1"]),
  put(0, "40..50", ["l", "w", "1"]),
];
const both = [
  ["k", "v", "1"],
  ["l", "w", "1"],
] as const;

it("finds a key that is there after its lease was revoked", async () => {
  const verdict = await judge(leaseGone, [
    ...attached,
    revoke(1, "100..110", "1"),
    read(2, "120..130", both),
  ]);
  expect(verdict).toMatchObject({
    validity: "invalid",
    findings: [
      {
        message:
          "lease 1 was over by 0.110 s: process 1 on n2 had revoked it; but process 2 on n3, " +
          "which asked at 0.120 s, found a/k, which is attached to it",
        operations: [100, 120],
      },
    ],
  });
});

it.each([
  ["the read began before the revocation ended", [read(2, "105..130", both)]],
  ["the key is attached to another lease", [read(2, "120..130", [["k", "x", "2"]])]],
  ["the key has no lease", [read(2, "120..130", [["k", "y", ""]])]],
])("has nothing to say where %s", async (_, reads) => {
  const others = [put(1, "60..70", ["k", "x", "2"]), put(2, "80..85", ["k", "y", ""])];
  const operations = [...attached, ...others, revoke(1, "100..110", "1"), ...reads];
  expect((await judge(leaseGone, operations)).validity).toBe("valid");
});

it("does not believe a revocation of which nobody knows", async () => {
  const revocation = info(1, "100..110", { f: "revoke" as const, lease: "1" });
  const operations = [...attached, revocation, read(2, "120..130", both)];
  expect((await judge(leaseGone, operations)).validity).toBe("valid");
});

it.each([
  ["a put was told so", [refusedPut(1, "6000..6010", ["m", "x", "1"])], [6000, 6030]],
  ["a revocation was told so", [refusedRevoke(1, "6000..6010", "1")], [6000, 6030]],
  ["another key of it was gone", [read(1, "6000..6010", [["l", "w", "1"]])], [20, 6000, 6030]],
])("finds a key that is there after %s", async (_, shown, named) => {
  const found = read(2, "6030..6040", [["l", "w", "1"]]);
  const verdict = await judge(leaseGone, [...attached, ...shown, found]);
  expect(verdict.validity).toBe("invalid");
  expect(verdict.findings.map(({ operations }) => operations)).toEqual([named]);
});

it("takes no refusal for the end of a lease that may not have been granted yet", async () => {
  const operations = [
    refusedPut(1, "0..5", ["m", "x", "1"]),
    info(0, "1..8", { f: "grant" as const, lease: "1", ttl: 5 }),
    refusedRevoke(1, "10..20", "1"),
    put(0, "30..40", ["k", "v", "1"]),
    read(1, "50..60", [["k", "v", "1"]]),
  ];
  expect((await judge(leaseGone, operations)).validity).toBe("valid");
});

it("takes no renewal for the end of a lease that was told that there is none", async () => {
  const operations = [...attached, renew(1, "100..110", "1", 0), read(2, "120..130", both)];
  const verdict = await judge(leaseGone, operations);
  expect(verdict).toMatchObject({ validity: "valid", details: { hearsay: 1 } });
});

/** 5 s and an election, and 12 s more. */
const overdue = 10 + 5_000 + 1_000 + 12_000 + 10;
const late = (ms: number) => read(1, `${ms}..${ms + 10}`, both);

it("finds a key whose lease is long over, where everything was calm", async () => {
  const verdict = await judge(leaseGone, [...attached, late(overdue)]);
  expect(verdict.findings).toEqual([
    {
      message:
        "lease 1 should have been over by 18.010 s, allowing for faults, elections and 12 s more; " +
        "but process 1 on n2, which asked at 18.020 s, found a/k, which is attached to it",
      operations: [0, 20, overdue],
      explanation: [
        "Process 0 on n1 was told at 0.010 s that it lives 5 s from 0.000 s on: nobody was told of more time after that.",
        "Process 0 on n1 had attached a/k to it, which was answered at 0.030 s.",
        "etcd names no moment by which a lease that nobody keeps alive must be gone. Its own time counts from the last moment at which a new leader or the end of a fault may have begun it anew; with time for an election and 12 s for good measure that is over at 18.010 s.",
        "Process 1 on n2, which asked at 18.020 s, found a/k.",
      ],
    },
  ]);
  expect((await judge(leaseGone, [...attached, late(overdue - 30)])).validity).toBe("valid");
});

it("has patience with whatever may have given the lease its time anew", async () => {
  const read = late(overdue);
  const renewed = [...attached, renew(0, "100..200", "1", 5), read];
  expect((await judge(leaseGone, renewed)).validity).toBe("valid");
  const maybe = [...attached, info(0, "100..200", { f: "renew" as const, lease: "1" }), read];
  expect((await judge(leaseGone, maybe)).validity).toBe("valid");
});

it("has patience until all faults have been over for long enough", async () => {
  const phases = [{ index: 0, atNs: 0, phase: "main" as const }];
  const past = { phases, faults: [fault("pause", { inForce: 200, healed: 280, over: 300 })] };
  expect((await judge(leaseGone, [...attached, late(overdue)], past)).validity).toBe("valid");
  const later = [...attached, late(overdue + 300)];
  expect((await judge(leaseGone, later, past)).validity).toBe("invalid");
  const lasting = { phases, faults: [fault("pause", { inForce: 200 })] };
  const muchLater = [...attached, late(overdue + 9_000)];
  expect((await judge(leaseGone, muchLater, lasting)).validity).toBe("valid");
});

it("counts from the first sight of the term in which the read was answered", async () => {
  const status = { raftTerm: 3 } as NodeStatus;
  const inTerm3 = (ms: number) => {
    const read = late(ms);
    if (read.outcome.type !== "ok" || !read.outcome.header) throw new Error("it has a header");
    const header = { ...read.outcome.header, raftTerm: 3 };
    return { ...read, outcome: { ...read.outcome, header } };
  };
  const statuses = [{ index: 60, atNs: 1_000e6, node: "n1", status }];
  const rest = { statuses };
  expect((await judge(leaseGone, [...attached, inTerm3(overdue)], rest)).validity).toBe("valid");
  expect((await judge(leaseGone, [...attached, inTerm3(overdue + 1_000)], rest)).validity).toBe(
    "invalid",
  );
});

it("counts from the end of healing for what is read afterwards", async () => {
  const phases = [{ index: 60, atNs: 2_000e6, phase: "final" as const }];
  const faults = [fault("pause", { inForce: 200 })];
  const rest = { phases, faults };
  expect((await judge(leaseGone, [...attached, late(overdue + 1_000)], rest)).validity).toBe(
    "valid",
  );
  expect((await judge(leaseGone, [...attached, late(overdue + 2_000)], rest)).validity).toBe(
    "invalid",
  );
});

it("cannot tell of a lease whose time nobody was told", async () => {
  const operations = [
    info(0, "0..10", { f: "grant" as const, lease: "1", ttl: 5 }),
    put(1, "20..30", ["k", "v", "1"]),
    info(2, "40..50", putInput("l", "w", "1")),
    late(90_000),
  ];
  expect((await judge(leaseGone, operations)).validity).toBe("valid");
});
