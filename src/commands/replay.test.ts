import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plan } from "../core/run.js";
import { embedding } from "../report/report-data.js";
import { findRuns } from "../store/find-runs.js";
import { openRunFolder, type RunFolder } from "../store/run-folder.js";
import { ordeal, type Said } from "./cli.fixture.js";

// The page itself is not built where unit tests run.
vi.mock("../report/load-template.js", () => ({
  loadTemplate: () =>
    `<html><head><title>ordeal</title></head><body>${embedding.placeholder}</body></html>`,
}));

let home: string;
/** Where each test's own runs go. */
let results: string;
/** Saved runs: one that found a violation, and one that found none. */
let bad: RunFolder;
let good: RunFolder;

async function record(...words: string[]): Promise<RunFolder> {
  const place = mkdtempSync(join(home, "saved-"));
  await ordeal("test", "--cluster", "simulated", ...words, "--results", place);
  const [run] = findRuns(place);
  if (!run) throw new Error("nothing was recorded");
  return run.folder;
}

const load = ["--rate", "400", "--concurrency", "40", "--seed", "8", "--nemesis-interval", "5"];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "ordeal-replay-command-"));
  const faults = ["--nemesis", "partition,kill,pause", "--time-limit", "12"];
  bad = await record(...load, ...faults, "--bug", "stale-read");
  good = await record(...load, ...faults);
}, 60_000);
afterAll(() => {
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  results = mkdtempSync(join(home, "results-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const replay = (folder: RunFolder, ...words: string[]) =>
  ordeal("replay", folder.path, "--results", results, ...words);
const runs = () => findRuns(results).map(({ folder }) => folder);
const historyOf = ({ history }: RunFolder) => readFileSync(history);

/** A copy of the saved run with its plan changed. */
function withPlan(change: (plan: Plan) => unknown, folder = bad): RunFolder {
  const path = join(mkdtempSync(join(home, "changed-")), "name", "time");
  cpSync(folder.path, path, { recursive: true });
  const plan = folder.readPlan();
  if (!plan) throw new Error("the saved run has no plan");
  writeFileSync(join(path, "plan.json"), JSON.stringify(change(plan)));
  return openRunFolder(path);
}

describe("a replay on a simulated cluster", () => {
  it("fails again with the same history to the byte, and exits with 1", async () => {
    expect(bad.readVerdict()?.validity).toBe("invalid");
    const said = await replay(bad);
    expect(said.code).toBe(1);
    expect(said.text).toContain("the history is the same to the byte as the saved one");
    expect(said.text).toMatch(/REPRODUCED {2}the violation of .* showed in 1 of 1 try\./);
    const [again] = runs();
    expect(again && historyOf(again).equals(historyOf(bad))).toBe(true);
    expect(again?.readPlan()?.command).toBe(bad.readPlan()?.command);
  });

  it("of a valid run is valid, and exits with 0", async () => {
    const said = await replay(good);
    expect(said.code).toBe(0);
    expect(said.text).toContain("NOT REPRODUCED");
    expect(said.text).toContain("the same to the byte");
  });

  it("keeps every run, and says the same of each", async () => {
    const said = await replay(bad, "--times", "2", "--json");
    const told = JSON.parse(said.output) as Record<string, unknown>;
    expect(told).toMatchObject({ failed: 2, tries: 2, sameHistory: true, exitCode: 1 });
    // They are the same try twice, and no measure of how often it fails.
    expect(told).not.toHaveProperty("interval");
    expect(runs()).toHaveLength(2);
    expect(said.code).toBe(1);
  });

  it("until it fails ends after one try, since each would be the same", async () => {
    expect((await replay(good, "--until-failure")).code).toBe(0);
    expect(runs()).toHaveLength(1);
  });

  it("whose history differs says so, and counts the verdict", async () => {
    const other = withPlan((plan) => ({ ...plan, tool: "0.0.1" }));
    const text = historyOf(other).toString();
    writeFileSync(
      other.history,
      text.replace(
        /"at":\d+,"type":"phase","phase":"healing"/,
        '"at":1,"type":"phase","phase":"healing"',
      ),
    );
    const said = await replay(other);
    expect(said.text).toMatch(
      /the same as the saved one for [\d,]+ of its [\d,]+ lines: ordeal 0\.0\.1 made the saved one/,
    );
    expect(said.code).toBe(1);
  });

  it("of a run that was killed gives the rest of its history", async () => {
    const killed = withPlan((plan) => ({ ...plan, schedule: [] }));
    rmSync(join(killed.path, "verdict.json"));
    const lines = historyOf(killed).toString().split("\n");
    writeFileSync(killed.history, `${lines.slice(0, -300).join("\n")}\n`);
    const said = await replay(killed);
    expect(said.text).toContain("the saved one ends there");
    expect(said.text).toContain("REPRODUCED");
  });
});

describe("shrinking the schedule of a simulated run", () => {
  it("drops faults that do not matter, and leaves a plan that fails again exactly", async () => {
    const said = await replay(bad, "--shrink-schedule", "--json");
    const told = JSON.parse(said.output) as {
      from: { faults: number };
      to: { faults: number; timeLimitMs: number; schedule: unknown[] };
      shortest: { folder: string };
      interval: { low: number };
    };
    expect(said.code).toBe(1);
    expect(told.from.faults).toBeGreaterThan(3);
    expect(told.to.faults).toBe(1);
    expect(told.to.timeLimitMs).toBeLessThan(12_000);
    const small = openRunFolder(told.shortest.folder);
    expect(small.readPlan()?.plannedFaults).toEqual(told.to.schedule);
    rmSync(join(results, "latest"));

    const again = await replay(small);
    expect(again.code).toBe(1);
    expect(again.text).toContain("the history is the same to the byte as the saved one");
    expect(readdirSync(results).filter((name) => name.includes("-shrink-"))).toEqual([]);
  }, 120_000);

  it("of a run without a violation is wrong usage", async () => {
    const said = await replay(good, "--shrink-schedule");
    expect(said.text).toMatch(/expected a run that found a violation with --shrink-schedule/);
    expect(said.code).toBe(64);
  });
});

describe("what cannot be replayed", () => {
  function expectComplaint({ text, code }: Said, expected: number, sentence: RegExp): void {
    expect(text).toMatch(sentence);
    expect(text).not.toMatch(/\n\s+at /);
    expect(text.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(expected);
    expect(runs()).toEqual([]);
  }

  const options = (changes: object) => (plan: Plan) => ({
    ...plan,
    options: { ...plan.options, ...changes },
  });

  it.each<[string, (plan: Plan) => unknown, RegExp]>([
    [
      "a workload",
      options({ workload: "tombola" }),
      /with the workload "tombola", but this .* only/,
    ],
    ["a nemesis", options({ nemeses: ["quake"] }), /with the nemesis "quake", but this .* only/],
    ["a bug", options({ bugs: ["typo"] }), /expected --bug .*got "typo"/],
    ["a kind of cluster", options({ cluster: "cloud" }), /expected --cluster .* got "cloud"/],
    [
      "a nemesis in its schedule",
      (plan) => ({
        ...plan,
        plannedFaults: [{ spec: { ...plan.schedule[0]?.spec, nemesis: "quake" }, atNs: 1 }],
      }),
      /with the nemesis "quake"/,
    ],
  ])("is a run with %s that this version does not know", async (_, change, sentence) => {
    expectComplaint(await replay(withPlan(change)), 64, sentence);
  });

  it.each<[string, (plan: Plan) => unknown, RegExp]>([
    ["is no plan", () => ["plan"], /was expected to be a plan of ordeal/],
    ["is of a later version", (plan) => ({ ...plan, version: 2 }), /a plan of ordeal in version 1/],
    ["lacks its options", (plan) => ({ ...plan, options: {} }), /is damaged: options\.cluster/],
    [
      "aims at nothing",
      options({ target: { kinds: ["x"] } }),
      /is damaged: options\.target\.kinds/,
    ],
    ["has a load without end", options({ timeLimitMs: null }), /is damaged: options\.timeLimitMs/],
    [
      "plays a scenario",
      options({ scenario: "watch-minus-one", timeLimitMs: 0 }),
      /the run plays the scenario watch-minus-one, .*: `.+` plays it again/,
    ],
    [
      "has a fault without a time",
      (plan) => ({ ...plan, schedule: [{ spec: plan.schedule[0]?.spec }] }),
      /is damaged: schedule\.0\.injectedAtNs/,
    ],
    [
      "has a fault without nodes",
      (plan) => ({ ...plan, plannedFaults: [{ spec: { nemesis: "kill" }, atNs: 1 }] }),
      /is damaged: plannedFaults\.0\.spec\.nodes/,
    ],
    [
      "harms a node that is not there",
      (plan) => ({
        ...plan,
        plannedFaults: [{ spec: { ...plan.schedule[0]?.spec, nodes: ["n9"] }, atNs: 1 }],
      }),
      /is damaged: a fault of .* harms "n9"/,
    ],
  ])("is a run whose plan %s", async (_, change, sentence) => {
    expectComplaint(await replay(withPlan(change)), 64, sentence);
  });

  it("is a run whose plan is not JSON", async () => {
    const folder = withPlan(() => ({}));
    writeFileSync(join(folder.path, "plan.json"), '{"ordeal":"pl');
    expectComplaint(await replay(folder), 64, /plan\.json is not JSON/);
  });

  it("is a history without a plan", async () => {
    const alone = join(results, "alone.ndjson");
    cpSync(bad.history, alone);
    const said = await ordeal("replay", alone, "--results", results);
    expectComplaint(
      said,
      64,
      /expected a run's folder with a plan\.json, but there is none beside/,
    );
    const folder = withPlan(() => ({}));
    rmSync(join(folder.path, "plan.json"));
    expectComplaint(await replay(folder), 64, /with a plan\.json, but there is none beside/);
  });

  it("is what is not there", async () => {
    const said = await ordeal("replay", join(results, "none"), "--results", results);
    expectComplaint(said, 64, /none does not exist/);
  });

  it.each([
    [["--times", "0"], /expected --times to be a whole number from 1 on, got 0/],
    [["--times", "often"], /expected --times to be a whole number from 1 on, got NaN/],
    [["--at-least", "2"], /expected --at-least together with --shrink-schedule/],
    [["--shrink-schedule", "--times", "3", "--at-least", "4"], /at most --times, 3, got 4/],
    [["--shrink-schedule", "--until-failure"], /--until-failure or --shrink-schedule, got both/],
    [["--until-falure"], /Unknown argument/],
  ])("with %j is wrong usage", async (words, sentence) => {
    expectComplaint(await replay(bad, ...words), 64, sentence);
  });
});

describe("a run on a docker cluster", () => {
  const docker = (changes: object = {}) =>
    withPlan((plan) => ({
      ...plan,
      options: { ...plan.options, cluster: "docker", bugs: [], ...changes },
      config: {},
    }));

  it("cannot be replayed without an engine: the harness fails", async () => {
    vi.stubEnv("DOCKER_HOST", "tcp://127.0.0.1:1");
    const said = await replay(docker());
    expect(said.text).toMatch(/ordeal: No Docker engine answers: .*127\.0\.0\.1:1/);
    expect(said.code).toBe(3);
    expect(runs()).toEqual([]);
  });
});
