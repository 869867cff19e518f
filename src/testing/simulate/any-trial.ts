import { nemeses } from "../../../nemeses/index.js";
import { workloads } from "../../../workloads/index.js";
import { simulatedCapabilities } from "../../cluster/simulated/capabilities.js";
import { usualConditions } from "../../cluster/simulated/cluster.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { type Trial, usualTrial } from "./simulate.js";

const sound = Object.entries(workloads).flatMap(([name, { demonstrates, needs = [] }]) =>
  demonstrates === undefined && needs.every((need) => simulatedCapabilities.has(need))
    ? [name]
    : [],
);

/** They came after these seeds had been tried, which are to stay what they were. */
const newer = ["packet-loss", "slow-network", "hold-links"];
const lastWithoutNewer = 1_000;

/**
 * A trial drawn by its seed: workload, faults, size, load and the state of network and disks all
 * differ, since bugs hide where nobody would set things up so. Without planted bugs.
 */
export function anyTrial(seed: number): Trial {
  const random = seededRandom(seed).fork("trial");
  const nodes = random.pick([1, 3, 3, 5, 5, 5, 7]);
  const possible = Object.values(nemeses)
    .filter(({ needs }) => needs.every((need) => simulatedCapabilities.has(need)))
    .filter(({ minNodes = 1 }) => nodes >= minNodes)
    .map(({ name }) => name);
  const chosen = possible
    .filter((name) => !newer.includes(name))
    .filter(() => random.below(2) === 0);
  const chance = random.fork("newer faults");
  const chosenToo = possible
    .filter((name) => newer.includes(name))
    .filter(() => seed > lastWithoutNewer && chance.below(2) === 0);
  const concurrency = random.pick([1, nodes, 2 * nodes, 4 * nodes]);
  const isBad = random.below(3) === 0;
  return {
    ...usualTrial,
    seed,
    workload: random.pick(sound),
    nemeses: [...chosen, ...chosenToo],
    nodes,
    timeLimitMs: random.pick([5_000, 10_000, 15_000]),
    rate: random.pick([50, 100, 200]),
    concurrency,
    opsPerKey: random.pick([20, 100, 400]),
    nemesisIntervalMs: random.pick([500, 1_500, 3_000]),
    conditions: {
      ...usualConditions,
      snapshotEntries: random.pick([20, 100, 10_000]),
      catchUpEntries: random.pick([5, 50]),
      lossShare: isBad ? 0.02 + 0.1 * random.fraction() : 0.001,
      reorderShare: isBad ? 0.3 * random.fraction() : 0.01,
      networkDelayMs: { least: 0.1, typical: random.pick([0.4, 2, isBad ? 20 : 1]) },
      diskSyncMs: { least: 0.5, most: random.pick([1, 5, isBad ? 60 : 10]) },
    },
  };
}
