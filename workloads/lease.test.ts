import { expect, it } from "vitest";
import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import { type FullClient, RequestError } from "../src/core/client.js";
import type { Clock } from "../src/core/clock.js";
import type { InvokeContext } from "../src/core/workload.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { historyOf, ok } from "../src/testing/histories.js";
import { lease } from "./lease.js";
import { leaseClient } from "./lease-client.fixture.js";
import { keptTtl, longestShortTtl, safeSeconds } from "./lease-rules.js";
import { atOnce } from "./store-client.fixture.js";

/** One that stands still but for those who sleep by it, or set it. */
function testClock(): Clock & { set(ms: number): void } {
  let nowMs = 0;
  return {
    nowNs: () => nowMs * 1e6,
    sleep(ms) {
      nowMs += ms;
      return Promise.resolve();
    },
    wallTime: () => "2024-01-01T00:00:00.000Z",
    set(ms) {
      nowMs = ms;
    },
  };
}

interface Made {
  readonly thread: number;
  readonly seconds: number;
  readonly input: LeaseInput;
  /** Undefined where it was not answered. */
  readonly output: LeaseOutput | undefined;
}

const threads = 4;
const gapMs = 25;

/** What threads ask for, one after the other; every `missesEvery`th is not answered. */
async function drive(seed: number, count: number, missesEvery = Infinity): Promise<Made[]> {
  const clock = testClock();
  const context: InvokeContext = { ...atOnce, clock };
  const client = leaseClient(clock);
  const workload = lease();
  const sources = Array.from({ length: threads }, (_, thread) =>
    workload.thread({ thread, threads, random: seededRandom(seed).fork(`worker ${thread}`) }),
  );
  const made: Made[] = [];
  for (let turn = 0; turn < count; turn++) {
    clock.set(turn * gapMs);
    const thread = turn % threads;
    const source = sources[thread];
    if (!source) continue;
    const input = source.next();
    const { output } = await workload.invoke(client, input, context);
    const isMissed = turn % missesEvery === missesEvery - 1;
    made.push({
      thread,
      seconds: turn * (gapMs / 1_000),
      input,
      output: isMissed ? undefined : output,
    });
    if (isMissed) source.missed?.(input, "info");
    else source.saw?.(input, output);
  }
  return made;
}

it("makes the same operations of the same seed, and others of another", async () => {
  const inputs = async (seed: number) => (await drive(seed, 400)).map(({ input }) => input);
  const once = await inputs(1);
  expect(await inputs(1)).toEqual(once);
  expect(await inputs(2)).not.toEqual(once);
});

it("draws the same number of times whatever happened", () => {
  const drawnAfter = (missesEvery: number) => {
    const random = seededRandom(3);
    const source = lease().thread({ thread: 0, threads: 2, random });
    for (let turn = 0; turn < 200; turn++) {
      const input = source.next();
      if (turn % missesEvery === 0) source.missed?.(input, "info");
      else if (input.f === "grant") source.saw?.(input, { granted: input.ttl });
      else if (input.f === "put") source.saw?.(input, { revision: 1 });
    }
    return random.below(1_000_000);
  };
  expect(drawnAfter(2)).toBe(drawnAfter(7));
});

it("does all that it says often enough, with keys that move, end and are refused", async () => {
  const made = await drive(1, 6_000);
  const count = (holds: (one: Made) => boolean) => made.filter(holds).length;
  const isRefused = ({ output }: Made) => output !== undefined && "refused" in output;
  for (const kind of lease().kinds) {
    expect(
      count(({ input }) => input.f === kind),
      kind,
    ).toBeGreaterThan(6_000 / 140);
  }
  expect(count((one) => one.input.f === "put" && isRefused(one))).toBeGreaterThan(20);
  expect(count((one) => one.input.f === "revoke" && isRefused(one))).toBeGreaterThan(10);
  expect(count(({ input }) => input.f === "put" && input.lease === undefined)).toBeGreaterThan(20);
  const leasesOf = new Map<string, Set<string>>();
  for (const { input } of made) {
    if (input.f !== "put" || input.lease === undefined) continue;
    leasesOf.set(input.key, (leasesOf.get(input.key) ?? new Set()).add(input.lease));
  }
  expect([...leasesOf.values()].filter(({ size }) => size > 1).length).toBeGreaterThan(20);
  const values = made.flatMap(({ input }) => (input.f === "put" ? [input.value] : []));
  expect(new Set(values).size).toBe(values.length);
});

it.each([Infinity, 9])(
  "leaves out the shapes that break etcd itself, also where every %sth is not answered",
  async (missesEvery) => {
    const made = await drive(2, 8_000, missesEvery);
    const grants = new Map<string, Made>();
    const over = new Map<string, number>();
    const lastRenewal = new Map<string, number>();
    const renewals = { kept: 0, ended: 0, byOthers: 0 };
    for (const one of made) {
      const { input, seconds, output, thread } = one;
      if (input.f === "grant") {
        expect(grants.has(input.lease)).toBe(false);
        grants.set(input.lease, one);
        lastRenewal.set(input.lease, seconds);
      }
      if (!("lease" in input)) continue;
      const { lease: id } = input;
      const granted = grants.get(id);
      if (input.f === "renew" && granted?.input.f === "grant") {
        const endedAt = over.get(id);
        if (endedAt !== undefined) {
          renewals.ended += 1;
          expect(seconds - endedAt).toBeGreaterThanOrEqual(safeSeconds);
        } else {
          renewals.kept += 1;
          if (thread !== granted.thread) renewals.byOthers += 1;
          expect(granted.input.ttl).toBe(keptTtl);
          expect(seconds - (lastRenewal.get(id) ?? 0)).toBeLessThan(keptTtl / 2 + 2);
        }
        if (output && "renewed" in output) lastRenewal.set(id, seconds);
      }
      const isOver =
        output !== undefined &&
        ("refused" in output || "revoked" in output || ("left" in output && output.left < 0));
      if (isOver && !over.has(id)) over.set(id, seconds);
    }
    expect(renewals.kept).toBeGreaterThan(100);
    expect(renewals.byOthers).toBeGreaterThan(20);
    expect(renewals.ended).toBeGreaterThan(20);
  },
);

it("revokes what it kept alive, and some of it only after more than its own time", async () => {
  const made = await drive(3, 8_000);
  const kept = made.filter(({ input }) => input.f === "grant" && input.ttl === keptTtl);
  const lives = kept.flatMap(({ input, seconds }) => {
    const id = "lease" in input ? input.lease : "";
    const end = made.find((one) => one.input.f === "revoke" && one.input.lease === id);
    return end ? [end.seconds - seconds] : [];
  });
  expect(lives.length).toBeGreaterThan(15);
  expect(Math.max(...lives)).toBeGreaterThan(keptTtl + 5);
  expect(Math.min(...lives)).toBeLessThan(keptTtl);
});

it("asks etcd once for each operation and tells what it answered", async () => {
  const client = leaseClient(testClock());
  const workload = lease();
  const ask = async (input: LeaseInput) => (await workload.invoke(client, input, atOnce)).output;
  const key = "lease/0/1";
  expect(await ask({ f: "grant", lease: "8", ttl: 3 })).toEqual({ granted: 3 });
  expect(await ask({ f: "put", key, value: "5", lease: "8" })).toEqual({ revision: 2 });
  expect(await ask({ f: "put", key: "lease/01", value: "6" })).toEqual({ revision: 3 });
  const found = [{ key, value: "5", lease: "8" }];
  expect(await ask({ f: "read", shelf: "lease/0/" })).toEqual({ found });
  expect(await ask({ f: "renew", lease: "8" })).toEqual({ renewed: 3 });
  expect(await ask({ f: "time-to-live", lease: "8" })).toEqual({ left: 3, granted: 3, keys: [] });
  expect(await ask({ f: "delete", key: "lease/01" })).toEqual({ revision: 4 });
  expect(await ask({ f: "revoke", lease: "8" })).toEqual({ revoked: true });
  expect(await ask({ f: "read", shelf: "lease/0/" })).toEqual({ found: [] });
  const refused = { refused: "lease not found" };
  expect(await ask({ f: "revoke", lease: "8" })).toEqual(refused);
  expect(await ask({ f: "put", key, value: "7", lease: "8" })).toEqual(refused);
  expect(await ask({ f: "renew", lease: "8" })).toEqual({ renewed: 0 });
  expect(await ask({ f: "time-to-live", lease: "8" })).toMatchObject({ left: -1 });
});

it("lets every other error through, for the runner to judge", async () => {
  const facts = { code: 14, details: "etcdserver: request timed out", peer: "", sent: true };
  const put: FullClient["put"] = () => Promise.reject(new RequestError(facts));
  const client = { ...leaseClient(testClock()), put };
  const input: LeaseInput = { f: "put", key: "lease/0/1", value: "1", lease: "8" };
  await expect(lease().invoke(client, input, atOnce)).rejects.toMatchObject({ facts });
});

it("waits at the end until what was left alone must be over, then reads all shelves everywhere", async () => {
  const workload = lease();
  workload.thread({ thread: 0, threads: 2, random: seededRandom(1) });
  const operations = [...workload.finalOperations(["n1", "n2"])];
  const seconds = longestShortTtl + 14;
  expect(operations).toEqual([
    { node: "n1", input: { f: "wait", seconds } },
    { node: "n2", input: { f: "wait", seconds } },
    { node: "n1", input: { f: "read", shelf: "lease/0/" } },
    { node: "n2", input: { f: "read", shelf: "lease/0/" } },
    { node: "n1", input: { f: "read", shelf: "lease/1/" } },
    { node: "n2", input: { f: "read", shelf: "lease/1/" } },
  ]);
  const clock = testClock();
  const wait: LeaseInput = { f: "wait", seconds };
  const { output } = await workload.invoke(leaseClient(clock), wait, { ...atOnce, clock });
  expect(output).toEqual({ waited: seconds });
  expect(clock.nowNs()).toBe(seconds * 1e9);
});

it("finds a key that was lost with its lease, and has nothing to say where it was not", async () => {
  const value = { key: "lease/0/1", value: "1", lease: "8" };
  const judge = async (found: readonly (typeof value)[]) => {
    const history = historyOf<LeaseInput, LeaseOutput>([
      ok(0, "0..1", { f: "grant", lease: "8", ttl: 30 }, { granted: 30 }),
      ok(0, "2..3", { f: "put", ...value }, { revision: 2 }),
      ok(1, "4000..4001", { f: "read", shelf: "lease/0/" }, { found }),
    ]);
    const limits = { deadlineMs: 10_000, memoryMb: 100 };
    const verdicts = Object.entries(lease().checkers).map(
      async ([name, checker]) => [name, (await checker.check(history, limits)).validity] as const,
    );
    return (await Promise.all(verdicts)).flatMap(([name, is]) => (is === "valid" ? [] : [name]));
  };
  expect(await judge([value])).toEqual([]);
  expect(await judge([])).toEqual(["lease-kept"]);
});
