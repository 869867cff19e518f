import { expect } from "vitest";
import type { Cluster, Proof } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { seededRandom } from "../src/generator/seeded-random.js";

/** The first fault that the nemesis would choose and that is of this sort, whatever the seed. */
export async function chosen<Spec extends FaultSpec>(
  nemesis: Nemesis<Spec>,
  cluster: Cluster,
  isOfSort: (spec: Spec) => boolean,
): Promise<Spec> {
  // A leader may be unknown for a moment, on a machine that is busy.
  for (let tries = 0; tries < 20; tries++) {
    const situation = {
      nodes: cluster.nodes,
      leader: await cluster.leader(),
      state: (node: string) => cluster.state(node),
      capabilities: cluster.capabilities,
    };
    for (let seed = 0; seed < 1_000; seed++) {
      const spec = nemesis.choose(situation, seededRandom(seed));
      if (spec && isOfSort(spec)) return spec;
    }
    await cluster.sleep(250);
  }
  throw new Error(`${nemesis.name} has no such fault`);
}

/** A probe may need a moment, as the run loop grants it. */
export async function eventually(prove: () => Promise<Proof>): Promise<Proof> {
  let proof = await prove();
  for (let tries = 0; !proof.holds && tries < 40; tries++) proof = await prove();
  return proof;
}

/** Not in force before, in force, healed twice, over. */
export async function seeItDone<Spec extends FaultSpec>(
  nemesis: Nemesis<Spec>,
  cluster: Cluster,
  spec: Spec,
): Promise<void> {
  expect(await nemesis.proveInForce(cluster, spec), "before").toMatchObject({ holds: false });
  await nemesis.inject(cluster, spec);
  const inForce = await eventually(() => nemesis.proveInForce(cluster, spec));
  expect(inForce, spec.description).toMatchObject({ holds: true });
  await nemesis.heal(cluster, spec);
  await nemesis.heal(cluster, spec);
  const over = await eventually(() => nemesis.proveOver(cluster, spec));
  expect(over, spec.description).toMatchObject({ holds: true });
}
