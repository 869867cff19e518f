import { describe, expect, it } from "vitest";
import { kill } from "../../nemeses/kill.js";
import { pause } from "../../nemeses/pause.js";
import type { Cluster } from "../core/cluster.js";
import { ClusterLostError, HarnessError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import type { PlannedFault } from "../core/run.js";
import type { Workload } from "../core/workload.js";
import { seededRandom } from "../generator/seeded-random.js";
import { faultAfter } from "../history/pair-faults.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { memoryRecorder, type RecordedEvent } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { drive } from "./drive.js";
import type { DriveOptions } from "./drive-options.js";
import { newProgress } from "./progress.js";

const reads: Workload = {
  name: "reads",
  kinds: ["read"],
  thread: ({ random }) => ({ next: () => ({ f: `read ${random.below(1_000)}` }) }),
  isReadOnly: () => true,
  invoke: async (client) => ({ output: (await client.range({ key: "k" })).count }),
  finalOperations: () => [],
  checkers: {},
};

interface Ran {
  readonly events: readonly RecordedEvent[];
  /** What was done to nodes, healing all apart. */
  readonly deeds: readonly string[];
  readonly error: unknown;
}

/** A whole run of ten seconds on a cluster in memory, led by n1 unless it is said otherwise. */
async function run(
  changes: Partial<DriveOptions>,
  cluster: Partial<Pick<Cluster, "leader">> = {},
): Promise<Ran> {
  const clock = virtualClock();
  const fake = fakeCluster({ nodes: ["n1", "n2", "n3"], clock });
  const recorder = memoryRecorder(clock);
  const options: DriveOptions = {
    cluster: { ...fake, ...cluster },
    recorder,
    clock,
    workload: reads,
    nemeses: [kill, pause],
    random: seededRandom(3),
    progress: newProgress(),
    processes: { highest: 2 },
    concurrency: 3,
    rate: 30,
    timeLimitMs: 10_000,
    requestTimeoutMs: 1_000,
    nemesisIntervalMs: 1_000,
    recoveryLimitMs: 10_000,
    signal: new AbortController().signal,
    ...changes,
  };
  const error: unknown = await drive(options).catch((thrown: unknown) => thrown);
  const deeds = fake.deeds.filter((deed) => deed !== "healAll");
  return { events: recorder.events, deeds, error };
}

const faultsOf = ({ events }: Ran) => events.filter((event) => event.kind === "fault");
const seconds = (count: number) => count * 1e9;

function recordsOf(ran: Ran) {
  const records = new Map<number, ReturnType<typeof faultAfter>>();
  for (const event of faultsOf(ran)) {
    records.set(event.fault, faultAfter(records.get(event.fault), { index: 0, ...event }));
  }
  return [...records.values()];
}

function scheduleOf(ran: Ran): PlannedFault[] {
  return recordsOf(ran).map(({ spec, injectedAtNs, healedAtNs = 0 }) => ({
    spec,
    atNs: injectedAtNs,
    durationNs: healedAtNs - injectedAtNs,
  }));
}

function killOf(node: string, from: number, to?: number): PlannedFault {
  return {
    spec: { nemesis: "kill", nodes: [node], description: `${node} is killed` },
    atNs: seconds(from),
    ...(to !== undefined && { durationNs: seconds(to - from) }),
  };
}

describe("a schedule", () => {
  it("that was recorded does the same again at the same times, whatever the seed says", async () => {
    const recorded = await run({});
    const schedule = scheduleOf(recorded);
    const again = await run({ schedule, random: seededRandom(4) });
    expect(schedule.length).toBeGreaterThan(5);
    expect(again.deeds).toEqual(recorded.deeds);
    expect(recordsOf(again).map(({ spec }) => spec)).toEqual(schedule.map(({ spec }) => spec));
    const [was, is] = [recorded, again].map((ran) => faultsOf(ran).map(({ atNs }) => atNs / 1e6));
    for (const [at, ms] of (was ?? []).entries()) expect(is?.[at]).toBeCloseTo(ms, 0);
  });

  it("leaves what each client asks as it was", async () => {
    const [recorded, empty] = [await run({}), await run({ schedule: [] })];
    for (const thread of [0, 1, 2]) {
      const [one, other] = [recorded, empty].map(({ events }) =>
        events.flatMap((event) =>
          event.kind === "invoke" && event.process % 3 === thread ? [event.input.f] : [],
        ),
      );
      const common = Math.min(one?.length ?? 0, other?.length ?? 0);
      expect(common).toBeGreaterThan(20);
      expect(one?.slice(0, common)).toEqual(other?.slice(0, common));
    }
  });

  it("that is empty harms nothing, though there are nemeses", async () => {
    const { deeds } = await run({ schedule: [] });
    expect(deeds).toEqual([]);
  });

  it("proves each fault in force and over, and numbers them in order", async () => {
    const ran = await run({ schedule: [killOf("n3", 4, 5), killOf("n2", 1, 2)] });
    expect(faultsOf(ran).map(({ fault, stage }) => `${fault} ${stage}`)).toEqual([
      ...["0 inject", "0 in-force", "0 heal", "0 over"],
      ...["1 inject", "1 in-force", "1 heal", "1 over"],
    ]);
    expect(ran.deeds).toEqual(["kill n2", "start n2", "kill n3", "start n3"]);
  });

  it("has faults overlap", async () => {
    const ran = await run({ schedule: [killOf("n1", 1, 5), killOf("n2", 2, 3)] });
    expect(ran.deeds).toEqual(["kill n1", "kill n2", "start n2", "start n1"]);
  });

  it.each([
    ["without a duration", undefined],
    ["that the end of the load cuts short", 60],
  ])("heals a fault %s when the load is over", async (_, to) => {
    const ran = await run({ schedule: [killOf("n1", 1, to)] });
    expect(faultsOf(ran).map(({ stage, atNs }) => [stage, atNs])).toEqual([
      ["inject", seconds(1)],
      ["in-force", seconds(1)],
      ["heal", seconds(10)],
      ["over", seconds(10)],
    ]);
  });

  it("begins nothing after the load", async () => {
    const ran = await run({ schedule: [killOf("n1", 1, 2), killOf("n2", 11, 12)] });
    expect(ran.deeds).toEqual(["kill n1", "start n1"]);
  });

  it("keeps its order where one step takes longer than it did", async () => {
    const slow: Nemesis = {
      ...(kill as Nemesis),
      proveInForce: () => Promise.resolve({ holds: false, evidence: "it is not seen" }),
    };
    const ran = await run({
      nemeses: [slow],
      schedule: [killOf("n1", 1, 2), killOf("n1", 2.5, 3)],
    });
    expect(ran.deeds).toEqual(["kill n1", "start n1", "kill n1", "start n1"]);
    expect(faultsOf(ran).filter(({ stage }) => stage === "not-in-force")).toHaveLength(2);
  });
});

describe("a scheduled fault", () => {
  it("that cannot be injected now is recorded as not in force, and the next one comes", async () => {
    const refusing: Nemesis = {
      ...(kill as Nemesis),
      inject: (cluster, spec) =>
        spec.nodes.includes("n1")
          ? Promise.reject(new HarnessError("n1 is killed already"))
          : kill.inject(cluster, spec as never),
    };
    const ran = await run({
      nemeses: [refusing],
      schedule: [killOf("n1", 1, 2), killOf("n2", 3, 4)],
    });
    const [trouble] = faultsOf(ran).filter(({ stage }) => stage === "not-in-force");
    expect(trouble).toMatchObject({ fault: 0, evidence: "n1 is killed already" });
    expect(ran.deeds).toContain("kill n2");
    expect(ran.error).toBeUndefined();
  });

  it("that was aimed at the leader hits whoever leads now", async () => {
    const aimed: PlannedFault = {
      ...killOf("n1", 1, 2),
      spec: {
        nemesis: "kill",
        target: "leader",
        nodes: ["n1"],
        description: "n1 (the leader) is killed",
      } as PlannedFault["spec"],
    };
    const ran = await run({ schedule: [aimed] }, { leader: () => Promise.resolve("n3") });
    expect(ran.deeds).toEqual(["kill n3", "start n3"]);
    expect(recordsOf(ran)[0]?.spec.description).toBe("n3 (the leader) is killed");
  });

  it("that finds the cluster lost ends the run", async () => {
    const lost: Nemesis = {
      ...(kill as Nemesis),
      inject: () => Promise.reject(new ClusterLostError("the engine died")),
    };
    const ran = await run({ nemeses: [lost], schedule: [killOf("n1", 1, 2)] });
    expect(ran.error).toMatchObject({ message: "the engine died" });
  });
});
