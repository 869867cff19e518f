import { describe, expect, it } from "vitest";
import type {
  BankInput,
  BankOperation,
  BankOutput,
  FoundAccount,
} from "../src/checkers/bank-operations.js";
import type { CheckContext } from "../src/core/checker.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { historyOf, info, ok } from "../src/testing/histories.js";
import { bank } from "./bank.js";
import { atOnce, storeClient } from "./store-client.fixture.js";

const plain = { opsPerKey: 200, serializable: false };
const context: CheckContext = { deadlineMs: 60_000, memoryMb: 64 };
const keys = Array.from({ length: 8 }, (_, i) => `bank/${i}`);

function all(balance: (position: number) => number, by = 1, modRevision = 2): FoundAccount[] {
  return keys.map((key, position) => ({ key, balance: balance(position), by, modRevision }));
}

/** What a thread asks that sees these accounts after each operation. */
function inputsOf(seed: number, count: number, accounts: readonly FoundAccount[]): BankInput[] {
  const thread = bank(plain).thread({ thread: 3, threads: 10, random: seededRandom(seed) });
  return Array.from({ length: count }, () => {
    const input = thread.next();
    thread.saw?.({ f: "read" }, { accounts });
    return input;
  });
}

describe("the operations of a thread", () => {
  it("follow from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) =>
      inputsOf(
        seed,
        100,
        all(() => 10),
      ),
    );
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("are reads and transfers, half and half, once there are accounts", () => {
    const inputs = inputsOf(
      1,
      2_000,
      all(() => 10),
    ).slice(1);
    const share = (f: string) => inputs.filter((input) => input.f === f).length / inputs.length;
    expect(share("read")).toBeCloseTo(0.5, 1);
    expect(share("transfer")).toBeCloseTo(0.5, 1);
  });

  it("open the accounts as long as none was seen", () => {
    const thread = bank(plain).thread({ thread: 3, threads: 10, random: seededRandom(1) });
    const inputs = Array.from({ length: 200 }, () => thread.next());
    expect(new Set(inputs.map(({ f }) => f))).toEqual(new Set(["read", "open"]));
  });

  it("have ids that no two share, over all threads", () => {
    const workload = bank(plain);
    const ids = Array.from({ length: 10 }, (_, thread) => {
      const one = workload.thread({ thread, threads: 10, random: seededRandom(thread) });
      return Array.from({ length: 300 }, () => one.next()).flatMap((input) =>
        input.f === "read" ? [] : [input.id],
      );
    }).flat();
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("move no more than there is, and nothing where there is nothing", () => {
    const inputs = inputsOf(
      2,
      1_000,
      all((position) => position % 3),
    ).slice(1);
    let turned = 0;
    for (const input of inputs) {
      if (input.f !== "transfer") continue;
      expect(input.from).not.toBe(input.to);
      expect(input.amount).toBeGreaterThan(0);
      expect(input.amount).toBeLessThanOrEqual(input.expected.from.balance);
      if (input.expected.to.balance === 0) turned += 1;
    }
    expect(turned).toBeGreaterThan(0);
    const poor = inputsOf(
      2,
      200,
      all(() => 0),
    ).slice(1);
    expect(new Set(poor.map(({ f }) => f))).toEqual(new Set(["read"]));
  });

  it("expect of an account what the thread saw last, be it by its own transfer", () => {
    const thread = bank(plain).thread({ thread: 0, threads: 1, random: seededRandom(5) });
    thread.saw?.({ f: "open", id: 1 }, { applied: true, revision: 2 });
    const seen = new Map(all(() => 10).map(({ key, ...account }) => [key, account]));
    for (let i = 3; i < 300; i++) {
      const input = thread.next();
      if (input.f !== "transfer") continue;
      const { id, from, to, amount, expected } = input;
      expect(expected).toEqual({ from: seen.get(from), to: seen.get(to) });
      thread.saw?.(input, { applied: true, revision: i });
      const left = { by: id, modRevision: i };
      seen.set(from, { balance: expected.from.balance - amount, ...left });
      seen.set(to, { balance: expected.to.balance + amount, ...left });
    }
  });
});

describe("an operation", () => {
  const transfer = (id: number, [from, to]: readonly [number, number]): BankInput => {
    const expected = (modRevision: number) => ({ balance: 10, by: 1, modRevision });
    return {
      ...{ f: "transfer", id, from: "bank/0", to: "bank/1", amount: 3 },
      expected: { from: expected(from), to: expected(to) },
    };
  };

  it("opens all accounts once, and tells who comes later what there is", async () => {
    const [workload, client] = [bank(plain), storeClient()];
    expect((await workload.invoke(client, { f: "read" }, atOnce)).output).toEqual({ accounts: [] });
    const first = await workload.invoke(client, { f: "open", id: 1 }, atOnce);
    expect(first.output).toEqual({ applied: true, revision: 2 });
    const second = await workload.invoke(client, { f: "open", id: 2 }, atOnce);
    expect(second.output).toEqual({ applied: false, accounts: all(() => 10) });
    expect((await workload.invoke(client, { f: "read" }, atOnce)).output).toEqual({
      accounts: all(() => 10),
    });
  });

  it("moves money where both accounts are as expected, and else reads all", async () => {
    const [workload, client] = [bank(plain), storeClient()];
    await workload.invoke(client, { f: "open", id: 1 }, atOnce);
    const { output } = await workload.invoke(client, transfer(2, [2, 2]), atOnce);
    expect(output).toEqual({ applied: true, revision: 3 });
    const left = (position: number) => (position === 0 ? 7 : position === 1 ? 13 : 10);
    const accounts = all(left).map((each, i) =>
      i < 2 ? { ...each, by: 2, modRevision: 3 } : each,
    );
    for (const revisions of [
      [2, 3],
      [3, 2],
    ] as const) {
      const refused = await workload.invoke(client, transfer(3, revisions), atOnce);
      expect(refused.output).toEqual({ applied: false, accounts });
    }
    expect((await workload.invoke(client, { f: "read" }, atOnce)).output).toEqual({ accounts });
  });

  it("is one request, a read serializable where that was asked for", async () => {
    const client = storeClient();
    const stale = bank({ ...plain, serializable: true });
    await bank(plain).invoke(client, { f: "read" }, atOnce);
    await stale.invoke(client, { f: "read" }, atOnce);
    await stale.invoke(client, transfer(2, [4, 5]), atOnce);
    const range = { key: "bank/", rangeEnd: "bank0" };
    expect(client.ranges).toEqual([range, { ...range, serializable: true }]);
    expect(client.txns).toEqual([
      {
        compare: [
          { key: "bank/0", target: "mod", result: "equal", operand: 4 },
          { key: "bank/1", target: "mod", result: "equal", operand: 5 },
        ],
        success: [
          { type: "put", request: { key: "bank/0", value: '{"balance":7,"by":2}' } },
          { type: "put", request: { key: "bank/1", value: '{"balance":13,"by":2}' } },
        ],
        failure: [{ type: "range", request: range }],
      },
    ]);
  });

  it("keeps what nobody can have written as it is", async () => {
    const client = storeClient();
    await client.put({ key: "bank/9", value: "rubbish" });
    const { output } = await bank(plain).invoke(client, { f: "read" }, atOnce);
    expect(output).toEqual({ accounts: [{ key: "bank/9", modRevision: 2, text: "rubbish" }] });
  });
});

/** Four threads on one store, one after the other; some answers are lost. */
async function recorded(seed: number): Promise<BankOperation[]> {
  const [workload, client, random] = [bank(plain), storeClient(), seededRandom(seed)];
  const threads = [0, 1, 2, 3].map((thread) =>
    workload.thread({ thread, threads: 4, random: random.fork(`thread ${thread}`) }),
  );
  const operations: BankOperation[] = [];
  for (let i = 0; i < 600; i++) {
    const process = random.below(threads.length);
    const input = threads[process]?.next();
    if (!input) continue;
    const { output, header } = await workload.invoke(client, input, atOnce);
    const span = `${2 * i}..${2 * i + 1}`;
    if (random.below(10) === 0) {
      operations.push(info(process, span, input));
      continue;
    }
    threads[process]?.saw?.(input, output);
    operations.push(ok(process, span, input, output, { revision: header?.revision ?? 0 }));
  }
  return operations;
}

async function judged(operations: readonly BankOperation[]): Promise<Record<string, string>> {
  const history = historyOf<BankInput, BankOutput>(operations);
  const verdicts: Record<string, string> = {};
  for (const [name, checker] of Object.entries(bank(plain).checkers)) {
    verdicts[name] = (await checker.check(history, context)).validity;
  }
  return verdicts;
}

describe("a history", () => {
  it("made by many threads on one store is valid, whoever lost the answer", async () => {
    for (const seed of [1, 2, 3]) {
      const operations = await recorded(seed);
      expect(await judged(operations)).toEqual({
        ...{ bank: "valid", "bank-elle": "valid", "bank-revisions": "valid" },
        "monotonic-revision": "valid",
      });
      const moved = operations.filter(
        ({ input, outcome }) =>
          input.f === "transfer" && outcome.type === "ok" && "revision" in outcome.output,
      );
      expect(moved.length).toBeGreaterThan(50);
    }
  });

  it("with one transfer that was lost is not", async () => {
    const operations = await recorded(1);
    const lost = operations.findIndex(
      ({ input, outcome }) =>
        input.f === "transfer" && outcome.type === "ok" && "revision" in outcome.output,
    );
    const before = operations
      .slice(0, lost)
      .findLast(({ input, outcome }) => input.f === "read" && outcome.type === "ok");
    const after = operations.findIndex(
      ({ input, outcome }, i) => i > lost && input.f === "read" && outcome.type === "ok",
    );
    const spoilt = operations.map((one, i) =>
      i === after && before ? { ...one, outcome: before.outcome } : one,
    );
    expect(await judged(spoilt)).toMatchObject({ bank: "invalid", "bank-elle": "invalid" });
  });
});

it("has its two judges compared where reads must be new", () => {
  const { checkers, opinions } = bank(plain);
  expect(opinions).toEqual({ first: "bank", second: "bank-revisions" });
  expect(Object.keys(checkers)).toEqual(expect.arrayContaining(Object.values(opinions ?? {})));
  expect(bank({ ...plain, serializable: true }).opinions).toBeUndefined();
});

it("reads all accounts of every node at the end", () => {
  const workload = bank(plain);
  const last = [...workload.finalOperations(["n1", "n2"])];
  expect(last).toEqual([
    { node: "n1", input: { f: "read" } },
    { node: "n2", input: { f: "read" } },
  ]);
  expect(last.every(({ input }) => workload.isReadOnly(input))).toBe(true);
});
