import { expect, it } from "vitest";
import { info } from "../../testing/histories.js";
import { leaseAttach } from "./lease-attach.js";
import {
  grant,
  judge,
  put,
  putInput,
  read,
  refusedPut,
  refusedRevoke,
  revoke,
} from "./lease-histories.fixture.js";

const granted = grant(0, "0..10", "1", 5);

it("finds a key that is attached to a lease that was revoked", async () => {
  const operations = [granted, revoke(1, "100..110", "1"), put(2, "120..130", ["k", "v", "1"])];
  expect(await judge(leaseAttach, operations)).toMatchObject({
    validity: "invalid",
    findings: [
      {
        message:
          "lease 1 was over by 0.110 s: process 1 on n2 had revoked it; but process 2 on n3 asked " +
          "to attach a/k to it at 0.120 s, and that was done",
        operations: [100, 120],
      },
    ],
  });
});

it.each([
  ["the put began before the revocation ended", put(2, "105..130", ["k", "v", "1"])],
  ["it was refused", refusedPut(2, "120..130", ["k", "v", "1"])],
  ["it was not answered", info(2, "120..130", putInput("k", "v", "1"))],
  ["it is without a lease", put(2, "120..130", ["k", "v", ""])],
])("has nothing to say after a revocation where %s", async (_, other) => {
  const operations = [granted, revoke(1, "100..110", "1"), other];
  expect((await judge(leaseAttach, operations)).validity).toBe("valid");
});

it("finds a put that is refused while its lease must live", async () => {
  const verdict = await judge(leaseAttach, [granted, refusedPut(1, "100..110", ["k", "v", "1"])]);
  expect(verdict.findings).toEqual([
    {
      message:
        "lease 1 was over by 0.110 s: process 1 on n2 was told so by a refused put; but process 0 " +
        "on n1 was told at 0.010 s that it lives 5 s from 0.000 s on, which is until 5.000 s, and " +
        "nobody had asked to revoke it",
      operations: [0, 100],
    },
  ]);
});

it.each([
  ["its time is over", [refusedPut(1, "5000..5010", ["k", "v", "1"])]],
  ["it may not have been granted yet", [refusedPut(1, "5..20", ["k", "v", "1"])]],
  [
    "it may have been revoked",
    [
      info(2, "50..60", { f: "revoke" as const, lease: "1" }),
      refusedPut(1, "100..110", ["k", "v", "1"]),
      refusedRevoke(1, "120..130", "1"),
    ],
  ],
])("has nothing to say against a refusal where %s", async (_, others) => {
  expect((await judge(leaseAttach, [granted, ...others])).validity).toBe("valid");
});

it("finds a value with another lease than it was written with", async () => {
  const written = put(1, "20..30", ["k", "v", "1"]);
  const verdict = await judge(leaseAttach, [
    granted,
    written,
    read(2, "40..50", [["k", "v", ""]]),
    read(2, "60..70", [["k", "v", ""]]),
  ]);
  expect(verdict.findings).toEqual([
    {
      message:
        "process 2 on n3, which asked at 0.040 s, found a/k attached to lease 0, although " +
        "process 1 on n2 wrote it with lease 1",
      operations: [20, 40],
    },
  ]);
  const right = [granted, written, read(2, "40..50", [["k", "v", "1"]])];
  expect((await judge(leaseAttach, right)).validity).toBe("valid");
});
