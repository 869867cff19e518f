import { describe, expect, it } from "vitest";
import type { Capability } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { requireCapabilities, requireMembership, requireVersion } from "./require-capabilities.js";

const cluster = {
  ...fakeCluster({ nodes: ["n1", "n2", "n3"], clock: virtualClock() }),
  capabilities: new Set<Capability>(["kill"]),
};

function needing(needs: readonly Capability[], minNodes = 1): Nemesis {
  const nothing = () => Promise.resolve();
  const proof = () => Promise.resolve({ holds: true, evidence: "" });
  return {
    ...{ name: "test", summary: "", needs, minNodes, choose: () => undefined },
    ...{ inject: nothing, heal: nothing, proveInForce: proof, proveOver: proof },
  };
}

it("takes a nemesis that the cluster can carry out", () => {
  expect(() => {
    requireCapabilities(cluster, [needing(["kill"], 3), needing([])]);
  }).not.toThrow();
});

it("refuses one that it cannot, and says what is missing", () => {
  const attempt = () => {
    requireCapabilities(cluster, [needing(["kill", "partition"])]);
  };
  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(
    'the nemesis "test" needs what this simulated cluster cannot do: partition (drop packets between chosen nodes (iptables, NET_ADMIN))',
  );
});

it("refuses one for which there are too few nodes", () => {
  expect(() => {
    requireCapabilities(cluster, [needing([], 5)]);
  }).toThrow("needs at least 5 nodes, and the cluster has 3");
});

describe("a workload whose clients change the members", () => {
  const able = { kind: "docker", capabilities: new Set<Capability>(["membership", "kill"]) };
  const members = { name: "members", changesMembers: true } as const;

  it("goes with nemeses that do not", () => {
    expect(() => {
      requireMembership(able, members, [needing(["kill"])]);
      requireMembership(cluster, { name: "kv" }, [needing(["membership"])]);
    }).not.toThrow();
  });

  it("is refused where the cluster cannot do that", () => {
    expect(() => {
      requireMembership(cluster, members, []);
    }).toThrow(/the workload "members" needs what this simulated cluster cannot do: membership/);
  });

  it.each([["membership"], ["corrupt"]] as const)("is refused beside %s", (need) => {
    expect(() => {
      requireMembership(able, members, [needing([need])]);
    }).toThrow(/the nemesis "test" adds and removes members, and so does the workload "members"/);
  });
});

it("refuses a workload that asks for more than the oldest member knows", () => {
  const members = { name: "members", leastVersion: "3.4" };
  expect(() => {
    requireVersion(members, ["3.4.23", "3.5.30"]);
    requireVersion({ name: "kv" }, ["3.3.25"]);
  }).not.toThrow();
  expect(() => {
    requireVersion(members, ["3.5.30", "3.3.25"]);
  }).toThrow(/needs etcd 3.4 or newer, and the cluster runs 3.3.25/);
});
