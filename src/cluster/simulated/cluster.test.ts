import { describe, expect, it } from "vitest";
import { classifyError, errorName } from "../../core/classify-error.js";
import { type Client, RequestError } from "../../core/client.js";
import { withSimulation } from "./cluster.fixture.js";

const options = { timeoutMs: 1_000 };

async function errorOf(call: Promise<unknown>): Promise<RequestError> {
  const seen = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(seen instanceof RequestError)) throw new Error("it went well");
  return seen;
}

const valueOf = async (client: Client, key: string) => {
  const { kvs } = await client.range({ key });
  return kvs[0]?.value;
};

async function otherThanLeader(cluster: {
  leader(): Promise<string | undefined>;
  nodes: readonly string[];
}) {
  const leader = (await cluster.leader()) ?? "";
  const others = cluster.nodes.filter((node) => node !== leader);
  return { leader, others, follower: others[0] ?? "" };
}

describe("a simulated cluster", () => {
  it("carries out late what clients sent into a cut, in its order, while the members go on", () =>
    withSimulation({ nodes: 3 }, async ({ cluster, pass }) => {
      const { follower, leader } = await otherThanLeader(cluster);
      const client = cluster.connect(follower, options);
      const other = cluster.connect(leader, options);
      await cluster.cut("clients", [{ from: "clients", to: follower }]);
      const errors = await Promise.all(
        ["first", "second"].map((value) => errorOf(client.put({ key: "a", value }))),
      );
      for (const { facts } of errors)
        expect(classifyError(facts, { readOnly: false })).toBe("info");
      expect((await errorOf(cluster.status(follower, 400))).facts.sent).toBe(true);
      await other.put({ key: "b", value: "by another way" });
      expect(await valueOf(other, "a")).toBeUndefined();
      expect(await cluster.leader()).toBe(leader);
      await cluster.mend("clients");
      await pass(10_000);
      expect(await valueOf(client, "a")).toBe("second");
      expect(await valueOf(client, "b")).toBe("by another way");
    }));

  it("leaves clients in the dark whether a node that they do not reach is still there", () =>
    withSimulation({ nodes: 3 }, async ({ cluster }) => {
      await cluster.cut("clients", [{ from: "clients", to: "n1" }]);
      await cluster.kill("n1");
      expect(await cluster.probeKilled("n1")).toMatchObject({ holds: true });
      const { facts } = await errorOf(cluster.connect("n1", options).range({ key: "a" }));
      expect(facts.code).toBe(4);
      await cluster.healAll();
      await cluster.waitUntilServing(30_000);
    }));

  it.each([1, 2, 3, 4, 5, 6, 7])("of %i members shows on each what was put on any", (nodes) =>
    withSimulation({ nodes }, async ({ cluster }) => {
      for (const node of cluster.nodes) {
        const client = cluster.connect(node, options);
        await client.put({ key: `by ${node}`, value: node });
        client.close();
      }
      for (const node of cluster.nodes) {
        const { kvs, header } = await cluster
          .connect(node, options)
          .range({ key: "by", rangeEnd: "bz" });
        expect(kvs.map(({ value }) => value)).toEqual(cluster.nodes);
        expect(header.revision).toBe(1 + nodes);
      }
    }),
  );

  it("has one leader, whom all name, and elects another when it is killed", () =>
    withSimulation({ nodes: 5 }, async ({ cluster, pass }) => {
      const before = await cluster.leader();
      expect(cluster.nodes).toContain(before);
      await cluster.kill(before ?? "");
      await pass(5_000);
      const after = await cluster.leader();
      expect(cluster.nodes).toContain(after);
      expect(after).not.toBe(before);
    }));

  it("keeps every acknowledged write when all members are killed or lose power at once", () =>
    withSimulation({ nodes: 3 }, async ({ cluster }) => {
      const client = cluster.connect("n1", options);
      for (let count = 1; count <= 20; count++) await client.put({ key: "k", value: `${count}` });
      for (const harm of ["kill", "powerOff"] as const) {
        for (const node of cluster.nodes) await cluster[harm](node);
        for (const node of cluster.nodes) await cluster.start(node);
        await cluster.waitUntilServing(30_000);
        const { kvs } = await cluster.connect("n2", options).range({ key: "k" });
        expect(kvs).toMatchObject([
          { value: "20", version: 20, modRevision: 21, createRevision: 2 },
        ]);
      }
    }));

  it("brings a member up to date that missed more than the log still holds", () =>
    withSimulation(
      { nodes: 3, conditions: { snapshotEntries: 20, catchUpEntries: 5 } },
      async ({ cluster, pass }) => {
        const { leader, follower } = await otherThanLeader(cluster);
        await cluster.kill(follower);
        const client = cluster.connect(leader, options);
        for (let count = 1; count <= 100; count++)
          await client.put({ key: "k", value: `${count}` });
        await cluster.start(follower);
        await pass(3_000);
        const { kvs } = await cluster
          .connect(follower, options)
          .range({ key: "k", serializable: true });
        expect(kvs).toMatchObject([{ value: "100", version: 100 }]);
      },
    ));

  it("proves that a write whose reply is lost is applied once", () =>
    withSimulation({}, async ({ cluster }) => {
      expect(await cluster.selfCheck()).toMatch(/applied once and ended with "Deadline exceeded/);
    }));

  it("stops for good, and every call then fails", () =>
    withSimulation({}, async ({ cluster }) => {
      await cluster.stop();
      const { facts } = await errorOf(cluster.connect("n1", options).range({ key: "k" }));
      expect(facts.sent).toBe(false);
    }));

  it("gives the same answers at the same times for the same seed", async () => {
    const trace = (seed: number) =>
      withSimulation({ seed, nodes: 5 }, async ({ cluster, nowMs }) => {
        const seen: unknown[] = [await cluster.leader()];
        const client = cluster.connect("n3", options);
        for (let count = 0; count < 10; count++) {
          seen.push(await client.put({ key: "k", value: `${count}` }), nowMs());
        }
        return seen;
      });
    expect(await trace(5)).toEqual(await trace(5));
    expect(await trace(5)).not.toEqual(await trace(6));
  });
});

describe("errors are told as etcd and its client tell them", () => {
  const inWords = ({ facts }: RequestError) => [
    errorName(facts),
    classifyError(facts, { readOnly: false }),
  ];

  it("a killed member refuses connections", () =>
    withSimulation({}, async ({ cluster }) => {
      await cluster.kill("n1");
      const client = cluster.connect("n1", options);
      const error = await errorOf(client.put({ key: "k", value: "v" }));
      expect(inWords(error)).toEqual(["connection-refused", "fail"]);
    }));

  it("a member that dies resets what is under way", () =>
    withSimulation({}, async ({ cluster }) => {
      const { follower, others } = await otherThanLeader(cluster);
      for (const node of cluster.nodes.filter((other) => other !== follower)) {
        await cluster.pause(node, "sigstop");
      }
      expect(others).toContain(follower);
      const write = errorOf(cluster.connect(follower, options).put({ key: "k", value: "v" }));
      await cluster.kill(follower);
      expect(inWords(await write)).toEqual(["connection-lost", "info"]);
    }));

  it("a paused member lets a request run into its deadline, and applies it later", () =>
    withSimulation({}, async ({ cluster, pass }) => {
      const { follower, leader } = await otherThanLeader(cluster);
      await cluster.pause(follower, "freezer");
      const client = cluster.connect(follower, options);
      const error = await errorOf(client.put({ key: "k", value: "late" }));
      expect(inWords(error)).toEqual(["timeout", "info"]);
      await cluster.resume(follower);
      await pass(2_000);
      expect(await valueOf(cluster.connect(leader, options), "k")).toBe("late");
    }));

  it("what etcd refuses comes in etcd's words", () =>
    withSimulation({}, async ({ cluster }) => {
      const client = cluster.connect("n1", options);
      const errors = [
        await errorOf(client.put({ key: "", value: "v" })),
        await errorOf(client.range({ key: "k", revision: 99 })),
        await errorOf(client.compact({ revision: 99 })),
        await errorOf(client.put({ key: "k", value: "v", lease: "7" })),
        await errorOf(client.leaseRevoke({ id: "7" })),
      ];
      expect(errors.map(({ facts }) => errorName(facts))).toEqual([
        "invalid-request",
        "future-revision",
        "future-revision",
        "lease-not-found",
        "lease-not-found",
      ]);
    }));

  it("a closed client sends nothing any more", () =>
    withSimulation({}, async ({ cluster }) => {
      const client = cluster.connect("n1", options);
      client.close();
      const error = await errorOf(client.put({ key: "k", value: "v" }));
      expect(inWords(error)).toEqual(["client-closed", "fail"]);
    }));
});

describe("reads", () => {
  it("that may be stale are answered by a member that is cut off, others are not", () =>
    withSimulation({}, async ({ cluster }) => {
      const { follower, leader, others } = await otherThanLeader(cluster);
      await cluster.connect(leader, options).put({ key: "k", value: "old" });
      const links = [leader, ...others]
        .filter((other) => other !== follower)
        .flatMap((other) => [
          { from: follower, to: other },
          { from: other, to: follower },
        ]);
      const client = cluster.connect(follower, options);
      expect(await valueOf(client, "k")).toBe("old");
      await cluster.cut("alone", links);
      await cluster.connect(leader, options).put({ key: "k", value: "new" });
      const { kvs } = await client.range({ key: "k", serializable: true });
      expect(kvs[0]?.value).toBe("old");
      expect((await errorOf(client.range({ key: "k" }))).facts.details).toMatch(/^Deadline|leader/);
      await cluster.mend("alone");
      await cluster.waitUntilServing(30_000);
      expect(await valueOf(cluster.connect(follower, options), "k")).toBe("new");
    }));
});

describe("leases", () => {
  it("end with their keys when nobody keeps them alive, and live on where somebody does", () =>
    withSimulation({}, async ({ cluster, pass }) => {
      const client = cluster.connect("n2", options);
      const kept = await client.leaseGrant({ ttl: 5 });
      const left = await client.leaseGrant({ ttl: 5 });
      await client.put({ key: "kept", value: "v", lease: kept.id });
      await client.put({ key: "left", value: "v", lease: left.id });
      for (let second = 0; second < 12; second++) {
        await pass(1_000);
        const { ttl } = await client.leaseKeepAlive({ id: kept.id });
        expect(ttl).toBe(5);
        if (second < 3) expect(await valueOf(client, "left")).toBe("v");
      }
      expect(await valueOf(client, "kept")).toBe("v");
      expect(await valueOf(client, "left")).toBeUndefined();
      expect((await client.leaseKeepAlive({ id: left.id })).ttl).toBe(0);
      expect(await client.leaseTimeToLive({ id: kept.id, keys: true })).toMatchObject({
        grantedTtl: 5,
        keys: ["kept"],
      });
      expect((await client.leaseTimeToLive({ id: left.id })).ttl).toBe(-1);
    }));
});

describe("locks", () => {
  it("are held by one after the other", () =>
    withSimulation({}, async ({ cluster, pass }) => {
      const clients = ["n1", "n2"].map((node) => cluster.connect(node, { timeoutMs: 60_000 }));
      const [one, two] = clients;
      if (!one || !two) throw new Error("two clients");
      const leases = await Promise.all(clients.map((client) => client.leaseGrant({ ttl: 60 })));
      const first = await one.lock({ name: "door", lease: leases[0]?.id ?? "" });
      let isHeldTwice = false;
      const second = two.lock({ name: "door", lease: leases[1]?.id ?? "" }).then((answer) => {
        isHeldTwice = true;
        return answer;
      });
      await pass(3_000);
      expect(isHeldTwice).toBe(false);
      await one.unlock({ key: first.key });
      expect((await second).key).not.toBe(first.key);
    }));
});

describe("watches", () => {
  it("tell each change in order, from a revision in the past on", () =>
    withSimulation({}, async ({ cluster }) => {
      const client = cluster.connect("n1", options);
      await client.put({ key: "k", value: "1" });
      await client.put({ key: "k", value: "2" });
      const stream = cluster.connect("n3", options).watch();
      stream.create({ watchId: 1, key: "k", startRevision: 2 });
      expect(await stream.receive()).toMatchObject({ watchId: 1, created: true, events: [] });
      await client.deleteRange({ key: "k" });
      const told: string[] = [];
      while (told.length < 3) {
        const { events } = await stream.receive();
        told.push(...events.map(({ type, kv }) => `${type} ${kv.value}@${kv.modRevision}`));
      }
      expect(told).toEqual(["put 1@2", "put 2@3", "delete @4"]);
    }));

  it("end with the process that serves them", () =>
    withSimulation({}, async ({ cluster }) => {
      const stream = cluster.connect("n3", options).watch();
      stream.create({ watchId: 1, key: "k" });
      await stream.receive();
      await cluster.kill("n3");
      expect((await errorOf(stream.receive())).facts).toMatchObject({ code: 14, sent: true });
    }));
});
