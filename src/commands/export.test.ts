import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plan } from "../core/run.js";
import { openRun } from "../store/find-runs.js";
import { openRunFolder } from "../store/run-folder.js";
import { sampleHeader } from "../testing/recorded-runs.js";
import { ordeal } from "./cli.fixture.js";

const time = "2026-11-22T17-00-00.000Z";
const key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEsecretbytes\n-----END EC PRIVATE KEY-----";

let folder: string;
let run: string;
let archive: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-export-"));
  run = join(folder, "kept", "register-kill-3.5.30", time);
  archive = join(folder, "run.tar.gz");
  mkdirSync(join(run, "logs"), { recursive: true });
  const to = openRunFolder(run);
  to.writePlan(plan());
  to.writeVerdict({
    ordeal: "verdict",
    version: 1,
    run: "r1",
    judgedAt: "2026-11-22T17:00:00.000Z",
    validity: "unknown",
    sentence: `Inconclusive. See ${run}/logs.`,
    exitCode: 2,
    checkers: {},
    incomplete: true,
  });
  writeFileSync(to.history, historyLines().join("\n"));
  writeFileSync(to.report, `<p>made on the machine, in ${folder}</p>`);
  writeFileSync(join(run, "logs", "n1.log"), `opened ${folder}/kept\n${key}\nserving\n`);
  mkdirSync(join(run, "tls"));
  writeFileSync(join(run, "tls", "client.key"), key);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function plan(): Plan {
  const config = join(homedir(), "deep", "etcd-config.yml");
  return {
    ordeal: "plan",
    version: 1,
    run: "r1",
    tool: "0.1.0",
    startedAt: "2026-11-22T17:00:00.000Z",
    command: `npx ordeal test --etcd /srv/builds/bin/etcd --config ${config} --seed 7`,
    options: {
      workload: "register",
      results: join(folder, "kept"),
      config,
      etcd: "/srv/builds/bin/etcd",
    },
    seed: 7,
    nodes: ["n1"],
    etcd: { n1: { version: "3.5.30", sha256: "ab", source: "/srv/builds/bin/etcd" } },
    config: { n1: `cert-file: /etc/ordeal/tls/server.crt\npassword: hunter2\nkey: |\n${key}\n` },
    schedule: [],
  };
}

/** The last one lacks its line break: the run was killed. */
function historyLines(): string[] {
  return [
    { ...sampleHeader, selfCheck: `a proxy of /home/alice/ordeal swallowed it` },
    { index: 0, at: 1, type: "phase", phase: "main", reason: `${folder}/kept is full` },
    {
      index: 1,
      at: 2,
      type: "invoke",
      process: 0,
      node: "n1",
      input: { f: "read", key: "/home/b" },
    },
  ].map((line) => JSON.stringify(line));
}

/** What a report holds, unpacked: its bulk is compressed. */
function unpackedReport(html: string): string {
  const bulk = [...html.matchAll(/octet-stream">([A-Za-z0-9+/=]+)</g)].map(([, base64 = ""]) =>
    gunzipSync(Buffer.from(base64, "base64")).toString("latin1"),
  );
  return html.replaceAll(/octet-stream">[A-Za-z0-9+/=]+</g, "") + bulk.join("\n");
}

describe("an exported run", () => {
  it("says nothing of the machine and holds no secret, in any of its files", async () => {
    const { text: said, code } = await ordeal("export", run, "--out", archive);
    expect(said).toMatch(/^left out: tls\narchive: .*run\.tar\.gz {2}\(5 files, /);
    expect(code).toBeUndefined();
    const opened = await openRun(archive);
    const names = readdirSync(join(opened.history, ".."), { recursive: true, encoding: "utf8" });
    expect(names.sort()).toEqual([
      ...["history.ndjson", "logs", "logs/n1.log", "plan.json", "report.html", "verdict.json"],
    ]);
    for (const name of names.filter((each) => each.includes("."))) {
      const text = readFileSync(join(opened.history, "..", name), "utf8");
      const inside = name === "report.html" ? unpackedReport(text) : text;
      for (const word of [folder, "/deep", "/srv", "alice", "secretbytes", "hunter2"]) {
        expect(inside, `${name} with ${word}`).not.toContain(word);
      }
    }
    opened.close();
  });

  it("keeps what was asked for and what was seen", async () => {
    await ordeal("export", run, "--out", archive);
    const opened = await openRun(archive);
    expect(opened.folder?.readPlan()).toMatchObject({
      command: "npx ordeal test --etcd ./etcd --config ./etcd-config.yml --seed 7",
      options: { results: "results", config: "./etcd-config.yml", etcd: "./etcd" },
      etcd: { n1: { sha256: "ab", source: "./etcd" } },
      config: {
        n1: "cert-file: /etc/ordeal/tls/server.crt\npassword: [removed]\nkey: |\n[private key removed]\n",
      },
    });
    expect(opened.folder?.readVerdict()?.sentence).toBe(
      `Inconclusive. See results/register-kill-3.5.30/${time}/logs.`,
    );
    const [header = "", phase, invoked, ...more] = readFileSync(opened.history, "utf8").split("\n");
    expect(JSON.parse(header)).toMatchObject({ selfCheck: "a proxy of ~/ordeal swallowed it" });
    expect(phase).toContain("results is full");
    // What was asked is evidence, and the end of a history that was cut off says so.
    expect(invoked).toBe(historyLines()[2]);
    expect(more).toEqual([]);
    expect(readFileSync(join(opened.history, "../logs/n1.log"), "utf8")).toBe(
      "opened results\n[private key removed]\nserving\n",
    );
    opened.close();
  });

  it("is the same to the byte whenever it is made, also of an archive", async () => {
    await ordeal("export", run, "--out", archive);
    const [again, third] = [join(folder, "again.tar.gz"), join(folder, "third.tgz")];
    await ordeal("export", run, "--out", again);
    await ordeal("export", archive, "--out", third);
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
    expect(readFileSync(third).equals(readFileSync(archive))).toBe(true);
  });

  it("lies in the archive as it does below a results folder", async () => {
    await ordeal("export", run, "--out", archive);
    const tar = gunzipSync(readFileSync(archive)).toString("latin1");
    expect(tar.startsWith(`register-kill-3.5.30/${time}/history.ndjson`)).toBe(true);
  });

  it("has no report where it was never judged", async () => {
    rmSync(join(run, "verdict.json"));
    const { text: said } = await ordeal("export", run, "--out", archive, "--json");
    expect(JSON.parse(said)).toMatchObject({ archive, files: 3, leftOut: ["tls"] });
  });

  it("is checked as its folder is, and nothing is written", async () => {
    await ordeal("export", run, "--out", archive);
    const before = readFileSync(archive);
    const temporary = runsUnpacked();
    const { text: said, code } = await ordeal("check", archive);
    expect(said).toMatch(/ordeal: INCONCLUSIVE/);
    expect(said).not.toMatch(/report:|ordeal-run-/);
    expect(code).toBe(2);
    expect(readFileSync(archive).equals(before)).toBe(true);
    expect(runsUnpacked()).toEqual(temporary);
  });

  it("is reported beside its archive, or where that is asked for", async () => {
    await ordeal("export", run, "--out", archive);
    expect((await ordeal("report", archive)).text).toBe(`report: ${join(folder, "run.html")}\n`);
    const elsewhere = join(folder, "elsewhere.html");
    await ordeal("report", run, "--out", elsewhere);
    for (const path of [join(folder, "run.html"), elsewhere]) {
      expect(readFileSync(path, "utf8")).toContain("<title>Inconclusive: register");
    }
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain("made on the machine");
  });
});

function runsUnpacked(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("ordeal-run-"));
}

describe("ordeal export complains of", () => {
  it.each<[string, () => string[], RegExp]>([
    [
      "a name of another kind",
      () => [run, "--out", "run.zip"],
      /expected --out to end in \.tar\.gz/,
    ],
    ["a folder that is not there", () => [join(folder, "none")], /none does not exist/],
    [
      "a place that cannot be written",
      () => [run, "--out", join(folder, "none", "a.tar.gz")],
      /the archive .*a\.tar\.gz cannot be written \(ENOENT.*give another with --out/,
    ],
    [
      "a history by itself",
      () => {
        const alone = join(folder, "alone.ndjson");
        writeFileSync(alone, historyLines().join("\n"));
        return [alone];
      },
      /a history that lies alone/,
    ],
  ])("%s", async (_, words, sentence) => {
    const { text: said, code } = await ordeal("export", ...words());
    expect(said).toMatch(sentence);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(64);
    expect(readdirSync(folder).filter((name) => name.includes("ordeal-export"))).toEqual([]);
  });
});
