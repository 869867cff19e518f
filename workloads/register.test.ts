import { describe, expect, it } from "vitest";
import type { FullClient, TxnRequest } from "../src/core/client.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import type { Told } from "../src/checkers/revision-order/account.js";
import type { CasInput, RegisterInput, RegisterOutput } from "../src/models/register.js";
import { fakeCluster } from "../src/testing/fake-cluster.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { register } from "./register.js";
import { registerAccounts } from "./register-accounts.js";
import { atOnce, storeClient } from "./store-client.fixture.js";

const plain = { opsPerKey: 200, serializable: false };

function inputsOf(options: { seed: number; count: number; opsPerKey?: number }): RegisterInput[] {
  const workload = register({ ...plain, opsPerKey: options.opsPerKey ?? 200 });
  const random = seededRandom(options.seed);
  const thread = workload.thread({ thread: 3, threads: 10, random });
  return Array.from({ length: options.count }, () => thread.next());
}

describe("the operations of a thread", () => {
  it("follow from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf({ seed, count: 100 }));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("are half reads, and writes, swaps and a few deletions otherwise", () => {
    const inputs = inputsOf({ seed: 1, count: 2_000 });
    const share = (f: string) => inputs.filter((input) => input.f === f).length / inputs.length;
    expect(share("read")).toBeCloseTo(0.5, 1);
    expect(share("write")).toBeCloseTo(0.2, 1);
    expect(share("cas")).toBeCloseTo(0.25, 1);
    expect(share("delete")).toBeGreaterThan(0.03);
    expect(share("delete")).toBeLessThan(0.07);
    const asking = inputs.filter((input) => input.f === "write" && input.previous === true);
    expect(asking.length / inputs.length).toBeCloseTo(0.1, 1);
  });

  it("write each value once, over all threads", () => {
    const workload = register(plain);
    const threads = Array.from({ length: 10 }, (_, thread) =>
      workload.thread({ thread, threads: 10, random: seededRandom(thread) }),
    );
    const values = threads.flatMap((thread) =>
      Array.from({ length: 300 }, () => thread.next()).flatMap((input) =>
        "value" in input ? [input.value] : [],
      ),
    );
    expect(new Set(values).size).toBe(values.length);
  });

  it("leave a key after opsPerKey operations", () => {
    const uses = new Map<string, number>();
    for (const { key } of inputsOf({ seed: 5, count: 1_000, opsPerKey: 20 })) {
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    expect(uses.size).toBeGreaterThan(40);
    expect(Math.max(...uses.values())).toBe(20);
  });

  it("swap what the thread saw last, guarded by its value or by its revision", () => {
    const workload = register(plain);
    const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(2) });
    const guards = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const input = thread.next();
      thread.saw?.({ f: "read", key: input.key }, { value: i, modRevision: 100 + i, version: 1 });
      const next = thread.next();
      if (next.f !== "cas" || next.key !== input.key) continue;
      guards.add(next.on);
      expect(next.expected).toBe(i);
      if (next.on === "mod") expect(next.expectedRevision).toBe(100 + i);
    }
    expect([...guards].sort()).toEqual(["mod", "value"]);
  });
});

describe("an operation", () => {
  const connect = () => {
    const clock = virtualClock();
    return fakeCluster({ nodes: ["n1"], clock }).connect("n1", { timeoutMs: 1_000 });
  };

  it("reads what was written, and nothing where nothing was", async () => {
    const [workload, client] = [register(plain), connect()];
    const before = await workload.invoke(client, { f: "read", key: "a" }, atOnce);
    const absent = { value: null, modRevision: 0, version: 0, createRevision: 0 };
    expect(before.output).toEqual(absent);
    await workload.invoke(client, { f: "write", key: "a", value: 4 }, atOnce);
    const after = await workload.invoke(client, { f: "read", key: "a" }, atOnce);
    expect(after.output).toEqual({ value: 4, modRevision: 2, version: 1, createRevision: 2 });
  });

  it("deletes, and says what was there", async () => {
    const [workload, client] = [register(plain), storeClient()];
    const ask = async (input: RegisterInput) =>
      (await workload.invoke(client, input, atOnce)).output;
    const remove: RegisterInput = { f: "delete", key: "a" };
    expect(await ask(remove)).toEqual({ deleted: false });
    await ask({ f: "write", key: "a", value: 4 });
    const over: RegisterInput = { f: "write", key: "a", value: 5, previous: true };
    expect(await ask(over)).toEqual({
      revision: 3,
      previous: { value: 4, modRevision: 2, version: 1, createRevision: 2 },
    });
    expect(await ask(remove)).toEqual({
      ...{ deleted: true, revision: 4 },
      previous: { value: 5, modRevision: 3, version: 2, createRevision: 2 },
    });
    const absent = { value: null, modRevision: 0, version: 0, createRevision: 0 };
    expect(await ask({ f: "read", key: "a" })).toEqual(absent);
    expect(await ask({ ...over, value: 6 })).toEqual({ revision: 5, previous: absent });
    expect(await ask({ f: "read", key: "a" })).toMatchObject({ version: 1, createRevision: 5 });
  });

  it("swaps where the guard holds, and else says what it found", async () => {
    const [workload, client] = [register(plain), connect()];
    await workload.invoke(client, { f: "write", key: "a", value: 4 }, atOnce);
    const onValue: CasInput = { f: "cas", key: "a", on: "value", expected: 4, value: 5 };
    expect((await workload.invoke(client, onValue, atOnce)).output).toEqual({
      swapped: true,
      revision: 3,
    });
    expect((await workload.invoke(client, onValue, atOnce)).output).toEqual({
      swapped: false,
      found: 5,
      foundRevision: 3,
      foundVersion: 2,
      foundCreateRevision: 2,
    });
    const onMod: CasInput = {
      f: "cas",
      key: "a",
      on: "mod",
      expected: 5,
      expectedRevision: 3,
      value: 6,
    };
    expect((await workload.invoke(client, onMod, atOnce)).output).toEqual({
      swapped: true,
      revision: 4,
    });
    expect((await workload.invoke(client, onMod, atOnce)).output).toMatchObject({
      swapped: false,
      found: 6,
    });
  });

  it("keeps a value that nobody can have written as it is, instead of taking it for nothing", async () => {
    const [workload, client] = [register(plain), connect()];
    await client.put({ key: "a", value: "rubbish" });
    const { output } = await workload.invoke(client, { f: "read", key: "a" }, atOnce);
    expect(output).toMatchObject({ value: "rubbish" });
  });

  it("asks for a serializable read only where that was asked for", async () => {
    const asked: unknown[] = [];
    const client: FullClient = {
      ...connect(),
      range: (request) => {
        asked.push(request.serializable);
        return Promise.resolve({
          header: { clusterId: "1", memberId: "1", revision: 1, raftTerm: 1 },
          kvs: [],
          count: 0,
          more: false,
        });
      },
    };
    await register(plain).invoke(client, { f: "read", key: "a" }, atOnce);
    await register({ ...plain, serializable: true }).invoke(
      client,
      { f: "read", key: "a" },
      atOnce,
    );
    expect(asked).toEqual([undefined, true]);
  });

  it("is one transaction where it swaps", async () => {
    const requests: TxnRequest[] = [];
    const client = connect();
    const counting: FullClient = {
      ...client,
      txn: (request) => {
        requests.push(request);
        return client.txn(request);
      },
    };
    const input: CasInput = { f: "cas", key: "a", on: "value", expected: 1, value: 2 };
    await register(plain).invoke(counting, input, atOnce);
    expect(requests).toEqual([
      {
        compare: [{ key: "a", target: "value", result: "equal", operand: "1" }],
        success: [{ type: "put", request: { key: "a", value: "2" } }],
        failure: [{ type: "range", request: { key: "a" } }],
      },
    ]);
  });
});

it("reads every key at the end, and those still in use from every node", () => {
  const workload = register({ ...plain, opsPerKey: 10 });
  const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(1) });
  const used = new Set(Array.from({ length: 100 }, () => thread.next().key));
  const last = [...workload.finalOperations(["n1", "n2", "n3"])];
  expect(new Set(last.map(({ input }) => input.key))).toEqual(used);
  const everywhere = [...used].filter(
    (key) => last.filter(({ input }) => input.key === key).length === 3,
  );
  expect(everywhere).toHaveLength(3);
});

describe("to the second judge", () => {
  const there = { value: 4, modRevision: 2, version: 1, createRevision: 2 };
  const key = "a";
  it.each<[string, RegisterInput, RegisterOutput, Told]>([
    ["a read looks", { f: "read", key }, there, { wrote: false, looks: [{ key, ...there }] }],
    ["a write wrote", { f: "write", key, value: 5 }, { revision: 3 }, { wrote: true, looks: [] }],
    [
      "a write that says what it replaced looked before it wrote",
      { f: "write", key, value: 5, previous: true },
      { revision: 3, previous: there },
      { wrote: true, looks: [{ key, ...there, isBefore: true }] },
    ],
    [
      "a deletion likewise",
      { f: "delete", key },
      { deleted: true, revision: 3, previous: there },
      { wrote: true, looks: [{ key, ...there, isBefore: true }] },
    ],
    [
      "a deletion that found nothing looked",
      { f: "delete", key },
      { deleted: false },
      { wrote: false, looks: [{ key, value: null, modRevision: 0 }] },
    ],
    [
      "a comparison of a value that held looked at it",
      { f: "cas", key, on: "value", expected: 4, value: 5 },
      { swapped: true, revision: 3 },
      { wrote: true, looks: [{ key, value: 4, isBefore: true }] },
    ],
    [
      "a comparison of a revision that held looked at that as well",
      { f: "cas", key, on: "mod", expected: 4, expectedRevision: 2, value: 5 },
      { swapped: true, revision: 3 },
      { wrote: true, looks: [{ key, value: 4, modRevision: 2, isBefore: true }] },
    ],
    [
      "a refusal looked and did not write",
      { f: "cas", key, on: "value", expected: 3, value: 5 },
      { swapped: false, found: 4, foundRevision: 2, foundVersion: 1, foundCreateRevision: 2 },
      { wrote: false, looks: [{ key, ...there }] },
    ],
  ])("%s", (_, input, output, told) => {
    expect(registerAccounts.told(input, output)).toEqual(told);
  });

  it("says what each asks to write", () => {
    expect(registerAccounts.asked({ f: "read", key })).toEqual([]);
    expect(registerAccounts.asked({ f: "write", key, value: 5 })).toEqual([{ key, value: 5 }]);
    expect(registerAccounts.asked({ f: "delete", key })).toEqual([{ key, value: null }]);
  });

  it("is compared with the first, but not where reads may be stale by their revisions", () => {
    const opinions = { first: "linearizable", second: "revision-order" };
    expect(register(plain).opinions).toEqual(opinions);
    expect(register({ ...plain, serializable: true }).opinions).toBeUndefined();
  });
});
