import { describe, expect, it } from "vitest";
import {
  type CompactRequest,
  type FullClient,
  RequestError,
  type WatchCreateRequest,
  type WatchResponse,
  type WatchStream,
} from "../src/core/client.js";
import type { Clock } from "../src/core/clock.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { virtualClock } from "../src/testing/virtual-clock.js";
import { atOnce, storeClient } from "./store-client.fixture.js";
import { watch } from "./watch.js";
import type { WatchInput, WatchWorkloadInput } from "./watch-input.js";
import { recordedValue, sentValue } from "./watch-values.js";

function threadOf(seed: number) {
  return watch().thread({ thread: 3, threads: 10, random: seededRandom(seed) });
}

function inputsOf(seed: number, count: number): WatchWorkloadInput[] {
  const thread = threadOf(seed);
  return Array.from({ length: count }, () => thread.next());
}

const plansOf = (inputs: readonly WatchWorkloadInput[]) =>
  inputs.flatMap((input) => (input.f === "watch" ? input.watches : []));

describe("the operations of a thread", () => {
  it("follow from the seed", () => {
    const [one, again, other] = [7, 7, 8].map((seed) => inputsOf(seed, 300));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it("are the same draws whatever was answered", () => {
    const [one, other] = [threadOf(4), threadOf(4)];
    for (let i = 0; i < 500; i++) {
      const [input, same] = [one.next(), other.next()];
      expect(input.f).toBe(same.f);
      if (input.f === "put") one.saw?.(input, { deleted: [], revision: 1_000 + i });
      if (input.f === "watch")
        one.saw?.(input, { ended: "closed", told: [{ id: 1, next: i + 2 }] });
    }
  });

  it("are of all kinds, one in twenty a watch", () => {
    const inputs = inputsOf(1, 4_000);
    const shares = new Map<string, number>();
    for (const { f } of inputs) shares.set(f, (shares.get(f) ?? 0) + 1 / inputs.length);
    expect([...shares.keys()].sort()).toEqual([...watch().kinds].sort());
    expect(shares.get("watch")).toBeCloseTo(0.05, 1);
    expect(shares.get("compact")).toBeCloseTo(0.06, 1);
  });

  it("write each value once, over all threads", () => {
    const workload = watch();
    const values = Array.from({ length: 10 }, (_, thread) =>
      workload.thread({ thread, threads: 10, random: seededRandom(thread) }),
    ).flatMap((thread) =>
      Array.from({ length: 200 }, () => thread.next()).flatMap((input) => {
        const steps = input.f === "txn" ? input.steps : input.f === "put" ? [input.step] : [];
        return steps.flatMap((step) => (step.type === "put" ? [step.value] : []));
      }),
    );
    expect(values.length).toBeGreaterThan(1_000);
    expect(new Set(values).size).toBe(values.length);
  });

  const streamsOf = (thread: ReturnType<typeof threadOf>) =>
    Array.from({ length: 4_000 }, (_, i) => {
      const input = thread.next();
      if (input.f === "put") thread.saw?.(input, { deleted: [], revision: 5_000 + i });
      if (input.f === "compact") thread.saw?.(input, { compacted: true });
      return input.f === "watch" ? [input.watches] : [];
    }).flat();

  it("share a stream by hundreds, and by more than a member looks at in a turn where that is asked for", () => {
    const sizes = streamsOf(threadOf(1)).map(({ length }) => length);
    expect(sizes).toContain(300);
    expect(Math.max(...sizes)).toBeLessThan(512);
    const shapes = ["hundreds-of-compacted-watches"];
    const asked = watch({ shapes }).thread({ thread: 0, threads: 10, random: seededRandom(1) });
    expect(Math.max(...streamsOf(asked).map(({ length }) => length))).toBeGreaterThan(512);
  });

  it("watch from now, from the past and the future", () => {
    const plans = streamsOf(threadOf(1)).flat();
    const starts = plans.map(({ startRevision }) => startRevision);
    expect(starts).toContain(undefined);
    expect(starts).toContain(-1);
    expect(starts.every((start) => start === undefined || start === -1 || start > 0)).toBe(true);
    expect(plans.some(({ filters }) => filters?.includes("no-put"))).toBe(true);
    expect(plans.some(({ filters }) => filters?.includes("no-delete"))).toBe(true);
    expect(plans.some(({ rangeEnd }) => rangeEnd === "\0")).toBe(true);
    expect(plans.some(({ cancelAtMs }) => cancelAtMs !== undefined)).toBe(true);
  });

  it("go on with a watch of before from where that ended", () => {
    const thread = threadOf(2);
    const ends = new Map<string, { next: number; key: string }>();
    let resumed = 0;
    for (let i = 0; i < 4_000; i++) {
      const input = thread.next();
      for (const plan of plansOf([input])) {
        if (plan.resumes === undefined) continue;
        resumed += 1;
        expect(ends.get(plan.resumes)).toEqual({ next: plan.startRevision, key: plan.key });
      }
      if (input.f !== "watch") continue;
      const [first] = input.watches;
      if (!first) throw new Error("a stream without a watch");
      ends.set(first.name, { next: i + 10, key: first.key });
      thread.saw?.(input, { ended: "closed", told: [{ id: first.id, next: i + 10 }] });
    }
    expect(resumed).toBeGreaterThan(100);
  });
});

describe("a write", () => {
  const ask = async (client: FullClient, input: WatchWorkloadInput) =>
    (await watch().invoke(client, input, atOnce)).output;

  it("tells its revision and what it deleted", async () => {
    const client = storeClient();
    const put = { type: "put", key: "watch/a/0", value: "1.0" } as const;
    expect(await ask(client, { f: "put", step: put })).toEqual({ deleted: [], revision: 2 });
    const steps = [
      { type: "delete", key: "watch/a/0" } as const,
      { type: "delete", key: "watch/a/1" } as const,
      { ...put, key: "watch/a/2", value: "2.0" },
    ];
    expect(await ask(client, { f: "txn", steps })).toEqual({ deleted: ["watch/a/0"], revision: 3 });
    const all = { type: "delete", key: "watch/", rangeEnd: "watch0" } as const;
    expect(await ask(client, { f: "delete", step: all })).toEqual({
      deleted: ["watch/a/2"],
      revision: 4,
    });
    expect(await ask(client, { f: "delete", step: all })).toEqual({ deleted: [] });
  });

  it("that is guarded deletes what it knows and nothing newer", async () => {
    const client = storeClient();
    const step = { type: "delete", key: "watch/a/0" } as const;
    await client.put({ key: step.key, value: "1.0" });
    expect(await ask(client, { f: "delete", step, guard: 1 })).toEqual({ deleted: [] });
    expect(await ask(client, { f: "delete", step, guard: 2 })).toEqual({
      deleted: [step.key],
      revision: 3,
    });
  });

  it("of a long value is recorded by its length, and so is what is read of it", async () => {
    const client = storeClient();
    const step = { type: "put", key: "watch/a/0", value: "7.3", pad: 5_000 } as const;
    await ask(client, { f: "put", step });
    expect(sentValue(step)).toHaveLength(5_004);
    expect(recordedValue(sentValue(step))).toBe("7.3:x5000");
    expect(recordedValue("7.3")).toBe("7.3");
    expect(await ask(client, { f: "read", key: step.key })).toMatchObject({
      found: [{ value: "7.3:x5000" }],
    });
  });

  it("of a compaction may be refused, which is an answer", async () => {
    const store = storeClient();
    // As over a wire: a refusal comes as a rejection.
    const client = { ...store, compact: async (request: CompactRequest) => store.compact(request) };
    await client.put({ key: "watch/a/0", value: "1.0" });
    expect(await ask(client, { f: "compact", revision: 2 })).toEqual({ compacted: true });
    expect(await ask(client, { f: "compact", revision: 2 })).toMatchObject({ compacted: false });
    expect(await ask(client, { f: "compact", revision: 9 })).toMatchObject({ compacted: false });
  });
});

const blank: WatchResponse = {
  header: { clusterId: "1", memberId: "1", revision: 5, raftTerm: 1 },
  watchId: 1,
  created: false,
  canceled: false,
  compactRevision: 0,
  fragment: false,
  events: [],
};
const cut = new RequestError({ code: 14, details: "read ECONNRESET", peer: "", sent: true });

/** A client of a stream that answers this at these times, and then stays silent or breaks. */
function scripted(
  clock: Clock,
  answers: readonly { readonly atMs: number; readonly response: WatchResponse | "break" }[],
) {
  const asked: string[] = [];
  const created: WatchCreateRequest[] = [];
  const closing = new AbortController();
  let next = 0;
  const closed = new RequestError({
    code: 1,
    details: "Cancelled on client",
    peer: "",
    sent: true,
  });
  const stream: WatchStream = {
    create: (request) => created.push(request),
    cancel: (id) => asked.push(`cancel ${id} at ${Math.round(clock.nowNs() / 1e6)}`),
    requestProgress: () => asked.push(`progress at ${Math.round(clock.nowNs() / 1e6)}`),
    async receive() {
      const answer = answers[next++];
      const atMs = answer?.atMs ?? 1e6;
      await clock.sleep(atMs - clock.nowNs() / 1e6, closing.signal);
      if (closing.signal.aborted || !answer) throw closed;
      if (answer.response === "break") throw cut;
      return answer.response;
    },
    close: () => {
      closing.abort();
    },
  };
  return { client: { ...storeClient(), watch: () => stream }, asked, created };
}

describe("a watch", () => {
  const input: WatchInput = {
    f: "watch",
    watches: [
      { id: 1, key: "watch/a/0", startRevision: 3, prevKv: true, cancelAtMs: 300, name: "x" },
    ],
    lifeMs: 1_000,
    restMs: 0,
    progressAtMs: [100, 500],
  };
  const event = {
    type: "put" as const,
    kv: {
      key: "watch/a/0",
      value: "1.0",
      createRevision: 4,
      modRevision: 4,
      version: 1,
      lease: "0",
    },
  };
  const answers = [
    { atMs: 5, response: { ...blank, created: true } },
    { atMs: 50, response: { ...blank, events: [event] } },
  ];

  function listen(plan: WatchInput, all: Parameters<typeof scripted>[1], over?: AbortSignal) {
    const clock = virtualClock();
    const { client, asked, created } = scripted(clock, all);
    const told: unknown[] = [];
    const signal = over ?? new AbortController().signal;
    const tell = (part: unknown) => told.push(part);
    const outcome = watch().invoke(client, plan, { clock, over: signal, tell });
    return { outcome, asked, created, told, clock };
  }

  it("tells of each message, asks and cancels on the way, and says how far it came", async () => {
    const { outcome, asked, created, told, clock } = listen(input, answers);
    const expected = { ended: "closed", told: [{ id: 1, next: 5 }] };
    expect((await outcome).output).toEqual(expected);
    expect(asked).toEqual(["progress at 100", "cancel 1 at 300", "progress at 500"]);
    expect(created).toEqual([{ watchId: 1, key: "watch/a/0", startRevision: 3, prevKv: true }]);
    expect(told).toEqual([
      { id: 1, rev: 5, created: true },
      { id: 1, rev: 5, events: [event] },
    ]);
    expect(clock.nowNs()).toBe(1e9);
  });

  it("that breaks off is an answer with what came before", async () => {
    const { outcome, told } = listen(input, [...answers, { atMs: 200, response: "break" }]);
    expect((await outcome).output).toEqual({
      ended: "broken",
      error: cut.facts,
      told: [{ id: 1, next: 5 }],
    });
    expect(told).toHaveLength(2);
  });

  it("that breaks off before anything came, or before it reached its aim, has failed", async () => {
    const broken = { atMs: 20, response: "break" } as const;
    await expect(listen(input, [broken]).outcome).rejects.toBe(cut);
    const aim = { ...input, until: 9 };
    await expect(listen(aim, [...answers, { ...broken, atMs: 60 }]).outcome).rejects.toBe(cut);
  });

  it("is over as soon as it reached its aim", async () => {
    const { outcome, clock } = listen({ ...input, until: 4 }, answers);
    await outcome;
    expect(clock.nowNs()).toBe(50e6);
  });

  it("is over as soon as one of its watches was told of a change of the key that ends it", async () => {
    const other = { ...event, kv: { ...event.kv, key: "watch/a/1", modRevision: 5 } };
    const last = { atMs: 70, response: { ...blank, watchId: 2, events: [other] } };
    const watches = [...input.watches, { id: 2, key: "watch/a/1", name: "y" }];
    const { outcome, clock } = listen({ ...input, watches, untilKey: "watch/a/1" }, [
      ...answers,
      last,
    ]);
    expect((await outcome).output).toMatchObject({
      ended: "closed",
      told: [{ next: 5 }, { next: 6 }],
    });
    expect(clock.nowNs()).toBe(70e6);
  });

  it("that breaks off before such a change is an answer", async () => {
    const broken = { atMs: 60, response: "break" } as const;
    const { outcome } = listen({ ...input, untilKey: "watch/a/1" }, [...answers, broken]);
    expect((await outcome).output).toMatchObject({ ended: "broken", told: [{ next: 5 }] });
  });

  it("ends with the load", async () => {
    const over = new AbortController();
    const { outcome, clock } = listen(input, answers, over.signal);
    await clock.sleep(250);
    over.abort();
    expect((await outcome).output).toMatchObject({ ended: "closed" });
    expect(clock.nowNs()).toBe(250e6);
  });

  it("may go on within a revision whose pieces did not all come", async () => {
    const half = { atMs: 50, response: { ...blank, fragment: true, events: [event] } };
    const { outcome } = listen(input, [...answers.slice(0, 1), half]);
    expect((await outcome).output).toMatchObject({ told: [{ id: 1, next: 4 }] });
  });
});

it("ends with a look at all of what each member still knows", () => {
  const workload = watch();
  const thread = workload.thread({ thread: 0, threads: 1, random: seededRandom(1) });
  for (let i = 0; i < 300; i++) {
    const input = thread.next();
    if (input.f === "put") thread.saw?.(input, { deleted: [], revision: 2_000 + i });
  }
  const all = [...workload.finalOperations(["n1", "n2"])];
  expect(all.map(({ node, input }) => `${node} ${input.f}`)).toEqual([
    "n1 watch",
    "n1 read",
    "n2 watch",
    "n2 read",
  ]);
  const [first] = plansOf(all.map(({ input }) => input));
  expect(first).toMatchObject({ key: "watch/", rangeEnd: "watch0" });
  expect(first?.startRevision).toBeGreaterThan(1_000);
});
