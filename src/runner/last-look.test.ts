import { expect, it } from "vitest";
import { type MemberClient, RequestError } from "../core/client.js";
import type { MemberEvent } from "../core/history.js";
import { seededRandom } from "../generator/seeded-random.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import type { DriveOptions } from "./drive-options.js";
import { lastLook } from "./last-look.js";
import { newProgress } from "./progress.js";

const nodes = ["n1", "n2", "n3"];

type Change = (client: MemberClient, call: () => number) => Partial<MemberClient>;

/** What is recorded where a node's clients answer with these changes; `call` counts from 1. */
async function lookWith(
  changed: string,
  change: Change,
  { keys = 3, signal = new AbortController().signal } = {},
): Promise<MemberEvent[]> {
  const clock = virtualClock();
  const cluster = fakeCluster({ nodes, clock });
  const filler = cluster.connect("n1", { timeoutMs: 1_000 });
  for (let key = 0; key < keys; key++) {
    await filler.put({ key: `k/${String(key).padStart(5, "0")}`, value: `v${key}` });
  }
  const recorder = memoryRecorder(clock);
  let calls = 0;
  const options: DriveOptions = {
    cluster: {
      ...cluster,
      connect(node, how) {
        const client = cluster.connect(node, how);
        return node === changed ? { ...client, ...change(client, () => (calls += 1)) } : client;
      },
    },
    recorder,
    clock,
    workload: {
      name: "none",
      kinds: [],
      thread: neverAsked,
      invoke: neverAsked,
      isReadOnly: () => true,
      finalOperations: () => [],
      checkers: {},
    },
    nemeses: [],
    random: seededRandom(1),
    progress: newProgress(),
    processes: { highest: 0 },
    concurrency: 1,
    rate: 1,
    timeLimitMs: 1,
    requestTimeoutMs: 1_000,
    nemesisIntervalMs: 1,
    recoveryLimitMs: 1,
    signal,
  };
  await lastLook(options);
  return recorder.events.flatMap((event, index) =>
    event.kind === "member" ? [{ ...event, index }] : [],
  );
}

const unchanged: Change = () => ({});

it("asks each member everything, about one revision", async () => {
  const members = await lookWith("n1", unchanged);
  expect(members.map(({ node }) => node)).toEqual(nodes);
  for (const said of members) {
    expect(said).toMatchObject({
      ...{ toldRevision: 4, readRevision: 4, revision: 4, version: "0.0.0" },
      hash: { revision: 4, compactRevision: 0 },
      contents: { keys: 3, pages: [{ from: "k/00000", keys: 3 }] },
      alarms: [],
      members: nodes.map((name) => ({ id: name, name, isLearner: false })),
      unanswered: [],
    });
    expect(said.contents?.pages[0]?.entries?.map(({ value }) => value)).toEqual(["v0", "v1", "v2"]);
  }
});

it("asks for the lowest revision that a member has, after the highest was told", async () => {
  const asked: unknown[] = [];
  const members = await lookWith("n2", (client) => ({
    range: async (request) => {
      asked.push(request.revision);
      const answer = await client.range(request);
      return { ...answer, header: { ...answer.header, revision: 3 } };
    },
  }));
  expect(
    members.map(({ toldRevision, readRevision, revision }) => [
      toldRevision,
      readRevision,
      revision,
    ]),
  ).toEqual([
    [4, 4, 3],
    [4, 3, 3],
    [4, 4, 3],
  ]);
  expect(asked).toEqual([undefined, undefined, 3]);
});

it("reads all keys page by page, serializably, and keeps no more of them than there is room for", async () => {
  const requests: unknown[] = [];
  const [said] = await lookWith(
    "n1",
    (client) => ({
      range: async (request) => {
        const answer = await client.range(request);
        if (request.rangeEnd === undefined) return answer;
        const { key, rangeEnd, revision, serializable, limit = 0 } = request;
        requests.push({ key, rangeEnd, revision, serializable });
        const rest = answer.kvs.filter((kv) => kv.key >= key);
        return { ...answer, kvs: rest.slice(0, limit), more: rest.length > limit };
      },
    }),
    { keys: 10_700 },
  );
  const pages = said?.contents?.pages ?? [];
  expect(said?.contents?.keys).toBe(10_700);
  expect(pages.map(({ keys }) => keys)).toEqual([...Array.from({ length: 21 }, () => 500), 200]);
  expect(pages.map(({ entries }) => entries?.length)).toEqual([
    ...Array.from({ length: 20 }, () => 500),
    ...[undefined, undefined],
  ]);
  expect(new Set(pages.map(({ digest }) => digest)).size).toBe(22);
  expect(requests.slice(0, 2)).toEqual([
    { key: "\0", rangeEnd: "\0", revision: 10_701, serializable: true },
    { key: "k/00499\0", rangeEnd: "\0", revision: 10_701, serializable: true },
  ]);
});

it("asks again until it is answered, by a new connection each time", async () => {
  const members = await lookWith("n3", (client, call) => ({
    alarms: () => (call() < 5 ? Promise.reject(late()) : client.alarms()),
  }));
  expect(members[2]).toMatchObject({ alarms: [], unanswered: [] });
});

it("records what was never answered as such, and everything else all the same", async () => {
  const members = await lookWith("n3", () => ({ alarms: () => Promise.reject(late()) }));
  expect(members[2]?.unanswered).toEqual([{ question: "its alarms", error: "Deadline exceeded" }]);
  expect(members[2]).not.toHaveProperty("alarms");
  expect(members[2]?.contents?.keys).toBe(3);
});

it("hashes at the asked revision where the newest is another", async () => {
  const members = await lookWith("n2", (client) => ({
    hashKv: async ({ revision }) => {
      const answer = await client.hashKv({});
      const header = { ...answer.header, revision: 9 };
      return { ...answer, header, hash: revision ?? 0 };
    },
  }));
  expect(members[1]?.hash).toMatchObject({ revision: 4, hash: 4 });
});

it("looks again where a compaction is seen under way, but not for ever", async () => {
  const settling = await lookWith("n2", (client, call) => ({
    hashKv: async (request) => {
      const answer = await client.hashKv(request);
      return call() === 1 ? { ...answer, compactRevision: 2 } : answer;
    },
  }));
  expect(settling.map(({ hash }) => hash?.compactRevision)).toEqual([0, 0, 0]);

  const lasting = await lookWith("n2", (client) => ({
    hashKv: async (request) => ({ ...(await client.hashKv(request)), compactRevision: 2 }),
  }));
  expect(lasting.map(({ hash }) => hash?.compactRevision)).toEqual([0, 2, 0]);
});

it("asks no second time for a revision that etcd has not", async () => {
  let asked = 0;
  const [said] = await lookWith("n1", (client) => ({
    range: (request) => {
      if (request.revision === undefined) return client.range(request);
      asked += 1;
      return Promise.reject(gone());
    },
  }));
  // Once for each look: what is compacted may be a matter of the moment.
  expect(asked).toBe(3);
  expect(said?.unanswered).toEqual([
    { question: "a serializable read of all keys", error: gone().facts.details },
  ]);
});

it("gives up early when the run is ended, and asks nothing of one that is ended already", async () => {
  let asked = 0;
  const stop = new AbortController();
  const refuse: Change = () => ({
    alarms: () => {
      asked += 1;
      stop.abort("SIGINT");
      return Promise.reject(late());
    },
  });
  const members = await lookWith("n1", refuse, { signal: stop.signal });
  expect(asked).toBe(1);
  expect(members[0]?.unanswered).toHaveLength(1);
  expect(await lookWith("n1", refuse, { signal: stop.signal })).toEqual([]);
});

function late(): RequestError {
  return new RequestError({ code: 4, details: "Deadline exceeded", peer: "n3", sent: true });
}

function gone(): RequestError {
  const details = "etcdserver: mvcc: required revision has been compacted";
  return new RequestError({ code: 11, details, peer: "n1", sent: true });
}

function neverAsked(): never {
  throw new Error("no load here");
}
