import { describe, expect, it } from "vitest";
import { answerOrError, RequestError } from "../../../core/client.js";
import type { BugName } from "../bugs.js";
import { withSimulation } from "../cluster.fixture.js";
import type { SimulatedCluster } from "../cluster.js";

/** Longer than an election takes, shorter than a hold is. */
const electionMs = 5_000;
const key = "k";

async function membersOf(cluster: SimulatedCluster) {
  const leader = (await cluster.leader()) ?? "";
  const others = cluster.nodes.filter((node) => node !== leader);
  const [other = ""] = others;
  return { leader, others, other };
}

async function put(cluster: SimulatedCluster, node: string, value: string) {
  const client = cluster.connect(node, { timeoutMs: 1_000 });
  return answerOrError(client.put({ key, value }));
}

async function readOn(cluster: SimulatedCluster, node: string): Promise<string | undefined> {
  const answer = await answerOrError(cluster.connect(node, { timeoutMs: 500 }).range({ key }));
  return answer instanceof RequestError ? answer.facts.details : answer.kvs[0]?.value;
}

/** All members have the same, and say the same of their leader and its term. */
async function expectAgreement(cluster: SimulatedCluster) {
  await cluster.waitUntilServing(30_000);
  const seen = await Promise.all(
    cluster.nodes.map(async (node) => {
      const { leaderId, raftTerm } = await cluster.status(node, 1_000);
      const { hash } = await cluster.connect(node, { timeoutMs: 1_000 }).hashKv({});
      return { leaderId, raftTerm, hash, value: await readOn(cluster, node) };
    }),
  );
  expect(seen).toEqual(seen.map(() => seen[0]));
}

describe("a leader that nobody is heard by", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "is followed by another, and what it said comes late and changes nothing (seed %i)",
    (seed) =>
      withSimulation({ seed }, async ({ cluster, pass }) => {
        const { leader, others, other } = await membersOf(cluster);
        await put(cluster, leader, "before");
        for (const to of others) await cluster.harm("hold-links").inflict(to, { from: [leader] });
        const lost = await put(cluster, leader, "never committed");
        expect(lost).toBeInstanceOf(RequestError);
        await pass(electionMs);
        const after = (await cluster.leader()) ?? "";
        expect(others).toContain(after);
        await put(cluster, other, "after");
        const { raftTerm } = await cluster.status(after, 1_000);
        for (const to of others) {
          const { evidence: kept } = await cluster.harm("hold-links").probeInForce(to);
          const [waiting = 0, probes = 0] = [...kept.matchAll(/\d+ (?=packets|of them)/g)].map(
            Number,
          );
          expect(waiting - probes, kept).toBeGreaterThan(5);
          await cluster.harm("hold-links").remedy(to);
          const { holds, evidence } = await cluster.harm("hold-links").probeOver(to);
          expect(holds, evidence).toBe(true);
        }
        await pass(electionMs);
        expect(await cluster.leader()).toBe(after);
        expect(await cluster.status(after, 1_000)).toMatchObject({ raftTerm });
        await expectAgreement(cluster);
        expect(await readOn(cluster, leader)).toBe("after");
      }),
  );
});

describe("a leader that hears nobody, paused until another leads", () => {
  /** What it answers to a read as soon as it goes on, and once it hears the others again. */
  const readsOnOldLeader = (bugs: readonly BugName[], seed: number) =>
    withSimulation({ bugs, seed }, async ({ cluster, pass }) => {
      const { leader, others, other } = await membersOf(cluster);
      await put(cluster, leader, "old");
      await cluster.harm("hold-links").inflict(leader, { from: others });
      await cluster.pause(leader, "sigstop");
      await pass(electionMs);
      expect(others).toContain(await cluster.leader());
      expect(await put(cluster, other, "new")).not.toBeInstanceOf(RequestError);
      await cluster.resume(leader);
      const early = await readOn(cluster, leader);
      await cluster.healAll();
      await expectAgreement(cluster);
      return { early, late: await readOn(cluster, leader) };
    });

  it.each([1, 2, 3, 4])("answers no read by what it knew before (seed %i)", async (seed) => {
    const { early, late } = await readsOnOldLeader([], seed);
    expect(early).toMatch(/^Deadline exceeded|leader changed/);
    expect(late).toBe("new");
  });

  it.each([1, 2, 3, 4])("with a planted bug is seen to answer one (seed %i)", async (seed) => {
    const { early } = await readsOnOldLeader(["stale-read-after-pause"], seed);
    expect(early).toBe("old");
  });
});

it("what came first alone can be let go, and old confirmations do not make a leader of the past", () =>
  withSimulation({}, async ({ cluster, pass }) => {
    const { leader, others, other } = await membersOf(cluster);
    const harm = cluster.harm("hold-links");
    await put(cluster, leader, "old");
    await harm.inflict(leader, { from: others });
    await pass(200);
    await cluster.pause(leader, "freezer");
    await pass(electionMs);
    await put(cluster, other, "new");
    await cluster.resume(leader);
    // Answers to its heartbeats, from before another was elected.
    await harm.inflict(leader, { from: others, letGoFirstMs: 150 });
    expect(await harm.probeInForce(leader)).toMatchObject({ holds: true });
    expect(await readOn(cluster, leader)).not.toBe("old");
    await harm.remedy(leader);
    expect(await harm.probeOver(leader)).toMatchObject({ holds: true });
    await expectAgreement(cluster);
    expect(await readOn(cluster, leader)).toBe("new");
  }));

describe("the same seed", () => {
  it.each([1, 2])("gives the same to the nanosecond under all of it (seed %i)", async (seed) => {
    const trace = () =>
      withSimulation({ seed, nodes: 5 }, async ({ cluster, pass, nowMs }) => {
        const { leader, others } = await membersOf(cluster);
        const how = { delayMs: 20, jitterMs: 80, kbitPerSecond: 128 };
        await cluster.harm("slow-network").inflict(leader, { from: others, ...how });
        await cluster.harm("packet-loss").inflict(leader, { from: others, share: 0.3 });
        await cluster.harm("hold-links").inflict(leader, { from: others.slice(1) });
        const seen: unknown[] = [];
        for (const node of cluster.nodes) {
          seen.push(await put(cluster, node, node), nowMs());
          await pass(700);
        }
        for (const name of ["slow-network", "packet-loss", "hold-links"] as const) {
          seen.push(await cluster.harm(name).probeInForce(leader), nowMs());
        }
        await cluster.healAll();
        await cluster.waitUntilServing(30_000);
        return [...seen, nowMs(), await cluster.leader()];
      });
    expect(await trace()).toEqual(await trace());
  });
});
