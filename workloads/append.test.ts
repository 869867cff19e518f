import { describe, expect, it } from "vitest";
import type { CheckContext } from "../src/core/checker.js";
import type { Operation } from "../src/core/operation.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { fail, historyOf, info, ok } from "../src/testing/histories.js";
import { append, type AppendInput, type AppendOutput, type Found, type List } from "./append.js";
import { atOnce, storeClient } from "./store-client.fixture.js";

const plain = { opsPerKey: 200, serializable: false };
const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const r = (key: string) => ({ f: "r", key }) as const;
const add = (key: string, value: number) => ({ f: "append", key, value }) as const;
const list = (elements: List, modRevision: number): Found => ({ elements, modRevision });
const absent = list([], 0);

/** Expects all keys to be absent unless something is said of them. */
function txn(
  operations: AppendInput["operations"],
  expected: Readonly<Record<string, Found>> = {},
): AppendInput {
  const keys = operations.flatMap(({ f, key }) => (f === "append" ? [key] : []));
  return {
    f: keys.length === 0 ? "read" : "append",
    operations,
    expected: keys.map((key) => ({ key, ...(expected[key] ?? absent) })),
  };
}

function inputsOf(options: { seed: number; count: number; opsPerKey?: number }): AppendInput[] {
  const workload = append({ ...plain, opsPerKey: options.opsPerKey ?? 200 });
  const random = seededRandom(options.seed);
  const thread = workload.thread({ thread: 3, threads: 10, random });
  return Array.from({ length: options.count }, () => thread.next());
}

describe("the transactions of a thread", () => {
  it("follow from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf({ seed, count: 100 }));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("are of one to four reads and appends, of several keys, and append to none twice", () => {
    const inputs = inputsOf({ seed: 1, count: 2_000 });
    const sizes = new Set(inputs.map(({ operations }) => operations.length));
    expect([...sizes].sort()).toEqual([1, 2, 3, 4]);
    for (const { f, operations, expected } of inputs) {
      const keys = operations.flatMap((one) => (one.f === "append" ? [one.key] : []));
      expect(new Set(keys).size).toBe(keys.length);
      expect(expected.map(({ key }) => key)).toEqual(keys);
      expect(f).toBe(keys.length === 0 ? "read" : "append");
    }
    const reads = inputs.filter(({ f }) => f === "read").length / inputs.length;
    expect(reads).toBeGreaterThan(0.2);
    expect(reads).toBeLessThan(0.3);
    expect(inputs.some(({ expected }) => expected.length > 2)).toBe(true);
  });

  it("append each value once, over all threads", () => {
    const workload = append(plain);
    const threads = Array.from({ length: 10 }, (_, thread) =>
      workload.thread({ thread, threads: 10, random: seededRandom(thread) }),
    );
    const values = threads.flatMap((thread) =>
      Array.from({ length: 300 }, () => thread.next()).flatMap(({ operations }) =>
        operations.flatMap((one) => (one.f === "append" ? [one.value] : [])),
      ),
    );
    expect(new Set(values).size).toBe(values.length);
  });

  it.each([
    [200, 32],
    [10, 10],
  ])("leave a key after so many appends, of %i at most %i", (opsPerKey, most) => {
    const appends = new Map<string, number>();
    for (const { expected } of inputsOf({ seed: 5, count: 1_000, opsPerKey })) {
      for (const { key } of expected) appends.set(key, (appends.get(key) ?? 0) + 1);
    }
    expect(Math.max(...appends.values())).toBe(most);
    expect(appends.size).toBeGreaterThan(1_000 / most);
  });

  it("expect of a key what the thread saw last, be it a read, an append or a refusal", () => {
    const thread = append(plain).thread({ thread: 0, threads: 1, random: seededRandom(2) });
    const seen = new Map<string, Found>();
    const kinds = new Set<string>();
    for (let i = 1; i <= 500; i++) {
      const input = thread.next();
      for (const { key, ...found } of input.expected) {
        expect(found).toEqual(seen.get(key) ?? absent);
      }
      const lists = input.operations.map((_, j) => list([1_000 * i + j], i));
      const applied = i % 3 !== 0 || input.f === "read";
      kinds.add(`${input.f} ${String(applied)}`);
      if (applied) {
        thread.saw?.(input, { applied, revision: i, lists });
        const reads = input.operations.filter(({ f }) => f === "r");
        for (const [j, { key }] of reads.entries()) seen.set(key, lists[j] ?? absent);
        for (const one of input.operations) {
          if (one.f !== "append") continue;
          const before = input.expected.find(({ key }) => key === one.key)?.elements ?? [];
          seen.set(one.key, list([...before, one.value], i));
        }
      } else {
        thread.saw?.(input, { applied, lists });
        const keys = new Set(input.operations.map(({ key }) => key));
        for (const [j, key] of [...keys].entries()) seen.set(key, lists[j] ?? absent);
      }
    }
    expect([...kinds].sort()).toEqual(["append false", "append true", "read true"]);
  });
});

describe("a transaction", () => {
  it("sees its own appends from then on, and not before", async () => {
    const client = storeClient();
    const input = txn([r("x"), add("x", 1), r("x"), add("y", 2), r("y")]);
    const { output } = await append(plain).invoke(client, input, atOnce);
    expect(output).toEqual({
      ...{ applied: true, revision: 2 },
      lists: [absent, list([1], 2), list([2], 2)],
    });
    const again = await append(plain).invoke(
      client,
      txn([add("x", 3), r("x")], { x: list([1], 2) }),
      atOnce,
    );
    expect(again.output).toMatchObject({ applied: true, lists: [list([1, 3], 3)] });
  });

  it("reads all of its keys where one was not as expected, and appends nothing", async () => {
    const [workload, client] = [append(plain), storeClient()];
    await workload.invoke(client, txn([add("x", 1)]), atOnce);
    const input = txn([r("z"), add("y", 2), add("x", 3), r("y")]);
    const { output } = await workload.invoke(client, input, atOnce);
    expect(output).toEqual({ applied: false, lists: [absent, absent, list([1], 2)] });
    expect((await workload.invoke(client, txn([r("x"), r("y")]), atOnce)).output).toEqual({
      ...{ applied: true, revision: 2 },
      lists: [list([1], 2), absent],
    });
  });

  it("is one request, and guards the keys that it appends to", async () => {
    const client = storeClient();
    const input = txn([r("y"), add("x", 5)], { x: list([4], 7) });
    await append({ ...plain, serializable: true }).invoke(client, input, atOnce);
    expect(client.ranges).toEqual([]);
    expect(client.txns).toEqual([
      {
        compare: [{ key: "x", target: "mod", result: "equal", operand: 7 }],
        success: [
          { type: "range", request: { key: "y" } },
          { type: "put", request: { key: "x", value: "[4,5]" } },
        ],
        failure: [
          { type: "range", request: { key: "y" } },
          { type: "range", request: { key: "x" } },
        ],
      },
    ]);
  });

  it("is serializable where that was asked for and it only reads", async () => {
    const client = storeClient();
    await append({ ...plain, serializable: true }).invoke(client, txn([r("x"), r("y")]), atOnce);
    await append(plain).invoke(client, txn([r("x")]), atOnce);
    expect(client.txns.map(({ success }) => success.map(({ request }) => request))).toEqual([
      [
        { key: "x", serializable: true },
        { key: "y", serializable: true },
      ],
      [{ key: "x" }],
    ]);
  });

  it.each(["rubbish", "", "[]", '["1"]', "[1.5]", "7"])(
    "keeps %j, which nobody can have written, as it is",
    async (value) => {
      const client = storeClient();
      await client.put({ key: "x", value });
      const { output } = await append(plain).invoke(client, txn([r("x")]), atOnce);
      expect(output.lists).toEqual([list([value], 2)]);
    },
  );
});

describe("a history", () => {
  const judge = (operations: readonly Operation<AppendInput, AppendOutput>[]) => {
    const checker = append(plain).checkers["list-append"];
    return checker?.check(historyOf(operations), context);
  };
  const done = (process: number, span: string, input: AppendInput, ...lists: readonly Found[]) =>
    ok<AppendInput, AppendOutput>(process, span, input, { applied: true, revision: 9, lists });
  const refused = (process: number, span: string, input: AppendInput, ...lists: Found[]) =>
    ok<AppendInput, AppendOutput>(process, span, input, { applied: false, lists });
  const both = txn([add("x", 1), add("y", 2)]);

  it("is valid where transactions are seen as wholes", async () => {
    const verdict = await judge([
      done(0, "0..3", both),
      done(1, "1..2", txn([r("x"), r("y")]), absent, absent),
      done(1, "4..5", txn([r("x"), r("y")]), list([1], 9), list([2], 9)),
    ]);
    expect(verdict).toMatchObject({ validity: "valid", details: { transactions: 3 } });
  });

  it("is invalid where one is seen by half", async () => {
    const verdict = await judge([
      done(0, "0..3", both),
      done(1, "1..2", txn([r("x"), r("y")]), list([1], 9), absent),
      done(1, "4..5", txn([r("y")]), list([2], 9)),
    ]);
    expect(verdict?.validity).toBe("invalid");
    expect(verdict?.findings[0]?.message).toMatch(/G-single/);
    expect(verdict?.findings[0]?.operations).toEqual([0, 1]);
    expect(verdict?.findings[0]?.explanation?.[0]).toBe(
      "T1 (process 0 on n1, from 0.000 s to 0.003 s): append 1 to x; append 2 to y.",
    );
  });

  it("is invalid where an append is lost", async () => {
    const verdict = await judge([done(0, "0..1", both), done(1, "2..3", txn([r("x")]), absent)]);
    expect(verdict?.validity).toBe("invalid");
  });

  it("is invalid where what was refused or failed is there", async () => {
    const later = done(1, "4..5", txn([r("x")]), list([7, 1], 9));
    const seven = done(2, "0..1", txn([add("x", 7)]));
    const first = list([7], 2);
    for (const odd of [refused(0, "2..3", both, first, absent), fail(0, "2..3", both)]) {
      const verdict = await judge([seven, odd, later]);
      expect(verdict?.findings.map(({ message }) => message).join()).toMatch(/G1a/);
    }
    const unknown = info(0, "2..3", both);
    expect(await judge([seven, unknown, later])).toMatchObject({ validity: "valid" });
  });

  it("is invalid where a refusal read what was over", async () => {
    const odd = refused(1, "2..3", txn([add("x", 3), r("y")]), absent, absent);
    const verdict = await judge([done(0, "0..1", both), odd]);
    expect(verdict?.validity).toBe("invalid");
    const right = refused(1, "2..3", txn([add("x", 3), r("y")]), list([1], 9), list([2], 9));
    expect(await judge([done(0, "0..1", both), right])).toMatchObject({ validity: "valid" });
  });

  it("is invalid where something is there that nobody wrote", async () => {
    const verdict = await judge([done(0, "0..1", txn([r("x")]), list(["rubbish"], 2))]);
    expect(verdict?.findings[0]?.message).toMatch(/garbage-read/);
  });

  it("made by many threads on one store is valid, whoever lost the answer", async () => {
    const [workload, client] = [append({ ...plain, opsPerKey: 8 }), storeClient()];
    const random = seededRandom(4);
    const threads = [0, 1, 2, 3].map((thread) =>
      workload.thread({ thread, threads: 4, random: random.fork(`thread ${thread}`) }),
    );
    const operations: Operation<AppendInput, AppendOutput>[] = [];
    for (let i = 0; i < 2_000; i++) {
      const process = random.below(threads.length);
      const input = threads[process]?.next();
      if (!input) continue;
      const { output } = await workload.invoke(client, input, atOnce);
      const span = `${2 * i}..${2 * i + 1}`;
      if (random.below(10) === 0) {
        operations.push(info(process, span, input));
        continue;
      }
      threads[process]?.saw?.(input, output);
      operations.push(ok(process, span, input, output));
    }
    expect(await judge(operations)).toMatchObject({ validity: "valid" });
    const applied = operations.filter(
      ({ input, outcome }) =>
        input.f === "append" && outcome.type === "ok" && outcome.output.applied,
    );
    expect(applied.length).toBeGreaterThan(200);
  });
});

it("reads every key at the end, and those still in use from every node", () => {
  const workload = append({ ...plain, opsPerKey: 5 });
  const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(1) });
  const used = new Set(
    Array.from({ length: 100 }, () => thread.next().operations.map(({ key }) => key)).flat(),
  );
  const last = [...workload.finalOperations(["n1", "n2", "n3"])].map(({ input }) => input);
  const read = last.flatMap(({ operations }) => operations.map(({ key }) => key));
  expect(last.every((input) => workload.isReadOnly(input))).toBe(true);
  expect([...used].filter((key) => !read.includes(key))).toEqual([]);
  const everywhere = [...new Set(read)].filter(
    (key) => read.filter((other) => other === key).length === 3,
  );
  expect(everywhere).toHaveLength(4);
});
