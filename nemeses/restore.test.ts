import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultMoments } from "../src/campaign/shrink/fault-moments.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import type { NodeState } from "../src/core/cluster.js";
import type { Situation } from "../src/core/nemesis.js";
import type { Outcome } from "../src/core/operation.js";
import type { Thread } from "../src/core/workload.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { readHistory } from "../src/history/reader.js";
import { openHistoryWriter } from "../src/history/writer.js";
import { followed } from "../src/runner/follow.js";
import { requireTolerance } from "../src/runner/require-capabilities.js";
import { sampleHeader, tickingClock } from "../src/testing/recorded-runs.js";
import { append } from "../workloads/append.js";
import { bank } from "../workloads/bank.js";
import { kubernetes } from "../workloads/kubernetes.js";
import { register } from "../workloads/register.js";
import { set } from "../workloads/set.js";
import { restore } from "./restore.js";

const options = { opsPerKey: 200, serializable: false };
const nodes = ["n1", "n2", "n3"];
const well: NodeState = { process: "running", cut: [] };

function situation(odd: Partial<NodeState> = {}, rest: Partial<Situation> = {}): Situation {
  return {
    ...{ nodes, leader: "n1", toleratesRewind: true, capabilities: new Set(["restore"] as const) },
    state: (node) => (node === "n2" ? { ...well, ...odd } : well),
    ...rest,
  };
}

describe("a restore", () => {
  it("is chosen from the seed alone, of all nodes", () => {
    const spec = restore.choose(situation(), seededRandom(1));
    expect(spec).toEqual(restore.choose(situation(), seededRandom(1)));
    expect(spec).toMatchObject({ nemesis: "restore", nodes });
    expect(nodes).toContain(spec?.from);
  });

  it.each<[string, Partial<NodeState>]>([
    ["is paused", { process: "paused" }],
    ["is killed", { process: "killed" }],
    ["is cut off", { cut: [{ from: "n1", to: "n2" }] }],
    ["is under a harm", { harms: ["packet-loss"] }],
    ["was changed", { setUp: "new" }],
  ])("does not come while a node %s", (_, odd) => {
    expect(restore.choose(situation(odd), seededRandom(1))).toBeUndefined();
  });

  it("does not come to clients that could not be judged across it", () => {
    const { leader, state, capabilities } = situation();
    const others = { nodes, leader, state, capabilities };
    expect(restore.choose(others, seededRandom(1))).toBeUndefined();
    expect(() => {
      requireTolerance(kubernetes(), [restore]);
    }).toThrow('what the workload "kubernetes" asks for cannot be judged across that: one watch');
    expect(() => {
      requireTolerance(register(options), [restore]);
    }).not.toThrow();
  });
});

const read = { f: "read" };
const answer = (revision: number, clusterId: string): Outcome => ({
  ...{ type: "ok", output: {} },
  header: { clusterId, memberId: "1", revision, raftTerm: 1 },
});
const spec = { nemesis: "restore", nodes, description: "all are restored" };
const rewind = { revision: 7, clusterId: "1" };

it("is written into the history with the state that it went back to, also into a smaller one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-rewind-"));
  try {
    const path = join(folder, "history.ndjson");
    const writer = openHistoryWriter(path, sampleHeader, { clock: tickingClock() });
    writer.fault({ fault: 0, stage: "inject", spec });
    writer.fault({ fault: 0, stage: "in-force", evidence: "gone", rewind });
    writer.fault({ fault: 0, stage: "heal" });
    writer.fault({ fault: 0, stage: "not-over", evidence: "late", rewind });
    writer.invoke({ process: 0, node: "n1", input: read });
    writer.complete({ process: 0, outcome: answer(8, "2") });
    await writer.close();
    const history = await readHistory(path);
    expect(history.faults).toMatchObject([{ rewind, inForceEvidence: "gone", trouble: "late" }]);
    const again = history.faults.flatMap(faultMoments).map(({ event }) => event);
    expect(again).toMatchObject([
      { stage: "inject" },
      { stage: "in-force", rewind },
      { stage: "heal" },
      { stage: "not-over", rewind },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("is no reason to cry for those who look on", () => {
  const objections: string[] = [];
  const clock = tickingClock();
  const silent = openHistoryWriter("/dev/null", sampleHeader, { clock });
  const recorder = followed(silent, {
    checkers: { "monotonic-revision": monotonicRevision() },
    ...{ clock, onFinding: (_, { message }) => objections.push(message) },
  });
  const ask = (process: number, revision: number) => {
    recorder.invoke({ process, node: "n1", input: read });
    recorder.complete({ process, outcome: answer(revision, "1") });
  };
  ask(0, 9);
  recorder.invoke({ process: 1, node: "n1", input: read });
  recorder.fault({ fault: 0, stage: "inject", spec });
  recorder.fault({ fault: 0, stage: "in-force", rewind });
  recorder.complete({ process: 1, outcome: answer(9, "1") });
  ask(2, 7);
  expect(objections).toEqual([]);
  ask(3, 6);
  expect(objections).toHaveLength(1);
});

const context = { thread: 0, threads: 1 };
const allAccounts = Array.from({ length: 8 }, (_, account) => ({
  ...{ key: `bank/${account}`, balance: 1, by: 1, modRevision: 4 },
}));

it.each([
  ["register", register(options), { value: 5, modRevision: 4, version: 1, createRevision: 4 }],
  ["set", set(options), { elements: [5], modRevision: 4 }],
  [
    "append",
    append(options),
    { applied: false, lists: Array(4).fill({ elements: [5], modRevision: 4 }) },
  ],
  ["bank", bank(options), { accounts: allAccounts }],
])("takes all knowledge from threads of %s", (_, workload, output) => {
  const make = () => workload.thread({ ...context, random: seededRandom(3) }) as Thread;
  const [told, forgot] = [make(), make()];
  const inputs = (thread: Thread) =>
    Array.from({ length: 30 }, () => JSON.stringify(thread.next()));
  for (const thread of [told, forgot]) {
    for (let i = 0; i < 30; i++) thread.saw?.(thread.next(), output);
  }
  forgot.forget?.();
  expect(inputs(forgot).join()).not.toMatch(/"(expectedRevision|modRevision)":4/);
  expect(inputs(told).join()).toMatch(/"(expectedRevision|modRevision)":4/);
});
