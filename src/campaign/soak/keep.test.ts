import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CampaignFolder, openCampaignFolder } from "../../store/campaign-folder.js";
import { keepOf, keepRun, makeRoom } from "./keep.js";
import type { Night, NightRun, RunOutcome } from "./night.js";

const historyBytes = 100_000;
let root: string;
let folder: CampaignFolder<Night>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ordeal-keep-"));
  folder = openCampaignFolder(root);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function runIn(night: string, name: string, outcome: RunOutcome): NightRun {
  const path = join(folder.pathOf(night), name);
  mkdirSync(join(path, "logs"), { recursive: true });
  writeFileSync(join(path, "history.ndjson"), Buffer.alloc(historyBytes));
  for (const file of ["plan.json", "verdict.json", "logs/n1.log"]) {
    writeFileSync(join(path, file), "{}");
  }
  return {
    number: 0,
    cell: { workload: "register", nemeses: [], etcd: "3.5.30", nodes: 3 },
    seed: 1,
    attempt: 1,
    startedAt: "",
    wallMs: 1,
    outcome,
    sentence: "",
    findings: [],
    command: "",
    folder: name,
    kept: "all",
  };
}

function nightOf(name: string, runs: readonly NightRun[]): Night {
  return {
    ordeal: "night",
    version: 1,
    tool: "0.0.0",
    name,
    startedAt: "",
    seed: 1,
    budget: "",
    cells: [],
    runs,
  };
}

describe("what is left of a run", () => {
  it("that passed is what was asked for; of any other it is all", () => {
    const passed = runIn("a", "r", "valid");
    expect(keepOf(passed, "none")).toBe("none");
    for (const outcome of ["invalid", "unknown", "failed"] as const) {
      expect(keepOf({ ...passed, outcome }, "none")).toBe("all");
    }
  });

  it("is verdict and plan, or nothing", () => {
    const run = runIn("a", "r", "valid");
    const path = join(root, "a/r");
    expect(keepRun(run, "summary", join(root, "a"))).toEqual({ ...run, kept: "summary" });
    expect(readdirSync(path).sort()).toEqual(["plan.json", "verdict.json"]);
    const gone = keepRun(run, "none", join(root, "a"));
    expect(gone).toMatchObject({ kept: "none" });
    expect(gone).not.toHaveProperty("folder");
    expect(existsSync(path)).toBe(false);
  });
});

describe("room", () => {
  const makeNights = () => [
    nightOf("a", [runIn("a", "pass", "valid"), runIn("a", "found", "invalid")]),
    nightOf("b", [runIn("b", "unclear", "unknown"), runIn("b", "pass", "valid")]),
  ];
  const keptOf = (nights: readonly Night[]) =>
    nights.flatMap(({ name, runs }) => runs.map((run) => `${name} ${run.outcome} ${run.kept}`));

  it("is made of runs that passed first, the oldest first, and no more than is needed", () => {
    const { nights, isFull } = makeRoom(makeNights(), { folder, maxBytes: 3.5 * historyBytes });
    expect(isFull).toBe(false);
    expect(keptOf(nights)).toEqual([
      "a valid summary",
      "a invalid all",
      "b unknown all",
      "b valid all",
    ]);
  });

  it("is made of those that proved nothing then", () => {
    const { nights, isFull } = makeRoom(makeNights(), { folder, maxBytes: 1.5 * historyBytes });
    expect(isFull).toBe(false);
    expect(keptOf(nights)).toEqual([
      "a valid summary",
      "a invalid all",
      "b unknown summary",
      "b valid summary",
    ]);
  });

  it("is never made of a violation: then it is full", () => {
    const { nights, isFull } = makeRoom(makeNights(), { folder, maxBytes: historyBytes / 2 });
    expect(isFull).toBe(true);
    expect(keptOf(nights)).toEqual([
      "a valid none",
      "a invalid all",
      "b unknown none",
      "b valid none",
    ]);
    expect(existsSync(join(root, "a/found/history.ndjson"))).toBe(true);
  });
});
