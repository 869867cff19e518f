import { expect, it } from "vitest";
import type { Capability } from "../core/cluster.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { situationOf } from "./nemesis-loop.js";

const cluster = {
  ...fakeCluster({ nodes: ["n1"], clock: virtualClock() }),
  capabilities: new Set<Capability>(["kill", "membership", "corrupt"]),
};

it("leaves members to the clients where those change them", async () => {
  const usual = await situationOf({ cluster, workload: {} });
  expect([...usual.capabilities]).toEqual(["kill", "membership", "corrupt"]);
  const theirs = await situationOf({ cluster, workload: { changesMembers: true } });
  expect([...theirs.capabilities]).toEqual(["kill"]);
});
