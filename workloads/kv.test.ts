import { describe, expect, it } from "vitest";
import { kvLinearizable } from "../src/checkers/kv/kv-linearizable.js";
import { kvRevisions } from "../src/checkers/kv/kv-revisions.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { historyOf, info, ok } from "../src/testing/histories.js";
import { kv } from "./kv.js";
import { atOnce, storeClient } from "./store-client.fixture.js";

const limits = { deadlineMs: 10_000, memoryMb: 200 };
const put = (key: string, value: string): KvInput => ({ f: "put", request: { key, value } });
const range = (key: string, serializable = false): KvInput => ({
  f: "range",
  request: { key, ...(serializable && { serializable }) },
});
const held = (key: string, value: string, mod: number, version = 1, create = mod) => ({
  kvs: [{ key, value, modRevision: mod, createRevision: create, version, lease: "0" }],
  count: 1,
  more: false,
});
const nothing = { kvs: [], count: 0, more: false };
type Drawn = Parameters<typeof historyOf<KvInput, KvOutput>>[0];

async function judged(operations: Drawn) {
  const history = historyOf(operations);
  const linearizable = await kvLinearizable.check(history, limits);
  const revisions = await kvRevisions.check(history, limits);
  return [linearizable.validity, revisions.validity];
}

const answered = (revision: number, rest: object = {}) => ({ revision, ...rest });
function told(process: number, span: string, input: KvInput, revision: number, rest: object = {}) {
  return ok<KvInput, KvOutput>(process, span, input, answered(revision, rest), {
    revision,
  });
}

describe("judges", () => {
  const wrote = told(0, "0..1", put("a", "1"), 2);

  it("a read of what was written valid, and of what was not yet there invalid", async () => {
    expect(await judged([wrote, told(1, "2..3", range("a"), 2, held("a", "1", 2))])).toEqual([
      "valid",
      "valid",
    ]);
    expect(await judged([wrote, told(1, "2..3", range("a"), 1, nothing)])).toEqual([
      "invalid",
      "invalid",
    ]);
  });

  it("the same stale read valid where it is serializable, but not what is yet to come", async () => {
    expect(await judged([wrote, told(1, "2..3", range("a", true), 1, nothing)])).toEqual([
      "valid",
      "valid",
    ]);
    const future = told(1, "0..1", range("a", true), 2, held("a", "1", 2));
    const before = told(2, "2..3", range("a"), 1, nothing);
    expect(await judged([before, future, told(0, "4..5", put("a", "1"), 2)])).toEqual([
      "invalid",
      "invalid",
    ]);
  });

  it("a write of unknown outcome as done where it was seen, and not else", async () => {
    const unknown = info<KvInput>(2, "2..3", put("a", "2"));
    const seen = told(1, "4..5", range("a"), 3, held("a", "2", 3, 2, 2));
    expect(await judged([wrote, unknown, seen])).toEqual(["valid", "valid"]);
    const unseen = told(1, "4..5", range("a"), 2, held("a", "1", 2));
    expect(await judged([wrote, unknown, unseen])).toEqual(["valid", "valid"]);
    const back = told(1, "6..7", range("a"), 2, held("a", "1", 2));
    expect(await judged([wrote, unknown, seen, back])).toEqual(["invalid", "invalid"]);
  });

  it("two writes at one revision invalid", async () => {
    const other = told(1, "0..2", put("b", "2"), 2);
    expect(
      await judged([
        { ...wrote, completedIndex: 3 },
        { ...other, index: 1 },
      ]),
    ).toEqual(["invalid", "invalid"]);
  });

  it("a version that nobody made invalid", async () => {
    const wrong = told(1, "2..3", range("a"), 2, held("a", "1", 2, 2));
    expect((await judged([wrote, wrong]))[0]).toBe("invalid");
  });
});

describe("the workload", () => {
  it("makes the same requests from the same seed", () => {
    const make = () => {
      const thread = kv().thread({ thread: 0, threads: 2, random: seededRandom(3) });
      return Array.from({ length: 50 }, () => thread.next());
    };
    expect(make()).toEqual(make());
  });

  it("is valid on a store that answers as etcd does, whatever it asks", async () => {
    const workload = kv();
    const client = storeClient();
    const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(5) });
    const operations = [];
    const errors = new Set<string>();
    for (let i = 0; i < 1_000; i++) {
      const input = thread.next();
      const { output } = await workload.invoke(client, input, atOnce);
      thread.saw?.(input, output);
      if ("error" in output) errors.add(output.error);
      const revision = "error" in output ? undefined : output.revision;
      operations.push(
        ok<KvInput, KvOutput>(0, `${2 * i}..${2 * i + 1}`, input, output, {
          ...(revision !== undefined && { revision }),
        }),
      );
    }
    expect([...errors].sort()).toEqual([
      "compacted",
      "future-revision",
      "key-not-found",
      "lease-not-found",
    ]);
    expect(await judged(operations)).toEqual(["valid", "valid"]);
  });
});

describe("shapes that no release is right with", () => {
  /** What 2,000 requests of a thread have of them, after a look at the store. */
  function shapesDrawn(shapes?: readonly string[]) {
    const workload = kv(shapes ? { shapes } : {});
    const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(7) });
    thread.saw?.(range("kv/0"), { revision: 400, ...nothing });
    const drawn = { rangesAtRevision: 0, keptValues: 0 };
    for (let made = 0; made < 2_000; made++) {
      const input = thread.next();
      if (input.f !== "txn") continue;
      const { success, failure } = input.request;
      const all = [...success, ...failure];
      const writes = all.some(({ type }) => type !== "range");
      const isOld = all.some((one) => one.type === "range" && one.request.revision !== undefined);
      if (writes && isOld) drawn.rangesAtRevision++;
      if (all.some((one) => one.type === "put" && one.request.ignoreValue)) drawn.keptValues++;
    }
    return drawn;
  }

  it("are left out unless they are asked for", () => {
    expect(shapesDrawn()).toEqual({ rangesAtRevision: 0, keptValues: 0 });
    const one = shapesDrawn(["txn-range-at-revision"]);
    expect(one.rangesAtRevision).toBeGreaterThan(10);
    expect(one.keptValues).toBe(0);
    const both = shapesDrawn(["txn-range-at-revision", "txn-keeps-deleted-value"]);
    expect(both.rangesAtRevision).toBeGreaterThan(5);
    expect(both.keptValues).toBeGreaterThan(5);
  });
});
