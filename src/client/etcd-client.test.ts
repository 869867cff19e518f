import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifyError, errorName, type RequestErrorFacts } from "../core/classify-error.js";
import { type Client, type FullClient, RequestError } from "../core/client.js";
import { connectEtcd, memberStatus } from "./etcd-client.js";
import { openLossyProxy } from "./lossy-proxy.js";
import { type ScriptedEtcd, scriptedEtcd } from "./scripted-etcd.fixture.js";

let etcd: ScriptedEtcd;
let clients: Client[];
beforeEach(async () => {
  etcd = await scriptedEtcd();
  clients = [];
});
afterEach(() => {
  for (const client of clients) client.close();
  etcd.stop();
});

function open(options: { endpoint?: string; timeoutMs?: number } = {}): FullClient {
  const client = connectEtcd({
    node: "n1",
    endpoint: options.endpoint ?? etcd.endpoint,
    timeoutMs: options.timeoutMs ?? 5000,
  });
  clients.push(client);
  return client;
}

/** What the request told when it failed; fails where it did not, or not with a RequestError. */
async function factsOf(request: Promise<unknown>): Promise<RequestErrorFacts> {
  const error: unknown = await request.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RequestError) return error.facts;
  throw new Error("expected a RequestError", { cause: error });
}

const put = { key: "a", value: "1" };

describe("a client", () => {
  it("hands on answers with their header, ids as text and revisions as numbers", async () => {
    const client = open();
    expect(await client.put({ key: "ä", value: "wörd" })).toEqual({
      header: {
        clusterId: "18446744073709551615",
        memberId: "9223372036854775808",
        revision: 2,
        raftTerm: 2,
      },
    });
    expect(await client.range({ key: "ä" })).toMatchObject({
      kvs: [{ key: "ä", value: "wörd", version: 1, modRevision: 2, lease: "0" }],
      count: 1,
      more: false,
    });
    expect(await client.range({ key: "b" })).toMatchObject({ kvs: [], count: 0 });
  });

  it.each([
    ["a refusal", { code: 3, details: "etcdserver: key is not provided" }],
    ["an unavailable server", { code: 14, details: "etcdserver: leader changed" }],
    ["a full server", { code: 8, details: "etcdserver: mvcc: database space exceeded" }],
    ["an aborted call", { code: 10, details: "aborted" }],
    ["an unknown error", { code: 2, details: "etcdserver: too many requests" }],
    ["an expired token", { code: 16, details: "etcdserver: invalid auth token" }],
  ])("asks once, and tells %s in the server's own words", async (_name, behaviour) => {
    etcd.behaviour = behaviour;
    const facts = await factsOf(open().put(put));
    expect(facts).toEqual({ ...behaviour, peer: etcd.endpoint, sent: true });
    expect(etcd.arrived).toHaveLength(1);
  });

  it("asks once where no answer comes in time, and goes on with the same connection", async () => {
    const client = open({ timeoutMs: 300 });
    await client.range({ key: "a" });
    etcd.behaviour = "hang";
    const facts = await factsOf(client.put(put));
    expect(facts).toMatchObject({ code: 4, peer: etcd.endpoint, sent: true });
    expect(errorName(facts)).toBe("timeout");

    etcd.behaviour = "serve";
    await client.range({ key: "a" });
    expect(etcd.arrived.map(({ method }) => method)).toEqual(["Range", "Put", "Range"]);
    expect(new Set(etcd.arrived.map(({ from }) => from)).size).toBe(1);
  });

  it("has a connection of its own, which all its calls share", async () => {
    const [one, other] = [open(), open()];
    await Promise.all([one, one, other, other].map((client) => client.range({ key: "a" })));
    expect(new Set(etcd.arrived.map(({ from }) => from)).size).toBe(2);
  });

  it("uses that connection for all that it asks, and for its streams", async () => {
    const client = open();
    await client.range({ key: "a" });
    expect(await client.leaseKeepAlive({ id: "9007199254740993" })).toMatchObject({
      id: "9007199254740993",
      ttl: 5,
    });
    expect(await client.lock({ name: "door", lease: "7" })).toMatchObject({ key: "door" });
    const watches = client.watch();
    watches.create({ watchId: 1, key: "a" });
    expect(await watches.receive()).toMatchObject({ watchId: 1, created: true, events: [] });
    expect(etcd.arrived.map(({ method }) => method)).toEqual([
      "Range",
      "LeaseKeepAlive",
      "Lock",
      "Watch",
    ]);
    expect(new Set(etcd.arrived.map(({ from }) => from)).size).toBe(1);
  });

  it("knows that nothing was sent where nobody listens", async () => {
    etcd.stop();
    const facts = await factsOf(open().put(put));
    expect(facts).toMatchObject({ code: 14, sent: false });
    expect(errorName(facts)).toBe("connection-refused");
    expect(classifyError(facts, { readOnly: false })).toBe("fail");
  });

  it("knows that nothing was sent where the connection never came about", async () => {
    // Accepts, as the port of a paused or killed member may do, and never says a word.
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const client = open({ endpoint: `127.0.0.1:${port ?? ""}`, timeoutMs: 300 });

    const facts = await factsOf(client.put(put));
    expect(facts).toMatchObject({ code: 4, sent: false });
    expect(errorName(facts)).toBe("connect-timeout");
    client.close();
    silent.close();
  });

  it("does not know what became of a call whose connection broke, asks once, and comes back", async () => {
    const proxy = await openLossyProxy(etcd.endpoint);
    const client = open({ endpoint: proxy.endpoint });
    etcd.behaviour = "hang";
    const pending = factsOf(client.put(put));
    await untilArrived(1);
    proxy.cut();

    const facts = await pending;
    expect(facts).toMatchObject({ code: 14, peer: proxy.endpoint, sent: true });
    expect(errorName(facts)).toBe("connection-lost");
    expect(classifyError(facts, { readOnly: false })).toBe("info");

    etcd.behaviour = "serve";
    await client.range({ key: "a" });
    expect(etcd.arrived.map(({ method }) => method)).toEqual(["Put", "Range"]);
    await proxy.close();
  });

  it("ends what is pending when it is closed, and sends nothing afterwards", async () => {
    const client = open();
    await client.range({ key: "a" });
    etcd.behaviour = "hang";
    const pending = factsOf(client.put(put));
    await untilArrived(2);
    client.close();
    client.close();
    expect(await pending).toMatchObject({ code: 1, sent: true });
    expect(await factsOf(client.put(put))).toMatchObject({ code: 14, sent: false });
    expect(etcd.arrived).toHaveLength(2);
  });

  it("asks a member for its status", async () => {
    const endpoint = { node: "n1", endpoint: etcd.endpoint, timeoutMs: 5000 };
    expect(await memberStatus(endpoint)).toEqual({
      memberId: "9223372036854775808",
      leaderId: "9223372036854775808",
      raftTerm: 2,
      raftIndex: 12,
      version: "3.5.30",
      dbSizeBytes: 4096,
    });
    etcd.behaviour = { code: 14, details: "etcdserver: no leader" };
    expect(await factsOf(memberStatus(endpoint))).toMatchObject({
      details: "etcdserver: no leader",
    });
  });
});

describe("a stream of watches", () => {
  it("tells the error that ended it to whoever receives, however often", async () => {
    const watches = open().watch();
    etcd.behaviour = { code: 14, details: "etcdserver: no leader" };
    watches.create({ watchId: 1, key: "a" });
    const error = { ...etcd.behaviour, peer: etcd.endpoint, sent: true };
    expect(await factsOf(watches.receive())).toEqual(error);
    expect(await factsOf(watches.receive())).toEqual(error);
    watches.create({ watchId: 2, key: "a" });
    expect(etcd.arrived).toHaveLength(1);
  });

  it("hands on what came before the error, though nobody had asked for it yet", async () => {
    const watches = open().watch();
    watches.create({ watchId: 1, key: "a" });
    await untilArrived(1);
    etcd.behaviour = { code: 14, details: "etcdserver: no leader" };
    watches.create({ watchId: 2, key: "a" });
    await untilArrived(2);
    expect(await watches.receive()).toMatchObject({ watchId: 1, created: true });
    expect(await factsOf(watches.receive())).toMatchObject({ code: 14 });
  });

  it("counts as lost where the other side ends it in order", async () => {
    const watches = open().watch();
    etcd.behaviour = "end";
    watches.create({ watchId: 1, key: "a" });
    expect(await factsOf(watches.receive())).toMatchObject({ code: 14, sent: true });
  });

  it("has no deadline, and ends when it or its client is closed", async () => {
    const client = open({ timeoutMs: 50 });
    const [one, other] = [client.watch(), client.watch()];
    const waiting = [factsOf(one.receive()), factsOf(other.receive())];
    etcd.behaviour = "hang";
    expect(await factsOf(client.put(put))).toMatchObject({ code: 4 });
    one.close();
    expect(await waiting[0]).toMatchObject({ code: 1 });
    client.close();
    expect(await waiting[1]).toMatchObject({ code: 1 });
    expect(await factsOf(client.watch().receive())).toMatchObject({ code: 14, sent: false });
  });

  it("knows that nothing was sent where nobody listens", async () => {
    etcd.stop();
    const watches = open().watch();
    watches.create({ watchId: 1, key: "a" });
    expect(await factsOf(watches.receive())).toMatchObject({ code: 14, sent: false });
  });
});

it("waits for a renewal no longer than its deadline", async () => {
  etcd.behaviour = "hang";
  const facts = await factsOf(open({ timeoutMs: 300 }).leaseKeepAlive({ id: "7" }));
  expect(facts).toMatchObject({ code: 4, sent: true });
});

async function untilArrived(count: number): Promise<void> {
  while (etcd.arrived.length < count) await new Promise((resolve) => setImmediate(resolve));
}
