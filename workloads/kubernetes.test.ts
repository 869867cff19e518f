import { describe, expect, it } from "vitest";
import type {
  KubernetesInput,
  KubernetesOutput,
} from "../src/checkers/kubernetes/kubernetes-operation.js";
import { type FullClient, RequestError, type WatchResponse } from "../src/core/client.js";
import type { InvokeContext } from "../src/core/workload.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { askKubernetes } from "./kubernetes-invoke.js";
import { objectKey, prefixEnd, prefixes } from "./kubernetes-keys.js";
import { kubernetes } from "./kubernetes.js";
import { atOnce, storeClient as plainClient } from "./store-client.fixture.js";

const [prefix] = prefixes;
const rangeEnd = prefixEnd(prefix);
const key = objectKey(prefix, 1);

/** Its refusals come as answers do, and each lease that it grants is another. */
function storeClient() {
  const client = plainClient();
  let leases = 6;
  return {
    ...client,
    range: async (request: Parameters<FullClient["range"]>[0]) => client.range(request),
    compact: async (request: Parameters<FullClient["compact"]>[0]) => client.compact(request),
    leaseGrant: ({ ttl }: { readonly ttl: number }) =>
      client.leaseGrant({ id: String((leases += 1)), ttl }),
  };
}

describe("what is asked of etcd", () => {
  it("is a guarded write, with a look at what is there instead where it is refused", async () => {
    const client = storeClient();
    const ask = async (input: KubernetesInput) =>
      (await askKubernetes(client, input, atOnce)).output;
    expect(await ask({ f: "create", key, value: "1" })).toEqual({ done: true, revision: 2 });
    expect(await ask({ f: "create", key, value: "2" })).toEqual({ done: false });
    const believed = { value: "1", modRevision: 2 };
    const update: KubernetesInput = { f: "update", key, value: "3", believed };
    expect(await ask(update)).toEqual({ done: true, revision: 3 });
    const found = { value: "3", modRevision: 3, version: 2 };
    expect(await ask({ f: "delete", key, believed })).toEqual({ done: false, found });
    expect(await ask({ f: "get", key })).toEqual({ found });
    expect(await ask({ f: "delete", key, believed: found })).toEqual({ done: true, revision: 4 });
    expect(await ask(update)).toEqual({ done: false, found: null });
    expect(client.txns).toHaveLength(6);
  });

  it("is a claim on a version, an event with a lease", async () => {
    const client = storeClient();
    const claim: KubernetesInput = { f: "claim", key: "c", value: "1", version: 0 };
    const { output } = await askKubernetes(client, claim, atOnce);
    expect(output).toEqual({ done: true, revision: 2 });
    expect((await askKubernetes(client, claim, atOnce)).output).toMatchObject({
      done: false,
      found: { version: 1 },
    });
    const lease = await askKubernetes(client, { f: "lease", ttl: 60 }, atOnce);
    expect(lease.output).toEqual({ lease: "7" });
    const event: KubernetesInput = { f: "event", key: "e", value: "2", lease: "7" };
    expect((await askKubernetes(client, event, atOnce)).output).toEqual({
      done: true,
      revision: 3,
    });
    const stray = askKubernetes(client, { ...event, lease: "8" }, atOnce);
    await expect(stray).rejects.toBeInstanceOf(RequestError);
  });

  it("is a page, or that its revision is not there", async () => {
    const client = storeClient();
    for (const number of [1, 2, 3]) {
      const input = { f: "create", key: objectKey(prefix, number), value: `${number}` } as const;
      await askKubernetes(client, input, atOnce);
    }
    const first: KubernetesInput = { f: "list", key: prefix, rangeEnd, limit: 2 };
    expect((await askKubernetes(client, first, atOnce)).output).toMatchObject({
      kvs: [{ value: "1" }, { value: "2" }],
      ...{ count: 3, more: true, revision: 4 },
    });
    const pinned = { ...first, revision: 3 };
    const compact = await askKubernetes(client, { f: "compact", revision: 4 }, atOnce);
    expect(compact.output).toEqual({ compacted: true });
    const refused = async (input: KubernetesInput) =>
      (await askKubernetes(client, input, atOnce)).output;
    expect(await refused(pinned)).toEqual({ refused: "compacted" });
    expect(await refused({ ...first, revision: 9 })).toEqual({ refused: "future" });
    expect(await refused({ f: "compact", revision: 4 })).toEqual({ refused: "compacted" });
  });
});

describe("a watch", () => {
  const input: KubernetesInput = { f: "watch", key: prefix, rangeEnd, startRevision: 5, ms: 300 };
  const created = message({ created: true });
  const kv = { key, value: "1", createRevision: 6, modRevision: 6, version: 1, lease: "0" };
  const event = message({ events: [{ type: "put", kv }] });

  it("tells of each message and says how far it came", async () => {
    const { answer, parts } = await watching([created, event], "time is over");
    expect(answer).toEqual({ output: { revision: 6, ended: "closed" } });
    expect(parts).toEqual([
      { id: 1, rev: 6, created: true },
      { id: 1, rev: 6, events: event.events },
    ]);
  });

  it("ends with its stream, or when it is cancelled", async () => {
    const broken = await watching([created], "broken");
    expect(broken.answer).toMatchObject({ output: { revision: 4, ended: "broken" } });
    const gone = message({ canceled: true, compactRevision: 9 });
    const canceled = await watching([created, gone], "broken");
    expect(canceled.answer).toEqual({ output: { revision: 4, ended: "canceled" } });
  });

  it("that never began is no answer", async () => {
    await expect(watching([], "broken")).rejects.toBeInstanceOf(RequestError);
  });

  function message(facts: Partial<WatchResponse>): WatchResponse {
    const header = { clusterId: "1", memberId: "1", raftTerm: 1, revision: 6 };
    const flags = { created: false, canceled: false, fragment: false };
    return { header, watchId: 1, ...flags, compactRevision: 0, events: [], ...facts };
  }

  /** A stream of these messages, which then waits for its end or breaks. */
  async function watching(messages: readonly WatchResponse[], then: "time is over" | "broken") {
    const error = new RequestError({ code: 14, details: "gone", peer: "n1", sent: true });
    const left = [...messages];
    const parts: unknown[] = [];
    let ring = (): void => undefined;
    let end: (reason: RequestError) => void = () => undefined;
    const receive = () => {
      const next = left.shift();
      if (next) return Promise.resolve(next);
      if (then === "broken") return Promise.reject(error);
      return new Promise<never>((_, reject) => {
        end = reject;
        ring();
      });
    };
    const close = () => {
      end(error);
    };
    const nothing = () => undefined;
    const stream = { create: nothing, cancel: nothing, requestProgress: nothing, receive, close };
    const client: FullClient = { ...storeClient(), watch: () => stream };
    const sleep = (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        ring = resolve;
        signal?.addEventListener("abort", () => {
          resolve();
        });
      });
    const context: InvokeContext = {
      clock: { ...atOnce.clock, sleep },
      over: atOnce.over,
      tell: (part) => parts.push(part),
    };
    return { answer: await askKubernetes(client, input, context), parts };
  }
});

/** What a thread asks of one store, where each watch ends at once and comes to nothing new. */
async function asked(thread: number, count: number, seed = 1) {
  const client = storeClient();
  const server = kubernetes().thread({ thread, threads: 4, random: seededRandom(seed) });
  const inputs: KubernetesInput[] = [];
  const outputs: KubernetesOutput[] = [];
  while (inputs.length < count) {
    const input = server.next();
    const output: KubernetesOutput =
      input.f === "watch"
        ? { revision: input.startRevision - 1, ended: "closed" }
        : (await askKubernetes(client, input, atOnce)).output;
    server.saw?.(input, output);
    inputs.push(input);
    outputs.push(output);
  }
  return { inputs, outputs };
}

describe("a thread", () => {
  it("asks for everything, and is seldom refused by itself", async () => {
    const { inputs, outputs } = await asked(0, 2_000);
    const kinds = [...new Set(inputs.map(({ f }) => f))].sort();
    expect(kinds).toEqual([...kubernetes().kinds, "compact", "lease"].sort());
    const refused = outputs.filter((output) => "done" in output && !output.done).length;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(200);
  });

  it("lists page by page at one revision, then watches from the next", async () => {
    const { inputs, outputs } = await asked(1, 2_000);
    let lists = 0;
    for (const [place, input] of inputs.entries()) {
      const output = outputs[place];
      if (input.f !== "list" || !output || !("kvs" in output)) continue;
      const revision = input.revision ?? output.revision;
      const after = inputs[place + 1];
      if (output.more) {
        const from = `${output.kvs.at(-1)?.key ?? ""}\0`;
        expect(after).toMatchObject({ f: "list", key: from, revision, limit: input.limit });
        lists += 1;
      } else {
        expect(after).toMatchObject({ f: "watch", startRevision: revision + 1 });
      }
    }
    expect(lists).toBeGreaterThan(20);
  });

  it("writes each value once, and asks the same with the same seed", async () => {
    const all = await Promise.all([0, 1, 2, 3].map((thread) => asked(thread, 500)));
    const values = all.flatMap(({ inputs }) =>
      inputs.flatMap((input) => ("value" in input ? [input.value] : [])),
    );
    expect(new Set(values).size).toBe(values.length);
    expect(await asked(0, 500)).toEqual(all[0]);
    expect(await asked(0, 500, 2)).not.toEqual(all[0]);
  });

  it("lists anew where its list is compacted away, and goes on with a watch that failed", () => {
    const random = seededRandom(1);
    const server = kubernetes().thread({ thread: 1, threads: 4, random });
    const until = (f: KubernetesInput["f"]) => {
      for (;;) {
        const input = server.next();
        if (input.f === f) return input;
      }
    };
    const first = until("list");
    server.saw?.(first, { refused: "compacted" });
    expect(until("list")).not.toHaveProperty("revision");
    server.saw?.(first, { kvs: [], count: 0, more: false, revision: 7 });
    const watch = until("watch");
    server.missed?.(watch, "fail");
    expect(server.next()).toMatchObject({ f: "watch", startRevision: 8 });
  });
});

it("looks at everything on every node in the end", () => {
  const last = [...kubernetes().finalOperations(["n1", "n2"])];
  expect(last.map(({ node, input }) => `${node} ${input.f}`)).toEqual(
    ["n1", "n2"].flatMap((node) => ["list", "list", "list", "get"].map((f) => `${node} ${f}`)),
  );
});
