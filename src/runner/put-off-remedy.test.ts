import { expect, it } from "vitest";
import type { Nemesis } from "../core/nemesis.js";
import { seededRandom } from "../generator/seeded-random.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { drive } from "./drive.js";
import { idle } from "./idle.fixture.js";
import { newProgress } from "./progress.js";

/** Seconds at which a kill of n1 was injected and healed first, where it can be healed from then on. */
async function firstFaultWhere(canBeHealedFromSeconds: number) {
  const clock = virtualClock();
  const recorder = memoryRecorder(clock);
  const killer: Nemesis = {
    name: "killer",
    summary: "kills",
    needs: ["kill"],
    choose: ({ state }) =>
      state("n1").process === "running"
        ? { nemesis: "killer", nodes: ["n1"], description: "n1 is killed" }
        : undefined,
    canBeHealed: () => clock.nowNs() / 1e9 >= canBeHealedFromSeconds,
    inject: (cluster) => cluster.kill("n1"),
    proveInForce: (cluster) => cluster.probeKilled("n1"),
    heal: (cluster) => cluster.start("n1"),
    proveOver: (cluster) => cluster.probeStarted("n1"),
  };
  await drive({
    cluster: fakeCluster({ nodes: ["n1", "n2", "n3"], clock }),
    recorder,
    clock,
    workload: idle,
    nemeses: [killer],
    random: seededRandom(7),
    progress: newProgress(),
    processes: { highest: 0 },
    concurrency: 1,
    rate: 1,
    timeLimitMs: 10_000,
    requestTimeoutMs: 1_000,
    nemesisIntervalMs: 1_000,
    recoveryLimitMs: 10_000,
    signal: new AbortController().signal,
  });
  const events = recorder.events.filter((event) => event.kind === "fault");
  const secondsOf = (wanted: string) =>
    (events.find(({ stage }) => stage === wanted)?.atNs ?? NaN) / 1e9;
  return { injected: secondsOf("inject"), healed: secondsOf("heal"), over: secondsOf("over") };
}

it("heals a fault when its time has come", async () => {
  const { injected, healed } = await firstFaultWhere(0);
  expect(healed - injected).toBeLessThan(2);
});

it("puts a remedy off until it can work", async () => {
  const { healed, over } = await firstFaultWhere(6);
  expect(healed).toBeGreaterThanOrEqual(6);
  expect(healed).toBeLessThan(7);
  expect(over).toBeGreaterThanOrEqual(healed);
});

it("tries it all the same when it has waited long enough, after the load if need be", async () => {
  const { healed, over } = await firstFaultWhere(1_000);
  expect(healed).toBeGreaterThan(20);
  expect(healed).toBeLessThan(25);
  expect(over).toBeGreaterThanOrEqual(healed);
});
