import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HistoryHeader } from "../core/history.js";
import { ordeal, type Said } from "./cli.fixture.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-cli-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** One sentence, the right code, no stack trace. */
function expectComplaint(said: Said, code: number, sentence: RegExp): void {
  expect(said.text).toMatch(sentence);
  expect(said.text).not.toMatch(/\n\s+at /);
  expect(said.text.trim().split("\n")).toHaveLength(1);
  expect(said.code).toBe(code);
}

describe("ordeal bugs", () => {
  it.each([
    [["--case", "watch-minus-two"], /expected --case to be of .* did you mean "watch-minus-one"/],
    [["--trials", "0"], /expected --trials to be a whole number from 1 on, got 0/],
    [["--trials", "1.5"], /expected --trials to be a whole number from 1 on, got 1.5/],
    [["--seed", "-1"], /expected --seed to be a whole number from 0 on, got -1/],
    [["--checker-timeout", "soon"], /expected --checker-timeout to be a duration/],
    [["--etcd", ","], /expected --etcd to name a version, an image or a path, got nothing/],
  ])("%j is wrong usage", async (words, sentence) => {
    const results = join(folder, "results");
    expectComplaint(await ordeal("bugs", ...words, "--results", results), 64, sentence);
  });
});

describe("ordeal test --shape", () => {
  it.each([
    [["--shape", "txn-range"], /expected --shape to be of .*, got "txn-range"/],
    [
      ["--workload", "register", "--shape", "txn-range-at-revision"],
      /--shape txn-range-at-revision means nothing to the workload register: it leaves nothing out/,
    ],
    [
      ["--workload", "watch", "--shape", "txn-range-at-revision"],
      /means nothing to the workload watch: expected hundreds-of-compacted-watches/,
    ],
  ])("%j is wrong usage", async (words, sentence) => {
    expectComplaint(await ordeal("test", ...words), 64, sentence);
  });
});

describe("ordeal rollout", () => {
  const change = ["--to-etcd", "3.5.16"];

  it.each([
    [[], /expected --to or --to-etcd to be another than --from and --from-etcd: there is nothing/],
    [["--from", "a.yml", "--to", "a.yml"], /there is nothing to roll out/],
    [["--to-etcd", "3.5.30"], /there is nothing to roll out/],
    [["--to-etcd", "3.5.16,3.5.30"], /a rollout is one change: expected one --to-etcd/],
    [[...change, "--cluster", "simulated"], /a rollout needs nodes with an etcd .* simulated/],
    [
      [...change, "--etcd", "3.5.16"],
      /`ordeal rollout` has no --etcd: give --from and --from-etcd/,
    ],
    [[...change, "--config", "a.yml", "--keep"], /`ordeal rollout` has no --config, --keep/],
    [[...change, "--nemesis", "kill,rollout"], /changes nodes by itself: leave rollout out/],
    [[...change, "--time-limit", "20"], /expected --time-limit to be at least \d+s, .* got 20/],
    [[...change, "--target", "n9"], /expected --target to be of one, .*, got "n9"/],
    [[...change, "--repeat", "0"], /expected --repeat to be a whole number from 1 on, got 0/],
    [[...change, "--max-availability-loss", "-1"], /--max-availability-loss .* from 0 on, got -1/],
    [[...change, "--max-outage-increase", "soon"], /--max-outage-increase to be a duration/],
  ])("%j is wrong usage", async (words, sentence) => {
    const results = join(folder, "results");
    expectComplaint(await ordeal("rollout", ...words, "--results", results), 64, sentence);
  });

  it("a file that is missing or no YAML is wrong usage, whichever side it is for", async () => {
    const none = join(folder, "none.yml");
    const damaged = join(folder, "damaged.yml");
    writeFileSync(damaged, "a: [1, 2\nb: }");
    for (const option of ["--from", "--to"]) {
      const missing = await ordeal("rollout", option, none, ...change, "--results", folder);
      expectComplaint(missing, 64, /none\.yml cannot be read: there is no such file/);
      const torn = await ordeal("rollout", option, damaged, ...change, "--results", folder);
      expectComplaint(torn, 64, /damaged\.yml is not YAML \(line \d/);
    }
  });
});

describe("ordeal test", () => {
  it.each([
    [["--workload", "regster"], /expected --workload .*, got "regster": did you mean "register"\?/],
    [["--nemesis", "patition"], /got "patition": did you mean "partition"\?/],
    [["--nemesis", "kill,earthquake"], /expected --nemesis to be of .*, got "earthquake"/],
    [["--nodes", "2"], /expected --nodes 1, 3, 5 or 7, got 2/],
    [["--nodes", "0"], /expected --nodes 1, 3, 5 or 7, got 0/],
    [["--nodes", "many"], /expected --nodes 1, 3, 5 or 7, got NaN/],
    [["--nodes", "1", "--nemesis", "partition"], /"partition" needs at least \d nodes/],
    [["--target", "leader"], /--target says whom faults hit: give --nemesis too, or leave it out/],
    [["--nemesis", "kill", "--target", "n9"], /expected --target to be of one, .*, got "n9"/],
    [["--nemesis", "admin,restore", "--target", "n1"], /"restore" has no fault .* no --target/],
    [["--rate", "-5"], /expected --rate to be a number above 0, got -5/],
    [["--concurrency", "0"], /expected --concurrency to be a whole number from 1 on, got 0/],
    [["--time-limit", "soon"], /expected --time-limit to be a duration .*, got "soon"/],
    [
      ["--workload", "lock", "--serializable"],
      /--serializable means nothing to the workload lock: leave it out, or take one of register, append, bank, set, wr/,
    ],
    [["--data", "floppy"], /expected --data tmpfs or disk, got "floppy"/],
    [["--cluster", "kubernetes"], /expected --cluster docker or simulated, got "kubernetes"/],
    [["--cluster", "simulated", "--bug", "typo"], /expected --bug .*stale-read.* got "typo"/],
    [["--cluster", "simulated", "--tls"], /a simulated cluster has no use for --tls/],
    [
      ["--cluster", "simulated", "--nemesis", "disk-stall"],
      /"disk-stall" needs what this simulated cluster cannot do: disk-stall/,
    ],
    [["--bug", "stale-read"], /give --cluster simulated with --bug/],
    [["--seed", "1.5"], /expected --seed to be a whole number from 0 on, got 1.5/],
    [["--nemsis", "kill"], /Unknown argument/],
    [["--nemesis", "rollout"], /--nemesis rollout has nothing to change nodes to: give --to,/],
    [
      ["--to-etcd", "3.5.16"],
      /--to and --to-etcd are for --nemesis rollout, upgrade and re.*: give/,
    ],
    [["--to-etcd", "3.5.16", "--nemesis", "reconfigure"], /--to-etcd is for --nemesis rollout and/],
    [["--to", "a.yml", "--nemesis", "upgrade"], /--nemesis upgrade has nothing .* --to-etcd, one/],
    [["--to", "a.yml", "--nemesis", "rollout,reconfigure"], /rollout has nothing .* since --to is/],
    [["--cluster", "simulated", "--to", "new.yml"], /a simulated cluster has no use for --to:/],
  ])("%j is wrong usage", async (words, sentence) => {
    const results = join(folder, "results");
    expectComplaint(await ordeal("test", ...words, "--results", results), 64, sentence);
  });

  it("a results folder that cannot be written is wrong usage", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const said = await ordeal("test", "--results", join(file, "results"));
    expectComplaint(said, 64, /the results folder .* cannot be written .*--results/);
  });

  it("a config file that is missing is wrong usage", async () => {
    const said = await ordeal("test", "--results", folder, "--config", join(folder, "none.yml"));
    expectComplaint(said, 64, /none\.yml/);
  });

  it("a config file that is not YAML is wrong usage", async () => {
    const config = join(folder, "etcd.yml");
    writeFileSync(config, "snapshot-count: [1, 2\nheartbeat: }");
    expectComplaint(await ordeal("test", "--results", folder, "--config", config), 64, /etcd\.yml/);
  });

  it.each([
    ["--cluster docker asks for it", ["--cluster", "docker"], ""],
    ["it was to run a certain etcd", ["--etcd", "3.4.23"], ""],
    ["a job in CI might take a simulation for it", [], "true"],
  ])("an engine that does not answer is a failed harness where %s", async (_why, words, ci) => {
    vi.stubEnv("DOCKER_HOST", "tcp://127.0.0.1:1");
    vi.stubEnv("CI", ci);
    const said = await ordeal("test", "--results", folder, ...words);
    vi.unstubAllEnvs();
    expectComplaint(said, 3, /No Docker engine answers: .*127.0.0.1:1/);
    if (ci) expect(said.text).toContain("only where --cluster simulated asks for one.");
  });
});

describe("ordeal", () => {
  it("without a command says what there is", async () => {
    expectComplaint(await ordeal(), 64, /expected a command, got none/);
  });

  it("with a command that is nearly one suggests it", async () => {
    expectComplaint(await ordeal("tset"), 64, /test/);
  });

  it("list says which kinds of cluster can do what a nemesis does", async () => {
    const { text, code } = await ordeal("list", "nemeses", "--json");
    const { nemeses } = JSON.parse(text) as { nemeses: { name: string; needs: string[] }[] };
    const whereOf = (name: string) => nemeses.find((row) => row.name === name)?.needs.at(-1);
    expect(whereOf("kill")).toBe("a cluster of the kind docker or simulated");
    expect(whereOf("clock")).toBe("a cluster of the kind docker or simulated");
    expect(whereOf("disk-stall")).toBe("a cluster of the kind docker");
    expect(code).toBeUndefined();
  });

  it("list of what is not there is wrong usage", async () => {
    expectComplaint(await ordeal("list", "workload"), 64, /did you mean "workloads"/);
  });

  it("serve on a port that cannot be is wrong usage", async () => {
    expectComplaint(await ordeal("serve", "--port", "-1"), 64, /--port/);
  });
});

const header: HistoryHeader = {
  ordeal: "history",
  version: 1,
  run: "r1",
  startedAt: "2026-11-22T17:00:00.000Z",
  seed: 1,
  cluster: { kind: "docker", nodes: ["n1"], versions: { n1: "3.5.30" } },
  workload: { name: "register", options: { opsPerKey: 200, serializable: false } },
  nemeses: [],
  concurrency: 1,
  rate: 10,
  timeLimitMs: 1000,
};

const events = [
  { type: "phase", phase: "main" },
  { type: "invoke", process: 0, node: "n1", input: { f: "write", key: "a", value: 1 } },
  {
    type: "ok",
    process: 0,
    output: { revision: 2 },
    header: { clusterId: "1", memberId: "1", revision: 2, raftTerm: 1 },
  },
  { type: "phase", phase: "healing" },
  { type: "phase", phase: "end" },
].map((event, index) => ({ index, at: index * 1000, ...event }));

function lines(changes: Partial<HistoryHeader> = {}): string[] {
  return [{ ...header, ...changes }, ...events].map((line) => JSON.stringify(line));
}

async function check(text: string): Promise<Said> {
  const path = join(folder, "history.ndjson");
  writeFileSync(path, text);
  return ordeal("check", path);
}

describe("ordeal check", () => {
  it("judges a history that is whole, and finds that it proves too little", async () => {
    const said = await check(`${lines().join("\n")}\n`);
    expect(said.text).toMatch(/INCONCLUSIVE/);
    expect(said.code).toBe(2);
  });

  it("judges a history whose last line is torn, and says so", async () => {
    const text = lines().join("\n");
    const said = await check(text.slice(0, -5));
    expect(said.text).toMatch(/torn/);
    expect(said.code).toBe(2);
  });

  it.each([
    ["nothing at all", ""],
    ["another file", '{"some":"json"}\n'],
    ["no JSON", "hello\nworld\n"],
    ["a future version", `${lines({ version: 99 }).join("\n")}\n`],
    [
      "an unknown workload",
      `${lines({ workload: { ...header.workload, name: "x" } }).join("\n")}\n`,
    ],
    ["a torn header", lines()[0]?.slice(0, 40) ?? ""],
  ])("%s is wrong usage", async (_, text) => {
    expectComplaint(await check(text), 64, /ordeal: /);
  });

  it("names the line that is broken in the middle", async () => {
    const broken = lines();
    broken[2] = broken[2]?.slice(0, 20) ?? "";
    expectComplaint(await check(`${broken.join("\n")}\n`), 64, /line 3/);
  });

  it("names a file that is not there", async () => {
    expectComplaint(await ordeal("check", join(folder, "none")), 64, /none does not exist/);
  });

  it("prints one JSON object on standard output where asked to, and nothing else", async () => {
    const path = join(folder, "history.ndjson");
    writeFileSync(path, `${lines().join("\n")}\n`);
    const said = await ordeal("check", path, "--json");
    const verdict = JSON.parse(said.text) as { validity: string };
    expect(verdict.validity).toBe("unknown");
  });
});
