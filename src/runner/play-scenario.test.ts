import { describe, expect, it } from "vitest";
import type { Nemesis } from "../core/nemesis.js";
import type { Input } from "../core/operation.js";
import { type Scenario, type Stage, StoppedShort } from "../core/scenario.js";
import type { Workload } from "../core/workload.js";
import { seededRandom } from "../generator/seeded-random.js";
import { fakeCluster } from "../testing/fake-cluster.js";
import { memoryRecorder } from "../testing/memory-recorder.js";
import { virtualClock } from "../testing/virtual-clock.js";
import { drive } from "./drive.js";
import { newProgress } from "./progress.js";

interface TestInput extends Input {
  readonly f: "put" | "wait";
  readonly value: string;
}

const workload: Workload<TestInput, string> = {
  name: "test",
  kinds: ["put"],
  thread: () => ({
    next: () => {
      throw new Error("a scenario asks for itself");
    },
  }),
  isReadOnly: () => false,
  async invoke(client, { f, value }, { clock, over }) {
    if (f === "wait") await clock.sleep(3_600_000, over);
    else await client.put({ key: "k", value });
    return { output: value };
  },
  finalOperations: () => {
    throw new Error("a scenario reads for itself");
  },
  checkers: {},
};

const killer: Nemesis = {
  name: "killer",
  summary: "kills",
  needs: ["kill"],
  choose: () => undefined,
  inject: (cluster, { nodes: [node = ""] }) => cluster.kill(node),
  proveInForce: (cluster, { nodes: [node = ""] }) => cluster.probeKilled(node),
  heal: (cluster, { nodes: [node = ""] }) => cluster.start(node),
  proveOver: (cluster, { nodes: [node = ""] }) => cluster.probeStarted(node),
};

const pretender: Nemesis = {
  ...killer,
  name: "pretender",
  inject: () => Promise.resolve(),
};

function kill(node: string, nemesis = "killer") {
  return { nemesis, nodes: [node], description: `${node} is killed` };
}

type TestStage = Stage<TestInput, string>;

async function played(
  play: (
    stage: TestStage,
    hands: { found: AbortController; stop: AbortController },
  ) => Promise<void>,
  { rounds = 1, ...fake }: { readonly rounds?: number; readonly loseAnswerEvery?: number } = {},
) {
  const clock = virtualClock();
  const cluster = fakeCluster({ nodes: ["n1", "n2", "n3"], clock, ...fake });
  const recorder = memoryRecorder(clock);
  const hands = { found: new AbortController(), stop: new AbortController() };
  const scenario: Scenario = {
    name: "test",
    bug: {
      ...{ issues: [1], title: "", guarantee: "", mechanism: [], consequence: "", affected: [] },
    },
    ...{ workload: "test", nodes: 3, nemeses: ["killer"], rounds, caughtBy: [] },
    requestTimeoutMs: 1_000,
    play: (stage) => play(stage as unknown as TestStage, hands),
  };
  await drive({
    ...{ cluster, recorder, clock, workload, nemeses: [killer, pretender] },
    toPlay: { scenario, version: "3.5.30", found: hands.found.signal },
    random: seededRandom(7),
    progress: newProgress(),
    processes: { highest: -1 },
    ...{ concurrency: 1, rate: 1, timeLimitMs: 0, requestTimeoutMs: 1_000 },
    ...{ nemesisIntervalMs: 0, recoveryLimitMs: 10_000 },
    signal: hands.stop.signal,
  });
  const notes = recorder.events.flatMap((event) => (event.kind === "note" ? [event.note] : []));
  const stages = recorder.events.flatMap((event) => (event.kind === "fault" ? [event.stage] : []));
  const phases = recorder.events.flatMap((event) => (event.kind === "phase" ? [event.phase] : []));
  return { cluster, recorder, notes, stages, phases };
}

it("records what its clients ask and are told, each as a process of its own", async () => {
  const { recorder, phases } = await played(async ({ client, clients, nodes }) => {
    await client("n1").must({ f: "put", value: "1" });
    const answers = await Promise.all(
      clients("n2", 2).map((one) => one.ask({ f: "put", value: one.node })),
    );
    expect(answers.map(({ type }) => type)).toEqual(["ok", "ok"]);
    expect(nodes).toEqual(["n1", "n2", "n3"]);
  });
  const invoked = recorder.events.flatMap((event) =>
    event.kind === "invoke" ? [[event.process, event.node]] : [],
  );
  expect(invoked).toEqual([
    [0, "n1"],
    [1, "n2"],
    [2, "n2"],
  ]);
  expect(phases).toEqual(["main", "healing", "final", "end"]);
});

it("goes on as another process where nobody knows what came of it", async () => {
  const { recorder } = await played(
    async ({ client }) => {
      const one = client("n1");
      for (const value of ["1", "2", "3"]) await one.ask({ f: "put", value });
    },
    { loseAnswerEvery: 2 },
  );
  const completed = recorder.events.flatMap((event) =>
    event.kind === "complete" ? [[event.process, event.outcome.type]] : [],
  );
  expect(completed).toEqual([
    [0, "ok"],
    [0, "info"],
    [1, "ok"],
  ]);
});

describe("faults", () => {
  it("are seen in force and over, and numbered through all rounds", async () => {
    const { stages, recorder } = await played(
      async ({ inject }) => {
        const fault = await inject(kill("n2"));
        await fault.heal();
      },
      { rounds: 2 },
    );
    expect(stages).toEqual([
      ...["inject", "in-force", "heal", "over"],
      ...["inject", "in-force", "heal", "over"],
    ]);
    const numbers = recorder.events.flatMap((event) =>
      event.kind === "fault" ? [event.fault] : [],
    );
    expect(numbers).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it("that are left in force are healed when the round is over", async () => {
    const { stages, cluster } = await played(async ({ inject }) => {
      await inject(kill("n2"));
    });
    expect(stages).toEqual(["inject", "in-force", "heal", "over"]);
    expect(cluster.deeds).toContain("start n2");
  });

  it("that must be quick are looked at while the round goes on", async () => {
    const { notes, stages } = await played(async ({ inflict, note, nowMs }) => {
      const beganMs = nowMs();
      const fault = await inflict(kill("n2", "pretender"));
      note(`done after ${nowMs() - beganMs} ms`);
      await fault.seen();
      note("never said");
    });
    expect(stages).toEqual(["inject", "not-in-force", "heal", "over"]);
    expect(notes.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "round: round 1 of at most 1",
      "done: done after 0 ms",
      expect.stringMatching(/^missed: not seen in force: n2 is killed/),
    ]);
  });

  it("are not healed before they were looked at", async () => {
    const { stages } = await played(async ({ inflict }) => {
      const fault = await inflict(kill("n2"));
      await fault.heal();
    });
    expect(stages).toEqual(["inject", "in-force", "heal", "over"]);
  });

  it("that are not seen in force end the round, which shows nothing", async () => {
    const { notes, stages } = await played(async ({ inject, note }) => {
      await inject(kill("n2", "pretender"));
      note("never said");
    });
    expect(stages).toEqual(["inject", "not-in-force", "heal", "over"]);
    expect(notes.map(({ kind }) => kind)).toEqual(["round", "missed"]);
    expect(notes[1]?.text).toMatch(/^not seen in force: n2 is killed/);
  });
});

describe("rounds", () => {
  it("are all played, and one that stopped short is told", async () => {
    const { notes } = await played(
      async ({ round, need, note }) => {
        await Promise.resolve();
        need("the second one does not hold", round !== 2);
        note(`played ${round}`);
      },
      { rounds: 3 },
    );
    expect(notes.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "round: round 1 of at most 3",
      "done: played 1",
      "round: round 2 of at most 3",
      "missed: the second one does not hold",
      "round: round 3 of at most 3",
      "done: played 3",
    ]);
  });

  it("end as soon as a checker that looks on has objected", async () => {
    const { notes } = await played(
      (_, { found }) => {
        found.abort();
        return Promise.reject(new StoppedShort("whatever it said then"));
      },
      { rounds: 3 },
    );
    expect(notes.map(({ kind }) => kind)).toEqual(["round"]);
  });

  it("end with the run, and what waits is told that it is over", async () => {
    const { notes, recorder, phases } = await played(
      async ({ client, sleep }, { stop }) => {
        const waiting = client("n1").ask({ f: "wait", value: "long" });
        await sleep(1_000);
        stop.abort("SIGTERM");
        await sleep(1_000);
        await waiting;
      },
      { rounds: 3 },
    );
    expect(notes.map(({ kind }) => kind)).toEqual(["round"]);
    expect(recorder.events.filter(({ kind }) => kind === "complete")).toHaveLength(1);
    expect(phases).toEqual(["main", "healing", "end"]);
  });

  it("wait for what is under way before they are over", async () => {
    const { recorder } = await played(async ({ client, sleep }) => {
      void client("n1").ask({ f: "wait", value: "long" });
      await sleep(10);
    });
    expect(recorder.events.filter(({ kind }) => kind === "complete")).toHaveLength(1);
  });
});

it("says what did not come about in time", async () => {
  const { notes } = await played(async ({ until }) => {
    await until("a sign is seen", () => false, 500);
  });
  expect(notes.at(-1)).toEqual({ kind: "missed", text: "not within 500 ms: a sign is seen" });
});

it("says which member tells nothing of itself", async () => {
  const { notes } = await played(async ({ status, inject, note }) => {
    note(`term ${(await status("n1")).raftTerm}`);
    await inject(kill("n1"));
    await status("n1");
  });
  expect(notes.at(-2)?.text).toMatch(/^term \d+$/);
  expect(notes.at(-1)).toEqual({ kind: "missed", text: "n1 tells no status" });
});

it("says which answer it could not go on without", async () => {
  const { notes } = await played(async ({ client, inject }) => {
    await inject(kill("n1"));
    await client("n1").must({ f: "put", value: "1" });
  });
  expect(notes.at(-1)?.text).toMatch(/^put on n1 was not answered as it must be: /);
});

it("throws on what is a mistake of the scenario", async () => {
  await expect(
    played(async ({ inject }) => {
      await inject(kill("n1", "nobody"));
    }),
  ).rejects.toThrow("the scenario does not say that it uses nobody");
});
