import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exitCodes } from "../core/run.js";
import { sampleHeader } from "../testing/recorded-runs.js";
import { exitCodeOf } from "./check-many.js";
import { ordeal } from "./cli.fixture.js";

const emptyVerdict = {
  ordeal: "verdict",
  version: 1,
  run: "r1",
  judgedAt: "2026-11-22T17:00:00.000Z",
  sentence: "",
  checkers: {},
  incomplete: false,
} as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-many-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const check = (...words: string[]) => ordeal("check", ...words);

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const write = (value: number) =>
  [":invoke", ":ok"].map((type) => `{:process 0, :type ${type}, :f :write, :value ${value}}`);
const read = (value: number) =>
  ["invoke", "ok"].map((type) => `{:process 1, :type :${type}, :f :read, :value ${value}}`);

const fresh = () => file("fresh.edn", [...write(4), ...read(4)].join("\n"));
const stale = () => file("stale.edn", `[${[...write(4), ...read(3)].join("\n")}]`);
const logged = () =>
  file(
    "theirs.log",
    "INFO  jepsen.util - 0\t:invoke\t:write\t4\nINFO  jepsen.util - 0\t:ok\t:write\t4",
  );
const lost = () =>
  file(
    "lost.txt",
    ["invoke", "ok"]
      .flatMap((type) => [`{:process 0, :type :${type}, :f :append, :key "a", :value "x"}`])
      .concat('{:process 0, :type :invoke, :f :get, :key "a", :value nil}')
      .concat('{:process 0, :type :ok, :f :get, :key "a", :value ""}')
      .join("\n"),
  );
const transactions = () =>
  file(
    "elle.edn",
    ["invoke", "ok"]
      .map((type) => `{:process 0, :type :${type}, :f :txn, :value [[:append 1 1]]}`)
      .join("\n"),
  );
const table = () => file("verdicts.tsv", "fresh.edn\tvalid\n");

/** A run that proves too little. */
function ours(header: object = {}): string {
  const path = join(folder, "run");
  mkdirSync(path);
  const lines = [
    { ...sampleHeader, ...header },
    { index: 0, at: 1, type: "phase", phase: "main" },
    { index: 1, at: 2, type: "invoke", process: 0, node: "n1", input: { f: "read", key: "a" } },
  ];
  writeFileSync(
    join(path, "history.ndjson"),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  return path;
}

describe("one history", () => {
  it.each<[string, () => string, number]>([
    ["EDN", stale, 1],
    ["EDN that is fine", fresh, 0],
    ["a log", logged, 0],
    ["keys and values", lost, 1],
    ["transactions", transactions, 0],
    ["a run", ours, 2],
  ])("of %s is judged without its format being named", async (_, path, expected) => {
    const { errors, code } = await check(path());
    expect(code).toBe(expected);
    // As many lines as ever: one for each checker, and what follows.
    expect(errors).toMatch(/^(VALID|INVALID|INCONCLUSIVE) +[\w-]+: /m);
    expect(errors).not.toMatch(/\d histor(y|ies):/);
  });

  it("is asked about where nobody can tell who wrote it", async () => {
    const { errors, code } = await check(table());
    expect(errors).toMatch(/^ordeal: nobody can tell who wrote .*verdicts\.tsv, .* --format \(/);
    expect(errors.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(64);
  });

  it.each<[string, () => string, string, string]>([
    ["EDN as a log", fresh, "jepsen-log", "jepsen-edn"],
    ["a log as EDN", logged, "jepsen-edn", "jepsen-log"],
    ["EDN as ours", fresh, "ordeal", "jepsen-edn"],
    ["transactions as registers", transactions, "jepsen-edn", "elle-edn"],
  ])("says what it looks like: %s", async (_, path, format, looks) => {
    const { errors, code } = await check(path(), "--format", format);
    expect(errors).toMatch(new RegExp(`; it looks like --format ${looks}\\n$`));
    expect(errors.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(64);
  });

  it("says nothing of its looks where it was read as what it is said to be", async () => {
    const broken = file("broken.edn", `${write(4).join("\n")}\n{:process 0`);
    const { errors } = await check(broken, "--format", "jepsen-edn");
    expect(errors).toMatch(/line 3/);
    expect(errors).not.toMatch(/looks like/);
  });

  it("takes a model where its format is guessed", async () => {
    const path = file("set.edn", "{:process 0, :type :invoke, :f :add, :value 1}");
    expect((await check(path)).code).toBe(64);
    expect((await check(path, "--model", "set")).code).toBe(0);
  });

  it("of ours takes no model, and one of another tool no workload", async () => {
    const modelled = await check(ours(), "--model", "kv");
    expect(modelled.errors).toMatch(/expected --model with the --format of another tool/);
    expect(modelled.code).toBe(64);
    const worked = await check(fresh(), "--workload", "register");
    expect(worked.errors).toMatch(/expected --workload with a history of ordeal, .*--model/);
    expect(worked.code).toBe(64);
  });

  it("is judged as another workload's where that is named, and its verdict stays", async () => {
    const run = ours({ workload: { ...sampleHeader.workload, name: "of-another-version" } });
    const asItIs = await check(run);
    expect(asItIs.errors).toMatch(/recorded with the workload "of-another-version"/);
    expect(asItIs.code).toBe(64);
    const asked = await check(run, "--workload", "register");
    expect(asked.errors).toMatch(/INCONCLUSIVE/);
    expect(asked.code).toBe(2);
    expect(existsSync(join(run, "verdict.json"))).toBe(false);
  });

  it("is not judged as of a workload that there is not", async () => {
    const { errors, code } = await check(ours(), "--workload", "regster");
    expect(errors).toMatch(/expected --workload .*did you mean "register"/);
    expect(code).toBe(64);
  });
});

describe("several histories", () => {
  it("get a line each in the order in which they were given, and a tally", async () => {
    const run = ours();
    const nasty = file("a\u001b[2J.edn", write(4).join("\n"));
    const paths = [stale(), fresh(), run, logged(), lost(), table(), join(folder, "none"), nasty];
    const { errors, output, code } = await check(...paths);
    // What a slow machine says of how far it is comes between.
    const lines = errors
      .trim()
      .split("\n")
      .filter((line) => !/^\d+ s {2}judging/.test(line));
    expect(
      lines.slice(0, -1).map((line) => /^(\S+) +(NOT JUDGED|[A-Z]+)/.exec(line)?.slice(1, 3)),
    ).toEqual([
      [paths[0], "INVALID"],
      [paths[1], "VALID"],
      [paths[2], "INCONCLUSIVE"],
      [paths[3], "VALID"],
      [paths[4], "INVALID"],
      [paths[5], "NOT JUDGED"],
      [paths[6], "NOT JUDGED"],
      [nasty.replace("\u001b", "\\u001b"), "VALID"],
    ]);
    expect(lines.at(-1)).toBe(
      "ordeal: INVALID  8 histories: 3 valid, 2 invalid, 1 inconclusive, 2 not judged.",
    );
    expect(lines[0]).toMatch(/process 1 read 3/);
    expect(output).toBe("");
    expect(code).toBe(1);
    const verdict = JSON.parse(readFileSync(join(run, "verdict.json"), "utf8")) as unknown;
    expect(verdict).toMatchObject({ ordeal: "verdict", validity: "unknown" });
  });

  it("end with the worst of what came out", () => {
    const judged = (validity: "valid" | "invalid" | "unknown") => ({
      answer: {
        format: "ordeal",
        verdict: { ...emptyVerdict, validity, exitCode: exitCodes[validity] },
      },
    });
    const untold = { trouble: { message: "", exitCode: exitCodes.usage } };
    expect(exitCodeOf([judged("valid"), judged("valid")])).toBe(0);
    expect(exitCodeOf([judged("valid"), judged("unknown")])).toBe(2);
    expect(exitCodeOf([judged("valid"), untold, judged("unknown")])).toBe(64);
    expect(exitCodeOf([untold, judged("unknown"), judged("invalid")])).toBe(1);
    expect(exitCodeOf([{ ...judged("valid"), ...untold }])).toBe(64);
  });

  it("tell a failed harness before wrong usage, and a violation before both", () => {
    const trouble = (exitCode: number) => ({ trouble: { message: "", exitCode } });
    expect(exitCodeOf([trouble(64), trouble(3), trouble(2)])).toBe(3);
    expect(exitCodeOf([trouble(2), trouble(64)])).toBe(64);
    expect(exitCodeOf([trouble(2)])).toBe(2);
  });

  it("are one JSON object where that is asked for, and nothing else", async () => {
    const paths = [stale(), fresh(), table()];
    const { output, code } = await check(...paths, "--json");
    expect(JSON.parse(output)).toMatchObject({
      ordeal: "verdicts",
      version: 1,
      exitCode: 1,
      files: [
        { path: paths[0], format: "jepsen-edn", verdict: { validity: "invalid" } },
        { path: paths[1], format: "jepsen-edn", verdict: { validity: "valid" } },
        { path: paths[2], trouble: { exitCode: 64 } },
      ],
    });
    expect(code).toBe(1);
  });

  it("are judged as none when the check is stopped at once", async () => {
    const before = process.listenerCount("SIGINT");
    const checking = check(stale(), fresh(), ours());
    await vi.waitFor(() => {
      expect(process.listenerCount("SIGINT")).toBeGreaterThan(before);
    });
    process.emit("SIGINT", "SIGINT");
    const { errors, code } = await checking;
    expect(errors).toMatch(/SIGINT: judging no further; once more to leave at once/);
    expect(errors.match(/INCONCLUSIVE +The check was stopped/g)).toHaveLength(3);
    expect(code).toBe(2);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
