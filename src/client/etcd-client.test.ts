import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifyError, errorName, type RequestErrorFacts } from "../core/classify-error.js";
import { type Client, RequestError } from "../core/client.js";
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

function open(options: { endpoint?: string; timeoutMs?: number } = {}): Client {
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

async function untilArrived(count: number): Promise<void> {
  while (etcd.arrived.length < count) await new Promise((resolve) => setImmediate(resolve));
}
