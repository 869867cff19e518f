import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withCluster } from "../docker/cluster.fixture.js";
import { type Replayed, replay, sequence, type Step } from "./against-etcd.fixture.js";
import { withSimulation } from "./cluster.fixture.js";
import { dated } from "./store/any-request.fixture.js";

const patience = { timeoutMs: 10_000 };
const haste = { timeoutMs: 1_000 };
const length = 1_500;

it.each([1, 2])("answers any sequence of requests as etcd does (seed %i)", async (seed) => {
  const simulated = await onSimulation(sequence(seed, length));
  await withCluster({ nodes: 1 }, async (cluster) => {
    const client = cluster.connect("n1", patience);
    const hasty = cluster.connect("n1", haste);
    const real = await replay(simulated.steps, {
      ...{ client, hasty },
      pause: (ms) => sleep(ms),
      dated: (step) => step,
    });
    client.close();
    hasty.close();
    expectTheSame(simulated, real);
  });
});

function onSimulation(steps: readonly Step[]): Promise<Replayed> {
  return withSimulation({ nodes: 1 }, ({ cluster, pass }) =>
    replay(steps, {
      client: cluster.connect("n1", patience),
      hasty: cluster.connect("n1", haste),
      pause: pass,
      dated,
    }),
  );
}

/** One by one, so that the first that differs is told with what was asked. */
function expectTheSame(simulated: Replayed, real: Replayed): void {
  for (const [index, step] of simulated.steps.entries()) {
    const [ours, theirs] = [simulated.answers[index], real.answers[index]];
    const each = {
      step,
      ours,
      theirs,
      before: simulated.steps.slice(Math.max(0, index - 3), index),
    };
    expect(ours, `step ${index}: ${JSON.stringify(each)}`).toEqual(theirs);
  }
  expect(simulated.told).toEqual(real.told);
}
