import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { answerOrError, RequestError } from "../../core/client.js";
import { connectEtcd } from "../etcd-client.js";
import {
  decodeCampaign,
  decodeLeader,
  electionService,
  encodeCampaign,
  encodeLeader,
  encodeProclaim,
  encodeResign,
  type WireCampaign,
  type WireLeader,
} from "./election.js";

const leader = { name: "a", key: "a/7", createRevision: 300, lease: "9007199254740993" };
/** Field by field: name, key, rev and lease, by the numbers of v3election.proto. */
const leaderBytes = "0a0161" + "1203612f37" + "18ac02" + "208180808080808010";

function sent(method: string, request: object): string {
  const definition = electionService[method];
  if (!definition) throw new Error(`there is no method ${method}`);
  return definition.requestSerialize(request).toString("hex");
}

function received(method: string, hex: string): unknown {
  return electionService[method]?.responseDeserialize(Buffer.from(hex, "hex"));
}

describe("the election service", () => {
  it("has etcd's paths", () => {
    expect(Object.values(electionService).map(({ path }) => path)).toEqual([
      "/v3electionpb.Election/Campaign",
      "/v3electionpb.Election/Proclaim",
      "/v3electionpb.Election/Leader",
      "/v3electionpb.Election/Resign",
    ]);
  });

  it("sends requests by etcd's field numbers", () => {
    expect(sent("Campaign", encodeCampaign({ name: "a", lease: "7", value: "3" }))).toBe(
      "0a0161" + "1007" + "1a0133",
    );
    const length = (leaderBytes.length / 2).toString(16).padStart(2, "0");
    expect(sent("Proclaim", encodeProclaim({ leader, value: "4" }))).toBe(
      `0a${length}${leaderBytes}` + "120134",
    );
    expect(sent("Resign", encodeResign({ leader }))).toBe(`0a${length}${leaderBytes}`);
    expect(sent("Leader", encodeLeader({ name: "a" }))).toBe("0a0161");
  });

  it("understands what etcd answers", () => {
    const header = "0a08" + "0801" + "1002" + "1803" + "2004";
    const campaign = received("Campaign", `${header}1214${leaderBytes}`) as WireCampaign;
    expect(decodeCampaign(campaign)).toEqual({
      header: { clusterId: "1", memberId: "2", revision: 3, raftTerm: 4 },
      leader,
    });
    const kv = "0a03612f37" + "1004" + "1805" + "2002" + "2a0133" + "3007";
    const answer = received("Leader", `${header}1210${kv}`) as WireLeader;
    expect(decodeLeader(answer).kv).toEqual({
      ...{ key: "a/7", value: "3", createRevision: 4, modRevision: 5, version: 2, lease: "7" },
    });
  });

  it("takes no answer without a leader's key for one", () => {
    expect(() => decodeCampaign({ header: null, leader: null })).toThrow("no leader key");
    expect(() => decodeLeader({ header: null, kv: null })).toThrow("no leader's key");
  });
});

describe("a client of the election service", () => {
  it("makes one call of each kind, and hands on refusals with etcd's words", async () => {
    const asked: string[] = [];
    const header = { cluster_id: "1", member_id: "2", revision: "3", raft_term: "4" };
    const key = { name: "a", key: "a/7", rev: "300", lease: "7" };
    const own = { name: "a", key: "a/7", createRevision: 300, lease: "7" };
    const answers: Readonly<Record<string, object>> = {
      Campaign: { header, leader: { ...key, name: Buffer.from("a"), key: Buffer.from("a/7") } },
      Proclaim: { header },
      Resign: { header },
    };
    const etcd = await serve((method) => {
      asked.push(method);
      return answers[method];
    });
    const client = connectEtcd({ node: "n1", endpoint: etcd.endpoint, timeoutMs: 5_000 });
    try {
      const campaign = await client.campaign({ name: "a", lease: "7", value: "x" });
      expect(campaign).toMatchObject({ header: { revision: 3 }, leader: own });
      expect(await client.proclaim({ leader: own, value: "y" })).toMatchObject({
        header: { revision: 3 },
      });
      expect(await client.resign({ leader: own })).toMatchObject({ header: { raftTerm: 4 } });
      const refused = await answerOrError(client.electionLeader({ name: "a" }));
      if (!(refused instanceof RequestError)) throw new Error("it was not refused");
      expect(refused.facts).toMatchObject({ code: 2, details: "election: no leader", sent: true });
      expect(asked).toEqual(["Campaign", "Proclaim", "Resign", "Leader"]);
    } finally {
      client.close();
      etcd.stop();
    }
  });
});

/** A server that answers as it is told to, and has no leader where it is told nothing. */
async function serve(answerOf: (method: string) => object | undefined) {
  const server = new Server();
  const handler =
    (method: string) => (_: unknown, respond: (error: object | null, answer?: object) => void) => {
      const answer = answerOf(method);
      if (answer) respond(null, answer);
      else respond({ code: status.UNKNOWN, details: "election: no leader" });
    };
  const methods = ["Campaign", "Proclaim", "Leader", "Resign"];
  const service = Object.fromEntries(methods.map((method) => [method, handler(method)]));
  server.addService(electionService, service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    endpoint: `127.0.0.1:${port}`,
    stop: () => {
      server.forceShutdown();
    },
  };
}
