import { describe, expect, it } from "vitest";
import type { CheckContext } from "../src/core/checker.js";
import type { Operation } from "../src/core/operation.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { fail, historyOf, info, ok } from "../src/testing/histories.js";
import { atOnce, storeClient } from "./store-client.fixture.js";
import type { WrFound, WrInput, WrOutput } from "./wr-operations.js";
import { wr } from "./wr.js";

const plain = { opsPerKey: 200, serializable: false };
const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const r = (key: string) => ({ f: "r", key }) as const;
const w = (key: string, value: number) => ({ f: "w", key, value }) as const;
const held = (value: number | string, modRevision: number): WrFound => ({ value, modRevision });
const absent: WrFound = { value: null, modRevision: 0 };

function txn(...operations: WrInput["operations"]): WrInput {
  return { f: operations.some(({ f }) => f === "w") ? "write" : "read", operations };
}

function inputsOf(options: { seed: number; count: number; opsPerKey?: number }): WrInput[] {
  const workload = wr({ ...plain, opsPerKey: options.opsPerKey ?? 200 });
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

  it("are of one to four reads and writes, of several keys, and write to none twice", () => {
    const inputs = inputsOf({ seed: 1, count: 2_000 });
    const sizes = new Set(inputs.map(({ operations }) => operations.length));
    expect([...sizes].sort()).toEqual([1, 2, 3, 4]);
    for (const { f, operations } of inputs) {
      const keys = operations.flatMap((one) => (one.f === "w" ? [one.key] : []));
      expect(new Set(keys).size).toBe(keys.length);
      expect(f).toBe(keys.length === 0 ? "read" : "write");
    }
    const reads = inputs.filter(({ f }) => f === "read").length / inputs.length;
    expect(reads).toBeGreaterThan(0.2);
    expect(reads).toBeLessThan(0.3);
  });

  it("read a key before they write to it, and after", () => {
    const shapes = inputsOf({ seed: 2, count: 500 }).map(({ operations }) => {
      const key = operations.find(({ f }) => f === "w")?.key;
      return operations.flatMap((one) => (one.key === key ? [one.f] : [])).join("");
    });
    expect(shapes).toEqual(expect.arrayContaining(["rw", "wr", "rwr"]));
  });

  it("write each value once, over all threads", () => {
    const workload = wr(plain);
    const threads = Array.from({ length: 10 }, (_, thread) =>
      workload.thread({ thread, threads: 10, random: seededRandom(thread) }),
    );
    const values = threads.flatMap((thread) =>
      Array.from({ length: 300 }, () => thread.next()).flatMap(({ operations }) =>
        operations.flatMap((one) => (one.f === "w" ? [one.value] : [])),
      ),
    );
    expect(new Set(values).size).toBe(values.length);
  });

  it("leave a key after so many operations", () => {
    const uses = new Map<string, number>();
    for (const { operations } of inputsOf({ seed: 5, count: 1_000, opsPerKey: 10 })) {
      for (const { key } of operations) uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    const counts = [...uses.values()];
    expect(counts.filter((count) => count !== 10).length).toBeLessThanOrEqual(4);
    expect(counts.every((count) => count <= 10)).toBe(true);
    expect(uses.size).toBeGreaterThan(100);
  });
});

describe("a transaction", () => {
  it("sees its own writes from then on, and not before", async () => {
    const client = storeClient();
    const input = txn(r("x"), w("x", 1), r("x"), w("y", 2), r("y"));
    const { output, header } = await wr(plain).invoke(client, input, atOnce);
    expect(output).toEqual({ found: [absent, held(1, 2), held(2, 2)] });
    expect(header?.revision).toBe(2);
    const again = await wr(plain).invoke(client, txn(r("y"), w("x", 3), r("x")), atOnce);
    expect(again.output).toEqual({ found: [held(2, 2), held(3, 3)] });
  });

  it("is one request without a guard, and reads no older revision", async () => {
    const client = storeClient();
    await wr(plain).invoke(client, txn(r("y"), w("x", 5)), atOnce);
    expect(client.ranges).toEqual([]);
    expect(client.txns).toEqual([
      {
        ...{ compare: [], failure: [] },
        success: [
          { type: "range", request: { key: "y" } },
          { type: "put", request: { key: "x", value: "5" } },
        ],
      },
    ]);
  });

  it("is serializable where that was asked for and it only reads one key", async () => {
    const client = storeClient();
    const asked = wr({ ...plain, serializable: true });
    await asked.invoke(client, txn(r("x"), r("x")), atOnce);
    await asked.invoke(client, txn(r("x"), r("y")), atOnce);
    await asked.invoke(client, txn(r("x"), w("x", 1)), atOnce);
    await wr(plain).invoke(client, txn(r("x")), atOnce);
    expect(client.txns.map(({ success }) => success[0]?.request)).toEqual([
      { key: "x", serializable: true },
      ...[{ key: "x" }, { key: "x" }, { key: "x" }],
    ]);
  });

  it.each(["rubbish", "", "[]", "07", "-1", "1.5"])(
    "keeps %j, which nobody can have written, as it is",
    async (value) => {
      const client = storeClient();
      await client.put({ key: "x", value });
      const { output } = await wr(plain).invoke(client, txn(r("x")), atOnce);
      expect(output.found).toEqual([held(value, 2)]);
    },
  );
});

describe("a history", () => {
  type Name = "rw-register" | "rw-register-revisions" | "revision-order";
  const judge = (
    operations: readonly Operation<WrInput, WrOutput>[],
    name: Name = "rw-register",
    serializable = false,
  ) => wr({ ...plain, serializable }).checkers[name]?.check(historyOf(operations), context);
  const done = (process: number, span: string, revision: number, input: WrInput) => {
    return (...found: readonly WrFound[]) =>
      ok<WrInput, WrOutput>(process, span, input, { found }, { revision });
  };
  const both = done(0, "0..3", 9, txn(w("x", 1), w("y", 2)))();

  it("is valid where transactions are seen as wholes", async () => {
    const history = [
      both,
      done(1, "1..2", 8, txn(r("x"), r("y")))(absent, absent),
      done(1, "4..5", 9, txn(r("x"), r("y")))(held(1, 9), held(2, 9)),
    ];
    for (const name of ["rw-register", "rw-register-revisions"] as const) {
      expect(await judge(history, name)).toMatchObject({
        ...{ validity: "valid", details: { transactions: 3, partlyOrderedKeys: 0 } },
      });
    }
  });

  it("is invalid where one is seen by half", async () => {
    const half = done(1, "1..2", 9, txn(r("x"), r("y")))(held(1, 9), absent);
    const verdict = await judge([both, half]);
    expect(verdict?.validity).toBe("invalid");
    expect(verdict?.findings[0]).toMatchObject({
      message: expect.stringMatching(/G-single/) as string,
      operations: [0, 1],
    });
    expect(verdict?.findings[0]?.explanation?.[0]).toBe(
      "T1 (process 0 on n1, from 0.000 s to 0.003 s): write 1 to x; write 2 to y.",
    );
  });

  it("is invalid where a write is lost, also to those who ask one member", async () => {
    const lost = [both, done(1, "4..5", 8, txn(r("x")))(absent)];
    expect(await judge(lost)).toMatchObject({ validity: "invalid" });
    expect(await judge(lost, "rw-register", true)).toMatchObject({ validity: "invalid" });
  });

  it("is invalid where what failed is there, and valid where it is unknown", async () => {
    const seen = done(1, "4..5", 9, txn(r("x")))(held(1, 9));
    const verdict = await judge([fail(0, "0..3", both.input), seen]);
    expect(verdict?.findings[0]?.message).toMatch(/G1a/);
    expect(await judge([info(0, "0..3", both.input), seen])).toMatchObject({ validity: "valid" });
  });

  it("is invalid where something is there that nobody wrote", async () => {
    const verdict = await judge([done(0, "0..1", 2, txn(r("x")))(held("rubbish", 2))]);
    expect(verdict?.findings[0]?.message).toMatch(/garbage-read/);
  });

  it("is invalid by revisions alone where a transaction has two, or two have one", async () => {
    const torn = [both, done(1, "4..5", 9, txn(r("y")))(held(2, 8))];
    const shared = [both, done(1, "4..5", 9, txn(w("z", 3)))()];
    for (const history of [torn, shared]) {
      expect(await judge(history)).toMatchObject({ validity: "valid" });
      const verdict = await judge(history, "rw-register-revisions");
      expect(verdict?.findings[0]?.message).toMatch(/incompatible-versions/);
      expect(verdict?.findings[0]?.operations).toEqual(expect.arrayContaining([0]));
    }
  });

  it("made by many threads on one store is valid, whoever lost the answer", async () => {
    const [workload, client] = [wr({ ...plain, opsPerKey: 30 }), storeClient()];
    const random = seededRandom(4);
    const threads = [0, 1, 2, 3].map((thread) =>
      workload.thread({ thread, threads: 4, random: random.fork(`thread ${thread}`) }),
    );
    const operations: Operation<WrInput, WrOutput>[] = [];
    for (let i = 0; i < 2_000; i++) {
      const process = random.below(threads.length);
      const input = threads[process]?.next();
      if (!input) continue;
      const { output, header } = await workload.invoke(client, input, atOnce);
      const span = `${2 * i}..${2 * i + 1}`;
      const revision = header?.revision ?? 0;
      operations.push(
        random.below(10) === 0
          ? info(process, span, input)
          : ok(process, span, input, output, { revision }),
      );
    }
    for (const name of ["rw-register", "rw-register-revisions", "revision-order"] as const) {
      expect(await judge(operations, name)).toMatchObject({ validity: "valid" });
    }
  });

  it("is judged by answers' revisions as well, which are compared where reads must be new", async () => {
    const half = done(1, "1..2", 9, txn(r("x"), r("y")))(held(1, 9), absent);
    const verdict = await judge([both, half], "revision-order");
    expect(verdict?.findings[0]).toMatchObject({
      message: expect.stringMatching(/\(fractured: /) as string,
      operations: [0, 1],
    });
    const opinions = { first: "rw-register", second: "revision-order" };
    expect(wr(plain).opinions).toEqual(opinions);
    expect(wr({ ...plain, serializable: true }).opinions).toBeUndefined();
  });
});

it("reads every key at the end, and those still in use from every node", () => {
  const workload = wr({ ...plain, opsPerKey: 5 });
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
