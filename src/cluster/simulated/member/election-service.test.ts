import { describe, expect, it } from "vitest";
import { answerOrError, type FullClient, RequestError } from "../../../core/client.js";
import { withSimulation } from "../cluster.fixture.js";
import type { BugName } from "../bugs.js";

interface Rig {
  readonly clients: readonly FullClient[];
  readonly campaign: (lease: string, value?: string) => Promise<string>;
  /** Leases by which somebody was told that it won, in that order. */
  readonly winners: string[];
  readonly pass: (ms: number) => Promise<void>;
}

function withElection<T>(bugs: readonly BugName[], work: (rig: Rig) => Promise<T>): Promise<T> {
  return withSimulation({ bugs }, async ({ cluster, pass }) => {
    const clients = cluster.nodes.map((node) => cluster.connect(node, { timeoutMs: 5_000 }));
    const [first] = clients;
    for (const id of ["1", "2", "3"]) await first?.leaseGrant({ id, ttl: 60 });
    const winners: string[] = [];
    const campaign = async (lease: string, value = lease) => {
      const client = clients[Number(lease) - 1];
      const answer = await answerOrError(
        client ? client.campaign({ name: "e", lease, value }) : Promise.reject(new Error("nobody")),
      );
      if (answer instanceof RequestError) return answer.facts.details;
      winners.push(lease);
      return "won";
    };
    return work({ clients, campaign, winners, pass });
  });
}

const detailsOf = async (answer: Promise<unknown>) => {
  const error = await answerOrError(answer);
  return error instanceof RequestError ? error.facts : undefined;
};

const leaderOf = async ({ clients: [client] }: Rig) => {
  const answer = client && (await answerOrError(client.electionLeader({ name: "e" })));
  return answer instanceof RequestError ? answer.facts.details : answer?.kv.key;
};

describe("an election", () => {
  it("is won at once where nobody else stands, by a key named after the lease in hex", () =>
    withElection([], async ({ clients: [client] }) => {
      await client?.leaseGrant({ id: "255", ttl: 60 });
      const answer = await client?.campaign({ name: "e", lease: "255", value: "me" });
      expect(answer?.leader).toMatchObject({ name: "e", key: "e/ff", lease: "255" });
      expect(answer?.leader.createRevision).toBe(answer?.header.revision);
      const found = await client?.electionLeader({ name: "e" });
      expect(found?.kv).toMatchObject({ key: "e/ff", value: "me", lease: "255" });
    }));

  it("is won by the others in the order in which they came, when the leader resigns", () =>
    withElection([], async (rig) => {
      const { clients, campaign, winners, pass } = rig;
      for (const lease of ["2", "1", "3"]) {
        void campaign(lease);
        await pass(100);
      }
      expect(winners).toEqual(["2"]);
      const found = await clients[0]?.electionLeader({ name: "e" });
      const { key = "", createRevision = 0 } = found?.kv ?? {};
      const leader = { name: "e", key, createRevision, lease: "2" };
      await clients[0]?.resign({ leader });
      await pass(100);
      expect(winners).toEqual(["2", "1"]);
      // It is none any more: nothing is done by its name.
      await clients[0]?.resign({ leader });
      expect(
        await detailsOf(clients[0]?.proclaim({ leader, value: "x" }) ?? Promise.resolve()),
      ).toMatchObject({ code: 2, details: "election: not leader" });
      await clients[0]?.leaseRevoke({ id: "1" });
      await pass(100);
      expect(winners).toEqual(["2", "1", "3"]);
      expect(await leaderOf(rig)).toBe("e/3");
    }));

  it("has no leader where nobody stands", () =>
    withElection([], async (rig) => {
      expect(await leaderOf(rig)).toBe("election: no leader");
    }));

  it("shows what its leader proclaims, and what it asks for anew with the same lease", () =>
    withElection([], async ({ clients: [client], campaign }) => {
      await campaign("1", "one");
      const found = await client?.electionLeader({ name: "e" });
      const { key = "", createRevision = 0 } = found?.kv ?? {};
      await client?.proclaim({
        leader: { name: "e", key, createRevision, lease: "1" },
        value: "two",
      });
      expect((await client?.electionLeader({ name: "e" }))?.kv).toMatchObject({
        value: "two",
        version: 2,
      });
      expect(await campaign("1", "three")).toBe("won");
      expect((await client?.electionLeader({ name: "e" }))?.kv).toMatchObject({
        ...{ value: "three", createRevision },
      });
    }));

  it("is left by whoever gives up while it waits", () =>
    withElection([], async ({ clients, campaign, pass }) => {
      await campaign("1");
      expect(await campaign("2")).toContain("Deadline exceeded");
      await pass(500);
      const found = await clients[0]?.range({ key: "e/", rangeEnd: "e0", keysOnly: true });
      expect(found?.kvs.map(({ key }) => key)).toEqual(["e/1"]);
    }));

  it("is lost with the lease, as etcd's is, without a word to whoever waited by it", () =>
    withElection([], async (rig) => {
      const { clients, campaign, winners, pass } = rig;
      await campaign("1");
      void campaign("2");
      await pass(100);
      for (const id of ["2", "1"]) await clients[2]?.leaseRevoke({ id });
      await pass(100);
      expect(winners).toEqual(["1", "2"]);
      expect(await leaderOf(rig)).toBe("election: no leader");
    }));

  it("is refused to a lease that nobody granted", () =>
    withElection([], async ({ clients: [client] }) => {
      const request = { name: "e", lease: "99", value: "x" };
      expect(await detailsOf(client?.campaign(request) ?? Promise.resolve())).toMatchObject({
        ...{ code: 2, details: "etcdserver: requested lease not found" },
      });
    }));

  it("is won by two, and no more, with elected-twice", () =>
    withElection(["elected-twice"], async ({ campaign, winners, pass }) => {
      for (const lease of ["1", "2", "3"]) {
        void campaign(lease);
        await pass(100);
      }
      expect(winners).toEqual(["1", "2"]);
    }));
});
