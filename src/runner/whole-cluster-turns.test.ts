import { expect, it } from "vitest";
import type { Nemesis } from "../core/nemesis.js";
import { seededRandom } from "../generator/seeded-random.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { drive } from "./drive.js";
import { idle } from "./idle.fixture.js";
import { newProgress } from "./progress.js";
import { wholeClusterTurns } from "./whole-cluster-turns.js";

/** Kills a node wherever it runs, and is at it nearly always. */
function killerOf(node: string): Nemesis {
  const name = `killer of ${node}`;
  return {
    ...{ name, summary: "kills", needs: ["kill"] },
    choose: ({ state }) =>
      state(node).process === "running"
        ? { nemesis: name, nodes: [node], description: `${node} is killed`, holdMs: 20_000 }
        : undefined,
    inject: (cluster) => cluster.kill(node),
    proveInForce: (cluster) => cluster.probeKilled(node),
    heal: (cluster) => cluster.start(node),
    proveOver: (cluster) => cluster.probeStarted(node),
  };
}

function carefulOne(needsWholeCluster: boolean, hasWork = true): Nemesis {
  const proof = () => Promise.resolve({ holds: true, evidence: "done" });
  const nothing = () => Promise.resolve();
  return {
    ...{ name: "careful", summary: "needs all", needs: [] },
    ...(needsWholeCluster && { needsWholeCluster }),
    choose: ({ nodes, state }) =>
      hasWork && nodes.every((node) => state(node).process === "running")
        ? { nemesis: "careful", nodes: ["n1"], description: "n1 is changed", holdMs: 500 }
        : undefined,
    ...{ inject: nothing, heal: nothing, proveInForce: proof, proveOver: proof },
  };
}

/** How many faults of each nemesis began in 200 seconds. */
async function countsWith(careful: Nemesis): Promise<Record<string, number>> {
  const clock = virtualClock();
  const recorder = memoryRecorder(clock);
  await drive({
    cluster: fakeCluster({ nodes: ["n1", "n2", "n3"], clock }),
    ...{ recorder, clock, workload: idle },
    nemeses: [...["n1", "n2", "n3"].map(killerOf), careful],
    ...{ random: seededRandom(3), progress: newProgress(), processes: { highest: 0 } },
    ...{ concurrency: 1, rate: 1, timeLimitMs: 200_000, requestTimeoutMs: 1_000 },
    ...{ nemesisIntervalMs: 2_000, recoveryLimitMs: 10_000 },
    signal: new AbortController().signal,
  });
  const counts: Record<string, number> = {};
  for (const event of recorder.events) {
    if (event.kind !== "fault" || !event.spec) continue;
    counts[event.spec.nemesis] = (counts[event.spec.nemesis] ?? 0) + 1;
  }
  return counts;
}

it("lets one that needs a whole cluster have its turn among others, which go on all the same", async () => {
  const alone = await countsWith(carefulOne(false));
  const heard = await countsWith(carefulOne(true));
  expect(alone.careful ?? 0).toBeLessThan(heard.careful ?? 0);
  expect(heard.careful).toBeGreaterThanOrEqual(5);
  for (const node of ["n1", "n2", "n3"]) {
    expect(heard[`killer of ${node}`], node).toBeGreaterThanOrEqual(5);
  }
});

it("holds nobody back for one that has nothing to do", async () => {
  expect(await countsWith(carefulOne(true, false))).toEqual(
    await countsWith(carefulOne(false, false)),
  );
});

it("hears claims one at a time, the oldest first, until each lapses", () => {
  const [one, two, other] = ["n1", "n2", "n3"].map(killerOf) as [Nemesis, Nemesis, Nemesis];
  const turns = wholeClusterTurns();
  const seconds = (count: number) => count * 1e9;
  const waits = (nemesis: Nemesis, at: number) => {
    turns.waits(nemesis, { nowNs: seconds(at), patienceMs: 5_000 });
  };
  waits(one, 0);
  waits(two, 1);
  expect(turns.holdsBack(other, seconds(4))).toBe(false);
  expect([one, two, other].map((each) => turns.holdsBack(each, seconds(7)))).toEqual([
    false,
    true,
    true,
  ]);
  waits(one, 37);
  expect([one, two].map((each) => turns.holdsBack(each, seconds(35.5)))).toEqual([true, false]);
  turns.waitsNoMore(two);
  expect(turns.holdsBack(other, seconds(41))).toBe(false);
  expect(turns.holdsBack(other, seconds(42))).toBe(true);
});
