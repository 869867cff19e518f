import { describe, expect, it } from "vitest";
import type { FullClient, RangeRequest, TxnRequest } from "../src/core/client.js";
import type { Thread } from "../src/core/workload.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { fakeCluster } from "../src/testing/fake-cluster.js";
import { simulate, usualTrial } from "../src/testing/simulate/simulate.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { type AddInput, set, setAccounts, type SetInput, type SetOutput } from "./set.js";
import { atOnce } from "./store-client.fixture.js";

const plain = { opsPerKey: 200, serializable: false };
type SetThread = Thread<SetInput, SetOutput>;

function threadOf({ seed, opsPerKey = 200 }: { seed: number; opsPerKey?: number }): SetThread {
  const workload = set({ ...plain, opsPerKey });
  return workload.thread({ thread: 3, threads: 10, random: seededRandom(seed) });
}

function inputsOf(options: { seed: number; count: number; opsPerKey?: number }): SetInput[] {
  const thread = threadOf(options);
  return Array.from({ length: options.count }, () => thread.next());
}

function nextAdd(thread: SetThread): AddInput {
  for (;;) {
    const input = thread.next();
    if (input.f === "add") return input;
  }
}

describe("the operations of a thread", () => {
  it("follow from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf({ seed, count: 100 }));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("are the same draws whatever was answered", () => {
    const [one, other] = [threadOf({ seed: 4 }), threadOf({ seed: 4 })];
    const kinds: string[][] = [];
    for (let i = 0; i < 200; i++) {
      const [input, same] = [one.next(), other.next()];
      kinds.push([input.f, same.f]);
      if (input.f === "read") one.saw?.(input, { elements: [i], modRevision: i + 1 });
      else one.saw?.(input, { added: true, revision: i + 1 });
    }
    expect(kinds.every(([f, same]) => f === same)).toBe(true);
  });

  it("are three quarters reads where no add is refused", () => {
    const inputs = inputsOf({ seed: 1, count: 2_000 });
    const reads = inputs.filter(({ f }) => f === "read").length;
    expect(reads / inputs.length).toBeCloseTo(0.75, 1);
  });

  it("add each element once, over all threads", () => {
    const workload = set(plain);
    const elements = Array.from({ length: 10 }, (_, thread) =>
      workload.thread({ thread, threads: 10, random: seededRandom(thread) }),
    ).flatMap((thread) => Array.from({ length: 100 }, () => nextAdd(thread).element));
    expect(new Set(elements).size).toBe(elements.length);
  });

  it("leave a key after opsPerKey operations", () => {
    const uses = new Map<string, number>();
    for (const { key } of inputsOf({ seed: 5, count: 1_000, opsPerKey: 20 })) {
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    expect(uses.size).toBeGreaterThan(40);
    expect(Math.max(...uses.values())).toBe(20);
  });
});

describe("an add", () => {
  it("takes a key that the thread has not seen yet to be absent", () => {
    expect(nextAdd(threadOf({ seed: 1 }))).toMatchObject({ expected: [], expectedRevision: 0 });
  });

  it("goes by what the thread saw last of its key, by reads and by adds", () => {
    const thread = threadOf({ seed: 2 });
    const last = new Map<string, { elements: readonly unknown[]; modRevision: number }>();
    let adds = 0;
    for (let i = 1; i < 300; i++) {
      const input = thread.next();
      if (input.f === "read") {
        const output = { elements: [1_000 + i], modRevision: i };
        thread.saw?.(input, output);
        last.set(input.key, output);
        continue;
      }
      const { elements, modRevision } = last.get(input.key) ?? { elements: [], modRevision: 0 };
      expect(input).toMatchObject({ expected: elements, expectedRevision: modRevision });
      thread.saw?.(input, { added: true, revision: i });
      last.set(input.key, { elements: [...elements, input.element], modRevision: i });
      adds += 1;
    }
    expect(adds).toBeGreaterThan(50);
  });

  it("that was refused is tried again at once, on what was found", () => {
    const thread = threadOf({ seed: 1 });
    const input = nextAdd(thread);
    thread.saw?.(input, { added: false, found: [7], foundRevision: 12 });
    const again = thread.next();
    expect(again).toEqual({ ...input, expected: [7], expectedRevision: 12 });
    thread.saw?.(again, { added: true, revision: 13 });
    expect(nextAdd(thread).element).not.toBe(input.element);
  });

  it("is not tried again where nobody knows what became of it, or where it is there", () => {
    const unanswered = threadOf({ seed: 1 });
    expect(nextAdd(unanswered).element).not.toBe(nextAdd(unanswered).element);
    const found = threadOf({ seed: 1 });
    const input = nextAdd(found);
    found.saw?.(input, { added: false, found: [input.element], foundRevision: 12 });
    expect(nextAdd(found).element).not.toBe(input.element);
  });

  it("of another element follows where its key is no longer in use", () => {
    const thread = threadOf({ seed: 1, opsPerKey: 1 });
    const input = nextAdd(thread);
    thread.saw?.(input, { added: false, found: [7], foundRevision: 12 });
    const next = thread.next();
    expect(next).toMatchObject({ f: "add", expected: [], expectedRevision: 0 });
    expect(next.key).not.toBe(input.key);
    expect(next).not.toMatchObject({ element: input.element });
  });
});

describe("an operation", () => {
  const connect = () => {
    const clock = virtualClock();
    return fakeCluster({ nodes: ["n1"], clock }).connect("n1", { timeoutMs: 1_000 });
  };
  const read: SetInput = { f: "read", key: "a" };
  const add: AddInput = { f: "add", key: "a", element: 4, expected: [], expectedRevision: 0 };

  it("adds to what is there, where nobody else did, and else says what it found", async () => {
    const [workload, client] = [set(plain), connect()];
    const ask = async (input: SetInput) => (await workload.invoke(client, input, atOnce)).output;
    expect(await ask(read)).toEqual({ elements: [], modRevision: 0 });
    expect(await ask(add)).toEqual({ added: true, revision: 2 });
    expect(await ask(add)).toEqual({ added: false, found: [4], foundRevision: 2 });
    const next: AddInput = { ...add, element: 5, expected: [4], expectedRevision: 2 };
    expect(await ask(next)).toEqual({ added: true, revision: 3 });
    expect(await ask(read)).toEqual({ elements: [4, 5], modRevision: 3 });
  });

  it.each([
    ["rubbish", ["rubbish"]],
    ['{"a":1}', ['{"a":1}']],
    ['[1,null,"b",[2]]', [1, "null", "b", "[2]"]],
  ])("keeps %s, which nobody can have written, as elements", async (value, elements) => {
    const [workload, client] = [set(plain), connect()];
    await client.put({ key: "a", value });
    expect((await workload.invoke(client, read, atOnce)).output).toMatchObject({ elements });
  });

  it("is one request", async () => {
    const requests: (RangeRequest | TxnRequest)[] = [];
    const client = connect();
    const counting: FullClient = {
      ...client,
      range: (request) => {
        requests.push(request);
        return client.range(request);
      },
      txn: (request) => {
        requests.push(request);
        return client.txn(request);
      },
    };
    const workload = set(plain);
    await workload.invoke(counting, { ...add, expected: [1, 2], expectedRevision: 9 }, atOnce);
    await workload.invoke(counting, read, atOnce);
    await workload.invoke(counting, { ...read, serializable: true }, atOnce);
    expect(requests).toEqual([
      {
        compare: [{ key: "a", target: "mod", result: "equal", operand: 9 }],
        success: [{ type: "put", request: { key: "a", value: "[1,2,4]" } }],
        failure: [{ type: "range", request: { key: "a" } }],
      },
      { key: "a" },
      { key: "a", serializable: true },
    ]);
  });
});

it("reads from the member's own state only under load, and where that was asked for", () => {
  const workload = set({ ...plain, serializable: true });
  const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(1) });
  const reads = Array.from({ length: 50 }, () => thread.next()).filter(({ f }) => f === "read");
  expect(reads.every((input) => "serializable" in input)).toBe(true);
  const last = [...workload.finalOperations(["n1"])];
  expect(last.some(({ input }) => "serializable" in input)).toBe(false);
  expect(inputsOf({ seed: 1, count: 50 }).some((input) => "serializable" in input)).toBe(false);
});

it("reads every key at the end, and those still in use from every node", () => {
  const workload = set({ ...plain, opsPerKey: 10 });
  const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(1) });
  const used = new Set(Array.from({ length: 100 }, () => thread.next().key));
  const last = [...workload.finalOperations(["n1", "n2", "n3"])];
  expect(new Set(last.map(({ input }) => input.key))).toEqual(used);
  const everywhere = [...used].filter(
    (key) => last.filter(({ input }) => input.key === key).length === 3,
  );
  expect(everywhere).toHaveLength(3);
});

const trial = { ...usualTrial, workload: "set", timeLimitMs: 20_000 };
const seeds = [1, 2, 3];

describe("on a simulated cluster without a planted bug", () => {
  it("is never invalid under partitions, kills and pauses, and its adds are read", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const nemeses = ["partition", "kill", "pause"];
      const { verdict } = await simulate({ ...trial, timeLimitMs: 10_000, nemeses, seed });
      expect(verdict.validity, `seed ${seed}: ${verdict.sentence}`).not.toBe("invalid");
      expect(verdict.checkers["set-full"], `seed ${seed}`).toMatchObject({
        validity: "valid",
        details: { neverRead: 0, timeToVisibilityMs: { max: 0 } },
      });
    }
  }, 120_000);

  it("catches a member that is cut off by its serializable reads, which lose nothing", async () => {
    for (const seed of seeds) {
      const nemeses = ["partition"];
      const { verdict } = await simulate({ ...trial, serializable: true, nemeses, seed });
      expect(verdict.checkers["set-full"], `seed ${seed}`).toMatchObject({
        validity: "invalid",
        details: { lost: 0, unexpected: 0, missing: 0 },
      });
    }
  }, 60_000);
});

it("says to the second judge what it asks to write and what it saw", () => {
  const key = "s";
  const read: SetInput = { f: "read", key };
  const add: AddInput = { f: "add", key, element: 3, expected: [1, 2], expectedRevision: 5 };
  expect(setAccounts.asked(read)).toEqual([]);
  expect(setAccounts.asked(add)).toEqual([{ key, value: "[1,2,3]" }]);
  expect(setAccounts.told(read, { elements: [1], modRevision: 4 })).toEqual({
    wrote: false,
    looks: [{ key, value: "[1]", modRevision: 4 }],
  });
  expect(setAccounts.told(read, { elements: [], modRevision: 0 })).toEqual({
    wrote: false,
    looks: [{ key, value: null, modRevision: 0 }],
  });
  expect(setAccounts.told(add, { added: true, revision: 8 })).toEqual({
    wrote: true,
    looks: [{ key, value: "[1,2]", modRevision: 5, isBefore: true }],
  });
  expect(setAccounts.told(add, { added: false, found: [1, 4], foundRevision: 7 })).toEqual({
    wrote: false,
    looks: [{ key, value: "[1,4]", modRevision: 7 }],
  });
});
