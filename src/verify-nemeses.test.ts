import { expect, it } from "vitest";
import { kill } from "../nemeses/kill.js";
import { pause } from "../nemeses/pause.js";
import { HarnessError } from "./core/errors.js";
import type { Nemesis } from "./core/nemesis.js";
import { seededRandom } from "./generator/seeded-random.js";
import { type FakeCluster, fakeCluster } from "./testing/fake-cluster.js";
import { virtualClock } from "./testing/virtual-clock.js";
import { type Verified, verifyNemeses } from "./verify-nemeses.js";

async function verified(
  nemeses: readonly Nemesis[],
  change: (cluster: FakeCluster) => Partial<FakeCluster> = () => ({}),
): Promise<{ all: readonly Verified[]; told: Verified[]; deeds: readonly string[] }> {
  const clock = virtualClock();
  const whole = fakeCluster({ nodes: ["n1", "n2", "n3"], clock });
  const told: Verified[] = [];
  const all = await verifyNemeses({
    cluster: { ...whole, ...change(whole) },
    ...{ clock, nemeses },
    random: seededRandom(1),
    onVerified: (one) => told.push(one),
    signal: new AbortController().signal,
  });
  return { all, told, deeds: whole.deeds };
}

it("sees each come and go, heals in between, and tells of each at once", async () => {
  const { all, told, deeds } = await verified([kill, pause]);
  expect(all.map(({ nemesis, trouble }) => [nemesis, trouble])).toEqual([
    ["kill", undefined],
    ["pause", undefined],
  ]);
  expect(told).toEqual(all);
  for (const { inForceAfterMs, overAfterMs, servingAfterMs } of all) {
    for (const ms of [inForceAfterMs, overAfterMs, servingAfterMs]) {
      expect(ms).toBeGreaterThanOrEqual(0);
    }
  }
  expect(deeds.filter((deed) => deed === "healAll")).toHaveLength(2);
});

it("tells of one that only pretends, in a sentence, and goes on with the next", async () => {
  const idle: Nemesis = { ...(kill as Nemesis), name: "idle", inject: () => Promise.resolve() };
  const { all } = await verified([idle, kill]);
  expect(all[0]?.trouble).toMatch(/^idle was not seen in force: .*n\d is running/);
  expect(all[0]).not.toHaveProperty("inForceAfterMs");
  expect(all[1]).not.toHaveProperty("trouble");
});

it("tells of one that is never over", async () => {
  const lasting: Nemesis = { ...(kill as Nemesis), name: "lasting", heal: () => Promise.resolve() };
  const { all } = await verified([lasting]);
  expect(all[0]?.trouble).toMatch(/^lasting was not seen to be over: .*n\d is killed/);
});

it("tells of one that cannot be done or finds nothing to do", async () => {
  const idle: Nemesis = { ...(kill as Nemesis), name: "idle", choose: () => undefined };
  const { all } = await verified([kill, idle], () => ({
    kill: () => Promise.reject(new HarnessError("no etcd runs there")),
  }));
  expect(all.map(({ trouble }) => trouble)).toEqual([
    "kill was not seen in force: no etcd runs there.",
    "idle found nothing to do in a cluster that is whole.",
  ]);
});

it("tells of a cluster that does not serve again", async () => {
  const { all } = await verified([kill], () => ({
    waitUntilServing: () => Promise.reject(new HarnessError("n2 got no answer.")),
  }));
  expect(all[0]?.trouble).toBe("After kill not all was well again: n2 got no answer.");
});
