import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../../models/register.js";
import { historyOf, info, ok } from "../../testing/histories.js";
import { drawFrom } from "../../testing/register-histories.js";
import { historyIn, textOf } from "./excerpt.js";
import {
  judged,
  registerJudge,
  registerRun,
  type RegisterRun,
  withAnyRead,
  withStaleRead,
} from "./register-run.fixture.js";
import { shrink, type ShrinkOptions, type Shrunk } from "./shrink.js";

const key = "x";
const read: RegisterInput = { f: "read", key };
const write = (value: number): RegisterInput => ({ f: "write", key, value });
const swap = (expected: number, value: number): RegisterInput => ({
  ...{ f: "cas", key, on: "value", expected, value },
});
const deletion: RegisterInput = { f: "delete", key };
const deleted: RegisterOutput = {
  ...{ deleted: true, revision: 4, previous: { value: 1, modRevision: 3, version: 1 } },
};
const saw = (value: number | null): RegisterOutput => ({ value, modRevision: 3, version: 1 });
const done: RegisterOutput = { revision: 3 };
const refused = (found: number): RegisterOutput => ({ swapped: false, found, foundRevision: 3 });

async function shrunk(run: History, options: Partial<ShrinkOptions> = {}): Promise<Shrunk> {
  const { findings } = await judged(run);
  const found = await shrink(run, { findings, judge: registerJudge, ...options });
  if (!found) throw new Error("nothing that fails was found");
  return found;
}

/** What is left, as inputs. */
const left = ({ excerpt }: Shrunk) => historyIn(excerpt).operations.map(({ input }) => input);

const staleRead = [
  ok(0, "0..1", write(1), done),
  ok(1, "2..3", read, saw(1)),
  ok(0, "4..5", write(2), done),
  ok(2, "6..7", read, saw(2)),
  info(1, "8..", write(3)),
  ok(0, "9..10", read, saw(1)),
];

describe("shrinks to", () => {
  it("the write that a stale read saw, the one that replaced it, and the read", async () => {
    const found = await shrunk(historyOf(staleRead));
    expect(left(found)).toEqual([write(1), write(2), read]);
    expect(found).toMatchObject({ operations: 3, isMinimal: true });
  });

  it("the same where findings name nothing", async () => {
    const found = await shrunk(historyOf(staleRead), { findings: [] });
    expect(left(found)).toEqual([write(1), write(2), read]);
  });

  it("the read alone where nobody had written what it saw", async () => {
    const run = historyOf([...staleRead.slice(0, -1), ok(0, "11..12", read, saw(77))]);
    expect(left(await shrunk(run))).toEqual([read]);
  });

  it("a read and the write that it foresaw", async () => {
    const run = historyOf([
      ok(0, "0..1", write(1), done),
      ok(1, "2..3", read, saw(9)),
      ok(0, "4..5", write(9), done),
    ]);
    expect(left(await shrunk(run))).toEqual([read, write(9)]);
  });

  it("a chain of swaps back to what was written", async () => {
    const run = historyOf([
      ok(0, "0..1", write(1), done),
      ok(1, "2..3", swap(1, 2), { swapped: true, revision: 4 }),
      ok(0, "4..5", write(5), done),
      ok(2, "6..7", read, saw(2)),
    ]);
    expect(left(await shrunk(run))).toEqual([write(1), swap(1, 2), write(5), read]);
  });

  it("no write whose deletion is gone, beside a read of nothing", async () => {
    const run = historyOf([
      ok(1, "0..1", write(2), done),
      ok(1, "2..3", write(3), done),
      ok(1, "4..5", read, saw(2)),
      ok(0, "6..7", write(1), done),
      ok(1, "8..9", deletion, deleted),
      ok(0, "10..11", read, saw(null)),
    ]);
    expect(left(await shrunk(run, { findings: [] }))).toEqual([write(2), write(3), read]);
  });

  it("a write that is gone though nobody deleted it, and the deletion before", async () => {
    const run = historyOf([
      ok(0, "0..1", write(1), done),
      ok(0, "2..3", deletion, deleted),
      ok(1, "4..5", read, saw(null)),
      ok(0, "6..7", write(2), done),
      ok(1, "8..9", read, saw(null)),
    ]);
    expect(left(await shrunk(run))).toEqual([write(1), deletion, write(2), read]);
  });

  it("no write that a refusal expected but did not find", async () => {
    const run = historyOf([
      ok(0, "0..1", write(7), done),
      ok(0, "2..3", write(1), done),
      info(3, "4..", write(2)),
      ok(1, "5..6", swap(7, 8), refused(2)),
      ok(2, "7..8", read, saw(1)),
    ]);
    expect(left(await shrunk(run))).toEqual([write(1), write(2), swap(7, 8), read]);
  });

  it("at most 6 of 10,000 operations, one of which is a stale read", async () => {
    for (const seed of [1, 2]) {
      const shape = { seed, operations: 10_000, keys: 50, unknownPercent: 2 };
      const run = withStaleRead(registerRun(shape));
      const found = await shrunk(run);
      expect(found.operations).toBeLessThanOrEqual(6);
      expect((await judged(historyIn(found.excerpt))).validity).toBe("invalid");
    }
  });

  it("at most 6 of 2,000 where findings name nothing", async () => {
    const shape = { seed: 4, operations: 2_000, keys: 10, unknownPercent: 2 };
    const found = await shrunk(withStaleRead(registerRun(shape)), { findings: [] });
    expect(found.operations).toBeLessThanOrEqual(6);
  });
});

describe("whatever a read was told of", () => {
  const invalidRun = fc
    .record({
      seed: fc.nat(),
      operations: fc.integer({ min: 4, max: 40 }),
      keys: fc.integer({ min: 1, max: 3 }),
      unknownPercent: fc.constantFrom(0, 20),
    })
    .map((shape) => withAnyRead(registerRun(shape), drawFrom(shape.seed + 1)));

  async function each(property: (run: RegisterRun, found: Shrunk) => Promise<void>) {
    let invalid = 0;
    await fc.assert(
      fc.asyncProperty(invalidRun, fc.boolean(), async (run, namesFindings) => {
        const { validity, findings } = await judged(run);
        if (validity !== "invalid") return;
        invalid += 1;
        await property(run, await shrunk(run, namesFindings ? { findings } : { findings: [] }));
      }),
      { numRuns: 50, seed: 5 },
    );
    expect(invalid).toBeGreaterThan(20);
  }

  it("what is left fails, and no operation can be left out", async () => {
    await each(async (run, { excerpt, isMinimal }) => {
      const small = historyIn(excerpt) as RegisterRun;
      expect((await judged(small)).validity).toBe("invalid");
      expect(isMinimal).toBe(true);
      expect(orphans(small.operations, run.operations)).toEqual([]);
      for (const operation of small.operations) {
        const rest = small.operations.filter((other) => other !== operation);
        const { validity } = await judged({ ...small, operations: rest });
        if (validity !== "valid") expect(orphans(rest, run.operations)).not.toEqual([]);
      }
    });
  });

  it("is the same to the byte each time, and when it is shrunk again", async () => {
    await each(async (run, found) => {
      const { findings } = await judged(run);
      const text = textOf((await shrunk(run, { findings })).excerpt);
      expect(textOf((await shrunk(run, { findings })).excerpt)).toBe(text);
      const again = await shrunk(historyIn(found.excerpt));
      expect(textOf(again.excerpt)).toBe(textOf(found.excerpt));
    });
  });
});

it("does not fail for what a deletion did that is not there", async () => {
  let invalid = 0;
  for (let seed = 0; seed < 150; seed++) {
    const shape = { seed, operations: 40, keys: 1 + (seed % 2), unknownPercent: 10 * (seed % 3) };
    const right = registerRun({ ...shape, deletes: true });
    const any = withAnyRead(right, drawFrom(seed + 1));
    const operations = any.operations.map((each) =>
      right.operations.includes(each) ? each : { ...each, node: "told wrongly" },
    );
    const run = { ...any, operations };
    if ((await judged(run)).validity !== "invalid") continue;
    invalid += 1;
    const { excerpt } = await shrunk(run, seed % 2 === 0 ? { findings: [] } : {});
    const small = historyIn(excerpt);
    // All the others came from a right register.
    const rest = small.operations.filter(({ node }) => node !== "told wrongly");
    expect({ seed, ...(await judged({ ...small, operations: rest })) }).toMatchObject({
      ...{ seed, validity: "valid" },
    });
  }
  expect(invalid).toBeGreaterThan(50);
});

/** Answers whose value somebody had written in the whole run and nobody here. */
function orphans(
  operations: readonly Operation<RegisterInput, RegisterOutput>[],
  whole: RegisterRun["operations"],
) {
  return operations.filter(({ input, outcome }) => {
    if (outcome.type !== "ok") return false;
    const value = registerModel.observes?.(input, outcome.output);
    const writes = (other: Operation<RegisterInput>) =>
      other.input.key === input.key && "value" in other.input && other.input.value === value;
    return whole.some(writes) && !operations.some(writes);
  });
}

describe("a search that is ended", () => {
  it("keeps the smallest found so far, and says that it may not be minimal", async () => {
    const controller = new AbortController();
    const run = withStaleRead(
      registerRun({ seed: 9, operations: 200, keys: 4, unknownPercent: 0 }),
    );
    const found = await shrunk(run, {
      findings: [],
      signal: controller.signal,
      onProgress: ({ left }) => {
        if (left !== undefined && left <= 50) controller.abort("SIGINT");
      },
    });
    expect(found.isMinimal).toBe(false);
    expect(found.operations).toBeGreaterThan(6);
    expect(found.operations).toBeLessThanOrEqual(50);
    expect((await judged(historyIn(found.excerpt))).validity).toBe("invalid");
  });

  it("has found nothing where it is ended at once", async () => {
    const options = { findings: [], judge: registerJudge, signal: AbortSignal.abort("SIGINT") };
    expect(await shrink(historyOf(staleRead), options)).toBeUndefined();
  });

  it("does not hide that the judge failed", async () => {
    const judge = { ...registerJudge, target: () => Promise.reject(new Error("broken")) };
    await expect(shrink(historyOf(staleRead), { findings: [], judge })).rejects.toThrow("broken");
  });
});

it("says that it may not be minimal where the checker could not tell", async () => {
  const judge = {
    ...registerJudge,
    target: async (history: History) =>
      history.operations.length < 4 ? "unknown" : registerJudge.target(history),
  } as const;
  const found = await shrunk(historyOf(staleRead), { findings: [], judge });
  expect(found.operations).toBeGreaterThanOrEqual(4);
  expect(found.isMinimal).toBe(false);
});

it("keeps what the logs say where that is the violation, and no operation", async () => {
  const logs = [{ index: 20, atNs: 20, node: "n1", level: "panic" as const, line: "panic: no" }];
  const judge = {
    target: ({ logs }: History) =>
      Promise.resolve(logs.length > 0 ? ("invalid" as const) : ("valid" as const)),
    findsAny: () => Promise.resolve(false),
  };
  const run = historyOf(staleRead, { logs });
  const found = await shrink(run, { findings: [], judge });
  expect(found).toMatchObject({ operations: 0, isMinimal: true });
  expect(found && historyIn(found.excerpt).logs).toMatchObject([{ line: "panic: no" }]);
});

it("finds nothing where the violation is gone with the times", async () => {
  const judge = { ...registerJudge, target: () => Promise.resolve("valid" as const) };
  expect(await shrink(historyOf(staleRead), { findings: [], judge })).toBeUndefined();
});
