import { describe, expect, it } from "vitest";
import type { HolderInput } from "../src/checkers/lock/holder-operation.js";
import { classifyError } from "../src/core/classify-error.js";
import { type FullClient, RequestError } from "../src/core/client.js";
import type { InvokeContext } from "../src/core/workload.js";
import { type Guard, invokeHolder, resourceOf } from "./holder-requests.js";
import { atOnce, storeClient } from "./store-client.fixture.js";

/** Time does not pass: it is only asked for. */
function rig(services: Partial<FullClient> = {}) {
  const client = { ...storeClient(), ...services };
  const slept: number[] = [];
  const context: InvokeContext = {
    ...atOnce,
    clock: {
      ...atOnce.clock,
      sleep: (ms, signal) => {
        expect(signal).toBe(atOnce.over);
        slept.push(ms);
        return Promise.resolve();
      },
    },
  };
  const ask = async (input: HolderInput, guard: Guard = "fenced") =>
    (await invokeHolder(client, input, context, guard)).output;
  return { client, ask, slept };
}

const header = { clusterId: "1", memberId: "1", raftTerm: 1, revision: 9 };
const by = { key: "a/7", lease: "7" };
const write: HolderInput = { f: "write", name: "a", by, value: 5, heldUpMs: 0 };
const read: HolderInput = { f: "read", name: "a", by };

function refusal(details: string, code = 2): Promise<never> {
  return Promise.reject(new RequestError({ code, details, peer: "n1:2379", sent: true }));
}

async function errorOf(answer: Promise<unknown>): Promise<RequestError> {
  const error: unknown = await answer.catch((thrown: unknown) => thrown);
  if (!(error instanceof RequestError)) throw new Error("it was answered");
  return error;
}

describe("a guarded request", () => {
  it("takes place while the holder's key is there, in one transaction", async () => {
    const { client, ask } = rig();
    await client.put({ key: "a/7", value: "" });
    expect(await ask(read)).toEqual({ type: "found", value: null, modRevision: 0, revision: 2 });
    expect(await ask(write)).toEqual({ type: "written", revision: 3 });
    expect(await ask(read)).toEqual({ type: "found", value: 5, modRevision: 3, revision: 3 });
    expect(client.txns).toHaveLength(3);
    expect(client.ranges).toHaveLength(0);
  });

  it("is refused when the key is gone, or was created anew", async () => {
    const { client, ask } = rig();
    expect(await ask(read)).toEqual({ type: "refused" });
    expect(await ask(write)).toEqual({ type: "refused" });
    await client.put({ key: "a/7", value: "" });
    const older = { ...by, createRevision: 1 };
    expect(await ask({ ...write, by: older })).toEqual({ type: "refused" });
    expect(await ask({ ...write, by: { ...by, createRevision: 2 } })).toMatchObject({
      revision: 3,
    });
  });

  it("is not guarded where nobody asked for that", async () => {
    const { client, ask } = rig();
    expect(await ask(write, "unfenced")).toEqual({ type: "written", revision: 2 });
    expect(await ask(read, "unfenced")).toMatchObject({ value: 5, modRevision: 2 });
    expect(await ask({ f: "read", name: "a" })).toMatchObject({ value: 5, modRevision: 2 });
    expect(client.txns).toHaveLength(0);
  });

  it("keeps what no client can have written as it found it", async () => {
    const { client, ask } = rig();
    await client.put({ key: resourceOf("a"), value: "5x" });
    expect(await ask({ f: "read", name: "a" })).toMatchObject({ value: "5x" });
  });

  it("waits as long as its client is held up", async () => {
    const { ask, slept } = rig();
    await ask({ ...write, heldUpMs: 300 });
    expect(slept).toEqual([300]);
  });
});

describe("a lock", () => {
  it("is asked for by name and lease, and its key is what its holder has", async () => {
    const { ask } = rig({
      lock: ({ name, lease }) => Promise.resolve({ header, key: `${name}/${lease}` }),
      unlock: ({ key }) => (key === "a/7" ? Promise.resolve({ header }) : refusal("another key")),
    });
    expect(await ask({ f: "lock", name: "a", lease: "7" })).toEqual({ type: "held", holder: by });
    expect(await ask({ f: "unlock", name: "a", by })).toEqual({ type: "released" });
  });

  it("has the oldest key below its name for its owner", async () => {
    const { client, ask } = rig();
    expect(await ask({ f: "owner", name: "a" })).toEqual({ type: "nobody" });
    for (const key of ["a/9", "a/7", "b/1", resourceOf("a")]) await client.put({ key, value: "" });
    expect(await ask({ f: "owner", name: "a" })).toEqual({
      ...{ type: "owner", key: "a/9", createRevision: 2, revision: 5 },
    });
  });

  it("leaves it to the runner what became of it when there is no answer", async () => {
    const { ask } = rig({ lock: () => refusal("Deadline exceeded", 4) });
    const { facts } = await errorOf(ask({ f: "lock", name: "a", lease: "7" }));
    expect(classifyError(facts, { readOnly: false })).toBe("info");
  });
});

describe("an election", () => {
  const leader = { ...by, createRevision: 4 };
  const key = { name: "a", key: "a/7", lease: "7", createRevision: 4 };

  it("is won, proclaimed and resigned by what its answer named", async () => {
    const asked: unknown[] = [];
    const { ask } = rig({
      campaign: (request) => (asked.push(request), Promise.resolve({ header, leader: key })),
      proclaim: (request) => (asked.push(request), Promise.resolve({ header })),
      resign: (request) => (asked.push(request), Promise.resolve({ header })),
    });
    expect(await ask({ f: "campaign", name: "a", lease: "7", value: 3 })).toEqual({
      ...{ type: "held", holder: leader },
    });
    const proclaim: HolderInput = { f: "proclaim", name: "a", by: leader, value: 4 };
    expect(await ask(proclaim)).toEqual({ type: "written", revision: 9 });
    expect(await ask({ f: "resign", name: "a", by: leader })).toEqual({ type: "released" });
    expect(asked).toEqual([
      { name: "a", lease: "7", value: "3" },
      { leader: key, value: "4" },
      { leader: key },
    ]);
  });

  it("answers who leads, that nobody does, and that one leads no more", async () => {
    const kv = {
      key: "a/7",
      value: "3",
      createRevision: 4,
      modRevision: 6,
      version: 2,
      lease: "7",
    };
    const some = rig({ electionLeader: () => Promise.resolve({ header, kv }) });
    expect(await some.ask({ f: "leader", name: "a" })).toEqual({
      ...{ type: "owner", key: "a/7", createRevision: 4, revision: 9 },
    });
    const none = rig({
      electionLeader: () => refusal("election: no leader"),
      proclaim: () => refusal("election: not leader"),
    });
    expect(await none.ask({ f: "leader", name: "a" })).toEqual({ type: "nobody" });
    const proclaim: HolderInput = { f: "proclaim", name: "a", by: leader, value: 4 };
    expect(await none.ask(proclaim)).toEqual({ type: "refused" });
  });

  it("takes other errors for what they are", async () => {
    const { ask } = rig({
      electionLeader: () => refusal("etcdserver: no leader", 14),
      proclaim: () => refusal("etcdserver: request timed out", 14),
    });
    await errorOf(ask({ f: "leader", name: "a" }));
    const proclaim: HolderInput = { f: "proclaim", name: "a", by: leader, value: 4 };
    const { facts } = await errorOf(ask(proclaim));
    expect(classifyError(facts, { readOnly: false })).toBe("info");
  });
});

describe("a lease", () => {
  it("is granted, renewed and revoked, and is as good as revoked where there is none", async () => {
    const { ask } = rig({ leaseKeepAlive: ({ id }) => Promise.resolve({ header, id, ttl: 30 }) });
    expect(await ask({ f: "grant", ttl: 30 })).toEqual({ type: "granted", lease: "7", ttl: 30 });
    expect(await ask({ f: "keepalive", lease: "7" })).toEqual({ type: "renewed", ttl: 30 });
    expect(await ask({ f: "revoke", lease: "7" })).toEqual({ type: "released" });
    const gone = rig({ leaseRevoke: () => refusal("etcdserver: requested lease not found", 5) });
    expect(await gone.ask({ f: "revoke", lease: "7" })).toEqual({ type: "released" });
  });

  it("is not known to be revoked where that was not answered", async () => {
    const { ask } = rig({ leaseRevoke: () => refusal("etcdserver: request timed out", 14) });
    await errorOf(ask({ f: "revoke", lease: "7" }));
  });
});
