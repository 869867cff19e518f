import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultFigures, Leg, RolloutRecord } from "../campaign/rollout/rollout-record.js";
import { listMade } from "../cluster/docker/clean.js";
import { connectEngine, type Engine } from "../cluster/docker/engine.js";
import type { Plan } from "../core/run.js";
import { killAll, ordeal, start } from "./cli-process.fixture.js";

let folder: string;
let engine: Engine;

beforeAll(async () => {
  engine = await connectEngine();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-rollout-"));
});
afterEach(async () => {
  killAll();
  await ordeal("clean");
  rmSync(folder, { recursive: true });
});

/** A file of the test's, and its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Short, and still long enough for a change and a kill to come and go where others need the machine. */
const short = ["--nodes", "1", "--time-limit", "12", "--repeat", "2", "--nemesis", "kill"];

function rollout(...words: string[]): string[] {
  return ["rollout", ...short, "--results", join(folder, "results"), "--seed", "3", ...words];
}

describe("ordeal rollout", () => {
  it("changes etcd and its configuration under load, there and back, ends in order, and goes on", async () => {
    const from = file("old.yml", "heartbeat-interval: 100\n");
    const to = file("new.yml", "heartbeat-interval: 50\nsnapshot-count: 500\n");
    const words = rollout("--from", from, "--to", to, "--from-etcd", "3.5.16", "--json");
    const begun = start([...words, "--to-etcd", "3.5.30"]);
    await begun.said(/round 2 of 2, baseline:/);
    begun.child.kill("SIGTERM");
    const { code, stdout, stderr } = await begun.ended;
    expect(stderr).toMatch(/heartbeat-interval +100 +-> 50/);
    expect(stderr).toMatch(/etcd 3\.5\.16 -> 3\.5\.30/);
    expect(await leftOf(begun.child)).toEqual([]);

    const printed = JSON.parse(stdout) as RolloutRecord & { folder: string; page: string };
    expect(printed.runs.slice(0, 4).map(({ leg, outcome }) => [leg, outcome])).toEqual([
      ["baseline", "valid"],
      ["candidate", "valid"],
      ["forward", "valid"],
      ["back", "valid"],
    ]);
    expect(printed.endedEarly).toEqual({ by: "interrupt", why: "SIGTERM" });
    expect(printed.verdict.verdict).toBe("not proven");
    expect(code).toBe(2);
    expect(existsSync(printed.page)).toBe(true);

    const record = recordIn(printed.folder);
    expect(changesOf(record, "baseline")).toEqual([]);
    expect(changesOf(record, "forward")).toMatchObject([{ nodes: ["n1"] }]);
    expect(changesOf(record, "back")).toMatchObject([{ nodes: ["n1"] }, { nodes: ["n1"] }]);
    for (const change of [...changesOf(record, "forward"), ...changesOf(record, "back")]) {
      expect(change.inForceAtMs).toBeDefined();
      expect(change.overAtMs).toBeDefined();
    }

    const back = join(printed.folder, record.runs[3]?.folder ?? "");
    const plan = JSON.parse(readFileSync(join(back, "plan.json"), "utf8")) as Plan;
    expect(plan.etcd["n1"]?.version).toBe("3.5.16");
    // Ordeal's own snapshot-count would hide that the file sets one: the other side has etcd's.
    expect(plan.config["n1"]).toMatch(/snapshot-count: 100000\n/);
    expect(plan.changes?.[0]?.etcd["n1"]?.version).toBe("3.5.30");
    expect(plan.changes?.[0]?.config["n1"]).toMatch(/heartbeat-interval: 50\n/);
    const replayed = await ordeal("replay", back, "--results", join(folder, "again"), "--json");
    expect(replayed.stderr).not.toMatch(/another (build|configuration)/);
    expect(replayed.code).toBe(0);

    const again = start([...words, "--to-etcd", "3.5.30"]);
    await again.said(/going on after 4 runs in [\s\S]*round 2 of 2, baseline:/);
    again.child.kill("SIGTERM");
    const resumed = JSON.parse((await again.ended).stdout) as typeof printed;
    expect(resumed.folder).toBe(printed.folder);
    expect(resumed.runs.slice(0, 4)).toEqual(printed.runs.slice(0, 4));
  });

  it.each([
    ["a misspelt key", "hartbeat-interval: 50\n", /knows no configuration key "hartbeat-interval"/],
    [
      "another token",
      "initial-cluster-token: x\n",
      /this change cannot be tried\. initial-cluster-t/,
    ],
    [
      "what etcd refuses",
      "listen-metrics-urls: nonsense\n",
      /does not start with your configuration/,
    ],
  ])("refuses %s before the first run", async (_, text, sentence) => {
    const { code, stderr } = await ordeal(...rollout("--to", file("new.yml", text)));
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/round 1/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(64);
    expect(existsSync(join(folder, "results", "rollout"))).toBe(false);
  });
});

function recordIn(path: string): RolloutRecord {
  return JSON.parse(readFileSync(join(path, "rollout.json"), "utf8")) as RolloutRecord;
}

function changesOf({ runs }: RolloutRecord, leg: Leg): readonly FaultFigures[] {
  const faults = runs.find((run) => run.leg === leg)?.figures?.faults ?? [];
  return faults.filter(({ nemesis }) => nemesis === "rollout");
}

async function leftOf(child: ChildProcess) {
  return (await listMade(engine)).filter(({ ownerPid }) => ownerPid === child.pid);
}
