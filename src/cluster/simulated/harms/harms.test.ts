import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../core/cluster.js";
import type { Harm, HarmName, Harms } from "../../../core/harms.js";
import { withSimulation } from "../cluster.fixture.js";

const to = "n1";
const from = ["n2", "n3"];
const kinds: { readonly [Name in "packet-loss" | "slow-network" | "hold-links"]: Harms[Name] } = {
  "packet-loss": { from, share: 0.5 },
  "slow-network": { from, delayMs: 400, jitterMs: 400, kbitPerSecond: 64 },
  "hold-links": { from },
};
const names = Object.keys(kinds) as (keyof typeof kinds)[];

/** With one of the kinds of harm and how it is done. */
function harmOf(cluster: Cluster, name: keyof typeof kinds) {
  const harm = cluster.harm(name) as Harm<Harms[HarmName]>;
  const seen = async () => ({
    isInForce: (await harm.probeInForce(to)).holds,
    isOver: (await harm.probeOver(to)).holds,
  });
  return { inflict: () => harm.inflict(to, kinds[name]), remedy: () => harm.remedy(to), seen };
}

const inForce = { isInForce: true, isOver: false };
const over = { isInForce: false, isOver: true };
const isolation = [...from, to].flatMap((a) =>
  [...from, to].flatMap((b) => (a === b ? [] : [{ from: a, to: b }])),
);

describe.each(names)("%s", (name) => {
  it("is seen from when it is done until it is undone, once or twice, again and again", () =>
    withSimulation({}, async ({ cluster }) => {
      const { inflict, remedy, seen } = harmOf(cluster, name);
      await remedy();
      for (let round = 0; round < 3; round++) {
        expect(await seen()).toEqual(over);
        await inflict();
        expect(await seen()).toEqual(inForce);
        expect(cluster.state(to).harms).toEqual([name]);
        await remedy();
        await remedy();
      }
      expect(await seen()).toEqual(over);
      expect(cluster.nodes.map((node) => cluster.state(node))).toEqual(
        cluster.nodes.map(() => ({ process: "running", cut: [] })),
      );
      await cluster.waitUntilServing(30_000);
    }));

  it("is not seen where only the network is bad", () =>
    withSimulation(
      {
        conditions: {
          lossShare: 0.12,
          reorderShare: 0.3,
          networkDelayMs: { least: 0.1, typical: 20 },
        },
      },
      async ({ cluster }) => {
        const { inflict, remedy, seen } = harmOf(cluster, name);
        expect(await seen()).toEqual(over);
        await inflict();
        expect(await seen()).toEqual(inForce);
        await remedy();
        expect(await seen()).toEqual(over);
      },
    ));

  it("is not seen where all is cut, and is over behind the cut once it is undone", () =>
    withSimulation({}, async ({ cluster }) => {
      const { inflict, remedy, seen } = harmOf(cluster, name);
      await cluster.cut("all", isolation);
      expect((await seen()).isInForce).toBe(false);
      await inflict();
      expect(await seen()).toEqual({ isInForce: false, isOver: false });
      await remedy();
      expect(await seen()).toEqual(over);
      await cluster.mend("all");
      expect(await seen()).toEqual(over);
    }));

  it.each(["kill", "freeze", "power off"])("outlives a %s of the node and of the others", (what) =>
    withSimulation({}, async ({ cluster }) => {
      const { inflict, seen } = harmOf(cluster, name);
      const doTo = async (node: string) => {
        if (what === "freeze") await cluster.pause(node, "freezer");
        else if (what === "kill") await cluster.kill(node);
        else await cluster.powerOff(node);
      };
      await inflict();
      for (const node of cluster.nodes) await doTo(node);
      expect(await seen()).toEqual(inForce);
      await cluster.healAll();
      expect(await seen()).toEqual(over);
      await cluster.waitUntilServing(30_000);
      expect(await seen()).toEqual(over);
    }),
  );
});

it("all at once, with cuts and pauses, are undone by healing all", () =>
  withSimulation({ nodes: 5 }, async ({ cluster, pass }) => {
    const harms = names.map((name) => harmOf(cluster, name));
    for (const { inflict } of harms) await inflict();
    await cluster.cut("some", isolation.slice(0, 2));
    await cluster.pause("n4", "sigstop");
    await cluster.kill("n5");
    await pass(5_000);
    await cluster.healAll();
    for (const { seen } of harms) expect(await seen()).toEqual(over);
    await cluster.waitUntilServing(30_000);
  }));

describe("nodes say what is done to them", () => {
  it("the receiver of a loss alone, both ends of what is late or held", () =>
    withSimulation({}, async ({ cluster }) => {
      const harmsOf = () => cluster.nodes.map((node) => cluster.state(node).harms);
      await cluster.harm("packet-loss").inflict("n1", { from: ["n2"], share: 0.5 });
      expect(harmsOf()).toEqual([["packet-loss"], undefined, undefined]);
      await cluster.healAll();
      await cluster.harm("slow-network").inflict("n1", { from: ["n2"], delayMs: 9, jitterMs: 0 });
      expect(harmsOf()).toEqual([["slow-network"], ["slow-network"], undefined]);
      await cluster.healAll();
      await cluster.harm("hold-links").inflict("n1", { from: ["n2"] });
      expect(harmsOf()).toEqual([["hold-links"], ["hold-links"], undefined]);
      const held = [{ from: "n2", to: "n1" }];
      expect(["n1", "n2"].map((node) => cluster.state(node).held)).toEqual([held, held]);
    }));
});

it("clients reach a node as quickly as before, whatever its peers say to it", () =>
  withSimulation({}, async ({ cluster, nowMs }) => {
    const slow = { from, delayMs: 500, jitterMs: 0, kbitPerSecond: 64 };
    await cluster.harm("slow-network").inflict(to, slow);
    await cluster.harm("hold-links").inflict(to, { from });
    await cluster.harm("packet-loss").inflict(to, { from, share: 0.9 });
    for (let count = 0; count < 50; count++) {
      const sentMs = nowMs();
      const client = cluster.connect(to, { timeoutMs: 1_000 });
      await client.range({ key: "k", serializable: true });
      expect(nowMs() - sentMs).toBeLessThan(10);
    }
  }));

it("nothing can be let go where nothing is held", () =>
  withSimulation({}, async ({ cluster }) => {
    const harm = cluster.harm("hold-links");
    await expect(harm.inflict(to, { from, letGoFirstMs: 100 })).rejects.toThrow(
      "Nothing is held back on the way from n2 to n1.",
    );
    expect(cluster.state(to).harms).toBeUndefined();
  }));

it("there is no harm that members in this process cannot have", () =>
  withSimulation({}, async ({ cluster }) => {
    expect(() => cluster.harm("disk-full")).toThrow("a simulated cluster has no disk-full");
    await cluster.stop();
  }));
