import { expect, it } from "vitest";
import { info } from "../../testing/histories.js";
import { grant, judge, put, read, refusedPut, renew, revoke } from "./lease-histories.fixture.js";
import { leaseRenewal } from "./lease-renewal.js";

const attached = [grant(0, "0..10", "1", 5), put(0, "20..30", ["k", "v", "1"])];

it("finds a lease that is renewed after it was revoked", async () => {
  const operations = [...attached, revoke(1, "100..110", "1"), renew(2, "120..130", "1", 5)];
  expect(await judge(leaseRenewal, operations)).toMatchObject({
    validity: "invalid",
    findings: [
      {
        message:
          "lease 1 was over by 0.110 s: process 1 on n2 had revoked it; but process 2 on n3 asked " +
          "to renew it at 0.120 s and was told that it lives 5 s",
        operations: [100, 120],
      },
    ],
  });
});

it.each([
  ["a put was refused", [refusedPut(1, "6000..6010", ["m", "x", "1"])], [6000, 6020]],
  ["a key of it was gone", [read(1, "6000..6010")], [20, 6000, 6020]],
])("finds a lease that is renewed after %s", async (_, shown, named) => {
  const verdict = await judge(leaseRenewal, [
    ...attached,
    ...shown,
    renew(2, "6020..6030", "1", 5),
  ]);
  expect(verdict.findings.map(({ operations }) => operations)).toEqual([named]);
});

it.each([
  ["the renewal began before the revocation ended", [renew(2, "105..130", "1", 5)]],
  ["it was told that there is no such lease", [renew(2, "120..130", "1", 0)]],
  ["it is of another lease", [grant(2, "90..95", "2", 5), renew(2, "120..130", "2", 5)]],
  ["it was not answered", [info(2, "120..130", { f: "renew" as const, lease: "1" })]],
])("has nothing to say where %s", async (_, others) => {
  const operations = [...attached, revoke(1, "100..110", "1"), ...others];
  expect((await judge(leaseRenewal, operations)).validity).toBe("valid");
});

it("does not believe a renewal that was told that there is no such lease", async () => {
  const operations = [...attached, renew(1, "100..110", "1", 0), renew(2, "120..130", "1", 5)];
  expect((await judge(leaseRenewal, operations)).validity).toBe("valid");
});
