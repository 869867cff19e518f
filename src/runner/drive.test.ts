import { describe, expect, it } from "vitest";
import { ClusterLostError, HarnessError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import type { Input } from "../core/operation.js";
import type { Workload } from "../core/workload.js";
import { seededRandom } from "../generator/seeded-random.js";
import { type FakeCluster, fakeCluster } from "../testing/fake-cluster.js";
import { type MemoryRecorder, memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { drive } from "./drive.js";
import type { DriveOptions } from "./drive-options.js";
import { newProgress } from "./progress.js";

interface TestInput extends Input {
  readonly f: "read" | "write";
  readonly value: number;
}

/** Writes and reads of one key; the value tells which draw of which thread it was. */
function testWorkload(): Workload<TestInput, null> {
  return {
    name: "test",
    kinds: ["read", "write"],
    thread: ({ thread, random }) => ({
      next: () => ({
        f: random.below(2) === 0 ? "read" : "write",
        value: thread * 1_000_000 + random.below(1_000_000),
      }),
    }),
    isReadOnly: ({ f }) => f === "read",
    async invoke(client, { f, value }) {
      if (f === "read") await client.range({ key: "k" });
      else await client.put({ key: "k", value: String(value) });
      return { output: null };
    },
    finalOperations: (nodes) => nodes.map((node) => ({ node, input: { f: "read", value: -1 } })),
    checkers: {},
  };
}

/** Kills one node of those that run. */
const killer: Nemesis = {
  name: "killer",
  summary: "kills",
  needs: ["kill"],
  choose({ nodes, state }, random) {
    const running = nodes.filter((node) => state(node).process === "running");
    if (running.length < nodes.length) return undefined;
    const node = random.pick(running);
    return { nemesis: "killer", nodes: [node], description: `${node} is killed` };
  },
  inject: (cluster, { nodes }) => cluster.kill(only(nodes)),
  proveInForce: (cluster, { nodes }) => cluster.probeKilled(only(nodes)),
  heal: (cluster, { nodes }) => cluster.start(only(nodes)),
  proveOver: (cluster, { nodes }) => cluster.probeStarted(only(nodes)),
};

function only(nodes: readonly string[]): string {
  return nodes[0] ?? "";
}

interface Rig {
  readonly cluster: FakeCluster;
  readonly recorder: MemoryRecorder;
  readonly stop: AbortController;
  readonly options: DriveOptions;
}

function rig(changes: Partial<DriveOptions> = {}, fake: { loseAnswerEvery?: number } = {}): Rig {
  const clock = virtualClock();
  const cluster = fakeCluster({ nodes: ["n1", "n2", "n3"], clock, ...fake });
  const recorder = memoryRecorder(clock);
  const stop = new AbortController();
  const options: DriveOptions = {
    cluster,
    recorder,
    clock,
    workload: testWorkload(),
    nemeses: [],
    random: seededRandom(7),
    progress: newProgress(),
    processes: { highest: 5 },
    concurrency: 6,
    rate: 100,
    timeLimitMs: 10_000,
    requestTimeoutMs: 1_000,
    nemesisIntervalMs: 1_000,
    recoveryLimitMs: 10_000,
    signal: stop.signal,
    ...changes,
  };
  return { cluster, recorder, stop, options };
}

const invocations = ({ recorder }: Rig) =>
  recorder.events.filter((event) => event.kind === "invoke");
const completions = ({ recorder }: Rig) =>
  recorder.events.filter((event) => event.kind === "complete");
const faults = ({ recorder }: Rig) => recorder.events.filter((event) => event.kind === "fault");
const phases = ({ recorder }: Rig) => recorder.events.filter((event) => event.kind === "phase");

it("lets nobody be hit but whom --target allows, also by a nemesis that does not aim", async () => {
  const hitBy = async (changes: Partial<DriveOptions>) => {
    const at = rig({ nemeses: [killer], timeLimitMs: 30_000, ...changes });
    await drive(at.options);
    return new Set(
      faults(at).flatMap((event) => (event.stage === "inject" ? (event.spec?.nodes ?? []) : [])),
    );
  };
  expect((await hitBy({})).size).toBeGreaterThan(1);
  expect(await hitBy({ target: { nodes: ["n2"] } })).toEqual(new Set(["n2"]));
  expect(await hitBy({ target: { kinds: ["all"] } })).toEqual(new Set());
});

describe("the load", () => {
  it("keeps to its rate and its time limit", async () => {
    const at = rig();
    await drive(at.options);
    const main = invocations(at).filter(({ input }) => (input as TestInput).value >= 0);
    expect(main.length).toBeGreaterThan(800);
    expect(main.length).toBeLessThan(1_200);
    expect(Math.max(...main.map(({ atNs }) => atNs))).toBeLessThanOrEqual(10_000 * 1e6);
  });

  it("pins each thread to one node", async () => {
    const at = rig();
    await drive(at.options);
    const main = invocations(at).filter(({ input }) => (input as TestInput).value >= 0);
    expect(main.filter(({ node, process }) => node !== `n${(process % 3) + 1}`)).toEqual([]);
  });

  it("makes the same choices for each thread from the same seed, whatever the timing", async () => {
    const quick = rig();
    const slow = rig({ rate: 30 }, { loseAnswerEvery: 5 });
    await drive(quick.options);
    await drive(slow.options);
    for (let thread = 0; thread < 6; thread++) {
      const choices = [quick, slow].map((at) =>
        invocations(at)
          .filter(({ process }) => process % 6 === thread)
          .map(({ input }) => input as TestInput)
          .filter(({ value }) => value >= 0),
      );
      const common = Math.min(...choices.map(({ length }) => length));
      expect(common).toBeGreaterThan(10);
      expect(choices[0]?.slice(0, common)).toEqual(choices[1]?.slice(0, common));
    }
  });

  it("makes other choices from another seed", async () => {
    const [one, other] = [rig(), rig({ random: seededRandom(8) })];
    await drive(one.options);
    await drive(other.options);
    const firstTen = (at: Rig) =>
      invocations(at)
        .slice(0, 10)
        .map(({ input }) => input);
    expect(firstTen(one)).not.toEqual(firstTen(other));
  });
});

describe("a process", () => {
  it("never speaks again after info, and its thread goes on with a new connection", async () => {
    const at = rig({}, { loseAnswerEvery: 10 });
    let made = 0;
    const recorder: MemoryRecorder = {
      ...at.recorder,
      // The last look makes more of them, after the last operation.
      complete(completion) {
        made = at.cluster.connections();
        return at.recorder.complete(completion);
      },
    };
    await drive({ ...at.options, recorder });
    const infos = completions(at).filter(({ outcome }) => outcome.type === "info");
    expect(infos.length).toBeGreaterThan(5);
    for (const { process } of infos) {
      expect(invocations(at).filter((event) => event.process === process).length).toBe(
        completions(at).filter((event) => event.process === process).length,
      );
      const own = at.recorder.events.filter(
        (event) => "process" in event && event.process === process,
      );
      expect(own.at(-1)).toMatchObject({ kind: "complete", outcome: { type: "info" } });
    }
    // One for each thread and each final worker at first, and one more after each info.
    const finalFailures = completions(at).filter(
      ({ outcome, process }) => outcome.type === "fail" && process > at.options.processes.highest,
    );
    expect(made).toBe(6 + 3 + infos.length + finalFailures.length);
  });

  it("goes on after a read that failed, since a read has no effect", async () => {
    const at = rig({}, { loseAnswerEvery: 10 });
    await drive(at.options);
    const failed = completions(at).filter(({ outcome }) => outcome.type === "fail");
    const goesOn = failed.filter(({ process, atNs }) =>
      invocations(at).some((event) => event.process === process && event.atNs > atNs),
    );
    expect(goesOn.length).toBeGreaterThan(0);
  });
});

describe("a thread", () => {
  /** Whoever was let down, with the node that he asked and the one that he asks next. */
  async function lettersDown(failsOver: boolean) {
    const at = rig({ workload: { ...testWorkload(), failsOver } }, { loseAnswerEvery: 10 });
    await drive(at.options);
    const asked = invocations(at).filter(({ input }) => (input as TestInput).value >= 0);
    const ended = completions(at);
    return asked.flatMap((event) => {
      const place = asked.filter(({ process }) => process === event.process).indexOf(event);
      const outcome = ended.filter(({ process }) => process === event.process)[place]?.outcome.type;
      const thread = asked.filter(({ process }) => process % 6 === event.process % 6);
      const next = thread[thread.indexOf(event) + 1];
      return outcome === undefined || next === undefined ? [] : [{ event, outcome, next }];
    });
  }

  it("goes on with the next node after every answer that was not ok, where its workload says so", async () => {
    const steps = await lettersDown(true);
    const nodes = ["n1", "n2", "n3"];
    for (const { event, outcome, next } of steps) {
      const further = outcome === "ok" ? 0 : 1;
      expect(nodes.indexOf(next.node)).toBe((nodes.indexOf(event.node) + further) % 3);
      expect(next.process - event.process).toBe(6 * further);
    }
    const outcomes = new Set(steps.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(["fail", "info", "ok"]);
  });

  it("stays with its node where its workload does not", async () => {
    for (const { event, outcome, next } of await lettersDown(false)) {
      expect(next.node).toBe(event.node);
      expect(next.process - event.process).toBe(outcome === "info" ? 6 : 0);
    }
  });

  it("is told of every answer, and of every operation that had none", async () => {
    const told: string[] = [];
    const workload = testWorkload();
    const listening: Workload<TestInput, null> = {
      ...workload,
      thread: (context) => ({
        ...workload.thread(context),
        saw: ({ value }) => told.push(`${value} ok`),
        missed: ({ value }, outcome) => told.push(`${value} ${outcome}`),
      }),
    };
    const at = rig({ workload: listening }, { loseAnswerEvery: 10 });
    await drive(at.options);
    const begun = new Map<number, number>();
    const ended = at.recorder.events.flatMap((event) => {
      if (event.kind === "invoke") begun.set(event.process, (event.input as TestInput).value);
      const value = event.kind === "complete" ? begun.get(event.process) : undefined;
      return event.kind === "complete" && value !== -1 ? [`${value} ${event.outcome.type}`] : [];
    });
    expect(told).toEqual(ended);
    expect(new Set(told.map((words) => words.split(" ")[1])).size).toBe(3);
  });

  it("has what an operation is told on its way recorded at once, under its process", async () => {
    const workload = testWorkload();
    const telling: Workload<TestInput, null> = {
      ...workload,
      async invoke(client, input, context) {
        context.tell({ begun: input.value });
        const answer = await workload.invoke(client, input, context);
        context.tell({ done: input.value });
        return answer;
      },
    };
    const at = rig({ workload: telling, concurrency: 1, timeLimitMs: 500 });
    await drive(at.options);
    const [first, second, third, fourth] = at.recorder.events.filter(
      (event) => "process" in event && event.process === 0,
    );
    const value = first?.kind === "invoke" ? (first.input as TestInput).value : undefined;
    expect([second, third]).toMatchObject([
      { kind: "part", process: 0, part: { begun: value }, atNs: first?.atNs },
      { kind: "part", process: 0, part: { done: value }, atNs: fourth?.atNs },
    ]);
    expect(fourth?.kind).toBe("complete");
  });

  it("is not there where a workload has no kind of operation", async () => {
    const idle: Workload = {
      ...(testWorkload() as Workload),
      kinds: [],
      finalOperations: () => [],
    };
    const at = rig({ workload: idle, nemeses: [killer] });
    await drive(at.options);
    expect(invocations(at)).toEqual([]);
    expect(faults(at).length).toBeGreaterThan(4);
    expect(phases(at).map(({ phase }) => phase)).toEqual(["main", "healing", "final", "end"]);
  });
});

describe("a nemesis", () => {
  it("harms, proves, heals and proves again, in this order, and leaves nothing in force", async () => {
    const at = rig({ nemeses: [killer] });
    await drive(at.options);
    const stages = new Map<number, string[]>();
    for (const { fault, stage } of faults(at)) {
      stages.set(fault, [...(stages.get(fault) ?? []), stage]);
    }
    expect(stages.size).toBeGreaterThan(2);
    for (const seen of stages.values())
      expect(seen).toEqual(["inject", "in-force", "heal", "over"]);
    expect(at.cluster.nodes.map((node) => at.cluster.state(node).process)).toEqual(
      at.cluster.nodes.map(() => "running"),
    );
  });

  it("says in the history that a fault was never seen in force", async () => {
    const blunt: Nemesis = { ...killer, inject: () => Promise.resolve() };
    const at = rig({ nemeses: [blunt] });
    await drive(at.options);
    expect(faults(at).some(({ stage }) => stage === "not-in-force")).toBe(true);
    expect(faults(at).some(({ stage }) => stage === "in-force")).toBe(false);
  });

  it("that cannot harm is recorded and does not end the run", async () => {
    const broken: Nemesis = {
      ...killer,
      inject: () => Promise.reject(new HarnessError("the node is gone")),
    };
    const at = rig({ nemeses: [broken] });
    await drive(at.options);
    const [trouble] = faults(at).filter(({ stage }) => stage === "not-in-force");
    expect(trouble).toMatchObject({ evidence: "the node is gone" });
    expect(phases(at).map(({ phase }) => phase)).toEqual(["main", "healing", "final", "end"]);
  });

  it("that finds the cluster lost ends the run", async () => {
    const broken: Nemesis = {
      ...killer,
      inject: () => Promise.reject(new ClusterLostError("the engine died")),
    };
    const at = rig({ nemeses: [broken] });
    await expect(drive(at.options)).rejects.toThrow("the engine died");
    expect(Math.max(...at.recorder.events.map(({ atNs }) => atNs))).toBeLessThan(5_000 * 1e6);
  });

  it("chooses only when no other nemesis is at work", async () => {
    let busy = 0;
    let mostBusy = 0;
    const slow = (name: string): Nemesis => ({
      ...killer,
      name,
      choose: (_, random) => ({
        nemesis: name,
        nodes: [`n${random.below(3) + 1}`],
        description: "",
      }),
      async inject() {
        mostBusy = Math.max(mostBusy, ++busy);
        await at.options.clock.sleep(50);
        busy--;
      },
      proveInForce: () => Promise.resolve({ holds: true, evidence: "" }),
      heal: () => Promise.resolve(),
    });
    const at: Rig = rig({ nemeses: [slow("a"), slow("b"), slow("c")], nemesisIntervalMs: 100 });
    await drive(at.options);
    expect(faults(at).length).toBeGreaterThan(20);
    expect(mostBusy).toBe(1);
  });
});

describe("a nemesis that attacks", () => {
  const inAttacks: Nemesis = {
    ...killer,
    rhythm: { atOnce: 3, attack: { least: 3, most: 3 }, quiet: { least: 2, most: 2 } },
    choose: ({ nodes, state }, random) => {
      const running = nodes.filter((node) => state(node).process === "running");
      if (running.length === 0) return undefined;
      const node = random.pick(running);
      return { nemesis: "killer", nodes: [node], description: `${node} is killed` };
    },
  };

  it("does several things at once, and heals all of them before it is quiet", async () => {
    const at = rig({ nemeses: [inAttacks], timeLimitMs: 15_000 });
    await drive(at.options);
    let down = 0;
    let most = 0;
    const wholeAtNs: number[] = [];
    for (const { stage, atNs } of faults(at)) {
      if (stage === "in-force") down += 1;
      if (stage === "over") down -= 1;
      most = Math.max(most, down);
      if (down === 0) wholeAtNs.push(atNs);
    }
    expect(down).toBe(0);
    expect(most).toBeGreaterThan(1);
    const begun = faults(at).flatMap(({ stage, atNs }) => (stage === "inject" ? [atNs] : []));
    const quiet = wholeAtNs.filter((since) =>
      begun.every((atNs) => atNs < since || atNs > since + 1_900 * 1e6),
    );
    expect(quiet.length).toBeGreaterThan(1);
  });

  it("heals what its other hands did where one of them fails, and throws the failure", async () => {
    let chosen = 0;
    const failing: Nemesis = {
      ...inAttacks,
      choose: (situation, random) => {
        chosen += 1;
        if (chosen > 2) throw new Error("no choice");
        return inAttacks.choose(situation, random);
      },
    };
    const at = rig({ nemeses: [failing] });
    await expect(drive(at.options)).rejects.toThrow("no choice");
    const stages = faults(at).map(({ stage }) => stage);
    expect(stages.filter((stage) => stage === "over")).toHaveLength(2);
  });
});

describe("every way out", () => {
  it("ends with the final reads on every node after everything was healed", async () => {
    const at = rig({ nemeses: [killer] });
    await drive(at.options);
    const last = invocations(at).filter(({ input }) => (input as TestInput).value === -1);
    expect(last.map(({ node }) => node)).toEqual(["n1", "n2", "n3"]);
    expect(phases(at).map(({ phase }) => phase)).toEqual(["main", "healing", "final", "end"]);
  });

  it("ends with a look at every member, after the final reads and before the end", async () => {
    const at = rig({ nemeses: [killer] });
    await drive(at.options);
    const last = at.recorder.events.slice(-4);
    expect(last).toMatchObject([
      { kind: "member", node: "n1", unanswered: [] },
      { kind: "member", node: "n2", unanswered: [] },
      { kind: "member", node: "n3", unanswered: [] },
      { kind: "phase", phase: "end" },
    ]);
  });

  it("asks a final read again until it is answered, each time as another process", async () => {
    const at = rig({ timeLimitMs: 1 }, { loseAnswerEvery: 2 });
    await drive(at.options);
    const last = invocations(at).filter(({ input }) => (input as TestInput).value === -1);
    expect(last.length).toBeGreaterThan(3);
    expect(new Set(last.map(({ process }) => process)).size).toBe(last.length);
  });

  it("heals when it is interrupted, says why it ended, and leaves the final reads out", async () => {
    const at = rig({ nemeses: [killer] });
    void at.options.clock.sleep(3_000).then(() => {
      at.stop.abort("SIGINT");
    });
    await drive(at.options);
    expect(at.cluster.deeds.at(-1)).toBe("healAll");
    expect(phases(at).map(({ phase }) => phase)).toEqual(["main", "healing", "end"]);
    expect(phases(at).at(-1)).toMatchObject({ reason: "SIGINT" });
  });

  it("heals when the recorder fails, and throws the recorder's reason", async () => {
    const at = rig({ nemeses: [killer] });
    void at.options.clock.sleep(3_000).then(() => {
      at.recorder.fail(new HarnessError("the disk is full"));
    });
    await expect(drive(at.options)).rejects.toThrow("the disk is full");
    expect(at.cluster.deeds.at(-1)).toBe("healAll");
  });

  it("heals when a workload has a bug, and throws it", async () => {
    const workload = testWorkload();
    let calls = 0;
    const buggy: Workload = {
      ...(workload as Workload),
      invoke(client, input, context) {
        calls++;
        if (calls > 100) throw new TypeError("a bug");
        return (workload as Workload).invoke(client, input, context);
      },
    };
    const at = rig({ nemeses: [killer], workload: buggy });
    await expect(drive(at.options)).rejects.toThrow("a bug");
    expect(at.cluster.deeds.at(-1)).toBe("healAll");
  });
});
