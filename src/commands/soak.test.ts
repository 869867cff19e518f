import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Night } from "../campaign/soak/night.js";
import { thisProcess } from "../cluster/docker/owner.js";
import { ordeal } from "./cli.fixture.js";

const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-soak-"));
});
afterEach(() => {
  rmSync(results, { recursive: true });
});

/** In this process, for what ends before anything is run. */
function refused(...words: string[]) {
  return ordeal("soak", "--results", results, ...words);
}

const job = ["--cluster", "simulated", "--time-limit", "10", "--keep-passing", "all"];
/** Each run is a process of its own, and machines are slow at times. */
const patienceMs = 120_000;

/** As a user starts it. */
function start(...words: string[]) {
  return execa(process.execPath, ["--import", "tsx", cli, "soak", "--results", results, ...words], {
    reject: false,
  });
}

function nights(): Night[] {
  return readdirSync(results)
    .map((name) => join(results, name, "night.json"))
    .filter((file) => existsSync(file))
    .sort()
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as Night);
}

describe("ordeal soak", { timeout: patienceMs }, () => {
  it.each([
    [[], /expected --for 8h or --runs 200/],
    [["--for", "30s", "--time-limit", "60"], /expected --for to be longer than one run.*got 30s/],
    [["--runs", "0"], /expected --runs to be a whole number from 1 on, got 0/],
    [["--runs", "3", "--workload", "regster"], /expected --workload .*got "regster"/],
    [["--runs", "3", "--nemesis", "kill", "earthquake"], /got "earthquake"/],
    [["--runs", "3", "--nemesis", "partition", "--nodes", "5", "1"], /needs at least \d nodes/],
    [["--runs", "3", "--workload", ","], /expected a matrix of at least one workload/],
    [["--runs", "3", "--shard", "6/5"], /expected --shard to be a part of all.*"6\/5"/],
    [["--runs", "3", "--max-disk", "much"], /expected --max-disk to be a size.*"much"/],
    [["--runs", "3", "--metrics-port", "-1"], /expected --metrics-port to be a whole number/],
    [["--runs", "3", "--config", "none.yml"], /none.yml cannot be read/],
    [["--campaign", "none.yml"], /the campaign .*none.yml cannot be read/],
  ])("%j is wrong usage", async (words, sentence) => {
    const { text, code } = await refused(...words);
    expect(text).toMatch(sentence);
    expect(text.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(64);
    expect(readdirSync(results)).toEqual([]);
  });

  it.each([
    ["workload: [register", /is not YAML \(line 1, column/],
    ["wokload: register", /there is no option "wokload", only workload, /],
    ["runs: many", /"runs" .*expected/],
  ])("a campaign %j is wrong usage", async (yaml, sentence) => {
    const file = join(results, "nightly.yml");
    writeFileSync(file, yaml);
    const { text, code } = await refused("--campaign", file);
    expect(text).toMatch(sentence);
    expect(code).toBe(64);
  });

  it("asks each workload for those shapes that it has, and refuses one that none of them has", async () => {
    const words = ["--runs", "2", "--workload", "kv", "election", "register"];
    const shapes = ["txn-range-at-revision", "candidate-whose-lease-ends"];
    const { exitCode } = await start(...words, "--shape", ...shapes, "--print-config");
    expect(exitCode).toBe(0);
    const { text, code } = await refused(...words, "--shape", "hundreds-of-compacted-watches");
    expect(text).toMatch(/--shape hundreds-of-compacted-watches means nothing to the workload kv/);
    expect(code).toBe(64);
  });

  it("takes a file, which the command line overrules, and shows what that comes to", async () => {
    const file = join(results, "nightly.yml");
    writeFileSync(
      file,
      "nemesis: [[kill, pause], partition, []]\nnodes: [3, 5]\nruns: 9\ntime-limit: 30s\n",
    );
    const { stdout } = await start("--campaign", file, "--nodes", "5", "--print-config");
    expect(JSON.parse(stdout)).toMatchObject({
      matrix: { nemeses: [["kill", "pause"], ["partition"], []], nodes: [5] },
      budget: { runs: 9 },
      leastRunMs: 30_000,
    });
  });

  it("leaves a night that is refused to another campaign, and to a second process", async () => {
    const { exitCode } = await start(...job, "--runs", "1", "--nemesis", "kill");
    expect(exitCode).toBe(0);
    const other = await refused(...job, "--runs", "1", "--nemesis", "pause");
    expect(other.text).toMatch(/holds a campaign with other cells .*--results/);
    expect(other.code).toBe(64);
    writeFileSync(join(results, ".lock"), JSON.stringify(thisProcess()));
    const second = await refused(...job, "--runs", "1", "--nemesis", "kill");
    expect(second.text).toMatch(/another campaign works in .*process \d+/);
    expect(second.code).toBe(64);
  });

  it("is stopped in order by SIGTERM, and goes on where it was with the same runs", async () => {
    const words = [...job, "--runs", "3", "--seed", "5", "--nemesis", "kill", "pause"];
    const first = start(...words);
    for await (const line of first.iterable({ from: "stderr" })) {
      if (line.startsWith("run 0 ")) first.kill("SIGTERM");
    }
    await first;
    const [half] = nights();
    expect(half?.ended).toBeUndefined();
    expect(half?.runs.length).toBeGreaterThan(0);
    expect(half?.runs.length).toBeLessThan(3);
    expect(existsSync(join(results, ".lock"))).toBe(false);

    const { exitCode, stderr } = await start(...words);
    expect(stderr).toContain(`going on after ${half?.runs.length ?? 0} runs`);
    expect(exitCode).toBe(0);
    const [whole, ...more] = nights();
    expect(more).toEqual([]);
    expect(whole?.runs.slice(0, half?.runs.length)).toEqual(half?.runs);
    expect(whole?.runs.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(whole?.ended).toBe("budget");
    for (const run of whole?.runs ?? []) {
      expect(existsSync(join(results, whole?.name ?? "", run.folder ?? "", "report.html"))).toBe(
        true,
      );
    }
    for (const page of ["index.html", "summary.json", "junit.xml", "summary.md"]) {
      expect(readFileSync(join(results, page), "utf8")).toContain("simulated");
    }
  });

  it("ends with a violation, says so with exit code 1, and keeps that run whole", async () => {
    // A seed by which each run is the same wherever it is made: who finds the bug differs by seed.
    const words = [...job, "--runs", "5", "--bug", "lost-write", "--until-failure", "--seed", "1"];
    const { exitCode, stdout } = await start(...words, "--keep-passing", "none", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 1, tally: { invalid: 1 } });
    const [night] = nights();
    const found = night?.runs.find(({ outcome }) => outcome === "invalid");
    expect(night?.ended).toBe("until-failure");
    expect(
      existsSync(join(results, night?.name ?? "", found?.folder ?? "", "history.ndjson")),
    ).toBe(true);
    expect(found?.findings.map(({ checker }) => checker)).toContain("linearizable");
  });

  it("ends in a sentence where its metrics cannot be served", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { exitCode, stderr } = await start(...job, "--runs", "1", "--metrics-port", `${port}`);
    taken.close();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/port \d+ cannot be listened on .*another with --metrics-port/);
  });

  it("begins no night of real clusters where no engine answers", async () => {
    const words = ["--cluster", "docker", "--time-limit", "10", "--runs", "1", "--json"];
    const { exitCode, stderr } = await execa(
      process.execPath,
      ["--import", "tsx", cli, "soak", "--results", results, ...words],
      { reject: false, env: { DOCKER_HOST: "tcp://127.0.0.1:1" } },
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/No Docker engine answers/);
    expect(nights()).toEqual([]);
  });
});
