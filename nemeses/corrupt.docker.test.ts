import { expect, it } from "vitest";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import type { Cluster } from "../src/core/cluster.js";
import type { Corruption } from "../src/core/harms.js";
import { corrupt, type CorruptSpec } from "./corrupt.js";
import { eventually } from "./real-cluster.fixture.js";

function faultOn(node: string, damage: Omit<Corruption, "stoppedBy">): CorruptSpec {
  return {
    nemesis: "corrupt",
    nodes: [node],
    description: `${node}: ${damage.way} ${damage.file}`,
    mayEndNodes: true,
    target: "one",
    damage: { ...damage, stoppedBy: "KILL" },
  };
}

async function write(cluster: Cluster, node: string, puts: number): Promise<void> {
  const client = cluster.connect(node, { timeoutMs: 5_000 });
  for (let n = 0; n < puts; n++) await client.put({ key: `k${n % 5}`, value: `v${n}` });
  client.close();
}

async function memberId(cluster: Cluster, node: string): Promise<string> {
  return (await cluster.status(node, 5_000)).memberId;
}

/** Sees a fault come and go, and gives what was seen while it was in force. */
async function seeItComeAndGo(cluster: Cluster, spec: CorruptSpec): Promise<string> {
  const [node = ""] = spec.nodes;
  expect(await corrupt.proveInForce(cluster, spec), "before").toMatchObject({ holds: false });
  await corrupt.inject(cluster, spec);
  expect(cluster.state(node).process).toBe("harmed");
  const inForce = await eventually(() => corrupt.proveInForce(cluster, spec));
  expect(inForce, spec.description).toMatchObject({ holds: true });
  await write(cluster, cluster.nodes.find((other) => other !== node) ?? "", 5);
  await corrupt.heal(cluster, spec);
  await corrupt.heal(cluster, spec);
  const over = await eventually(() => corrupt.proveOver(cluster, spec));
  expect(over, spec.description).toMatchObject({ holds: true });
  expect(over.evidence).toMatch(/have the same hash at revision/);
  expect(await corrupt.proveInForce(cluster, spec), "after").toMatchObject({ holds: false });
  expect(cluster.state(node).process).toBe("running");
  await cluster.waitUntilServing(30_000);
  return inForce.evidence;
}

it("damaged files are noticed or survived, members that end are replaced, and healing all heals", async () => {
  await withCluster({ nodes: 3, config: { "snapshot-count": 10 } }, async (cluster) => {
    await write(cluster, "n1", 30);
    const ids = { n1: await memberId(cluster, "n1"), n2: await memberId(cluster, "n2") };

    const survived = faultOn("n1", { file: "snapshot", way: "flip", place: 0.3 });
    expect(await seeItComeAndGo(cluster, survived)).toMatch(
      /^on n1, \S+\.snap has bit \d of byte \d+ flipped .* started on it, serves$/,
    );
    expect(await memberId(cluster, "n1")).toBe(ids.n1);

    const noticed = faultOn("n2", { file: "wal", way: "flip", place: 0.3 });
    expect(await seeItComeAndGo(cluster, noticed)).toMatch(/ended; it had said ".*crc mismatch"$/);
    expect(await memberId(cluster, "n2")).not.toBe(ids.n2);

    const cut = faultOn("n3", { file: "database", way: "truncate", place: 0.8 });
    await corrupt.inject(cluster, cut);
    expect(await eventually(() => corrupt.proveInForce(cluster, cut))).toMatchObject({
      holds: true,
    });
    await cluster.healAll();
    await cluster.waitUntilServing(30_000);
    expect(cluster.state("n3")).toEqual({ process: "running", cut: [] });
    expect(await eventually(() => corrupt.proveOver(cluster, cut))).toMatchObject({ holds: true });
  });
});
