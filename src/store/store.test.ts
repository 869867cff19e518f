import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.js";
import type { RunVerdict } from "../core/run.js";
import { findRuns, locateHistory } from "./find-runs.js";
import { logExcerpts } from "./log-excerpts.js";
import { createRunFolder, openRunFolder, requireWritable } from "./run-folder.js";

let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-store-"));
});
afterEach(() => {
  rmSync(results, { recursive: true });
});

const time = "2026-11-22T17:00:00.000Z";
const verdict: RunVerdict = {
  ordeal: "verdict",
  version: 1,
  run: "r1",
  judgedAt: time,
  validity: "valid",
  sentence: "fine",
  exitCode: 0,
  checkers: {},
  incomplete: false,
};

describe("a run's folder", () => {
  it("is named by the run and its time, and latest points at it", () => {
    const folder = createRunFolder(results, "register-kill", time);
    expect(folder.path).toBe(join(results, "register-kill", "2026-11-22T17-00-00.000Z"));
    expect(readlinkSync(join(results, "latest"))).toBe("register-kill/2026-11-22T17-00-00.000Z");
    expect(existsSync(folder.logs)).toBe(true);
  });

  it("is never shared by two runs of the same moment", () => {
    const [one, two] = [0, 1].map(() => createRunFolder(results, "register", time));
    expect(one?.path).not.toBe(two?.path);
    expect(readlinkSync(join(results, "latest"))).toContain("-2");
  });

  it("that cannot be made is wrong usage, said in a sentence", () => {
    const file = join(results, "file");
    writeFileSync(file, "");
    expect(() => {
      requireWritable(file);
    }).toThrow(UsageError);
    expect(() => createRunFolder(file, "register", time)).toThrow(UsageError);
    expect(() => createRunFolder(file, "register", time)).toThrow(
      /the results folder .*file cannot be written \(.*\): give another with --results/,
    );
  });

  it("leaves nothing behind when it is tried out", () => {
    requireWritable(join(results, "new"));
    expect(readdirSync(join(results, "new"))).toEqual([]);
  });

  it("gives back the verdict that was written, and nothing where none was", () => {
    const folder = createRunFolder(results, "register", time);
    expect(folder.readVerdict()).toBeUndefined();
    folder.writeVerdict(verdict);
    expect(openRunFolder(folder.path).readVerdict()).toEqual(verdict);
  });

  it("refuses a verdict that is not ours, or of a later version", () => {
    const folder = createRunFolder(results, "register", time);
    for (const text of ["[]", '{"ordeal":"verdict","version":2}', "{"]) {
      writeFileSync(join(folder.path, "verdict.json"), text);
      expect(() => folder.readVerdict()).toThrow(UsageError);
    }
  });
});

describe("the runs of a results folder", () => {
  it("are found newest first, without the link to the latest and without empty folders", () => {
    const make = (name: string, at: string) => {
      const folder = createRunFolder(results, name, at);
      writeFileSync(folder.history, "");
    };
    make("b", "2026-11-22T17:00:00.000Z");
    make("a", "2026-11-22T18:00:00.000Z");
    createRunFolder(results, "c", "2026-11-22T19:00:00.000Z");
    expect(findRuns(results).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("are none where there is no folder", () => {
    expect(findRuns(join(results, "nowhere"))).toEqual([]);
  });
});

describe("a saved history", () => {
  it("is found by its folder, by its file, and by a link to its folder", () => {
    const folder = createRunFolder(results, "register", time);
    writeFileSync(folder.history, "");
    for (const path of [folder.path, folder.history, join(results, "latest")]) {
      expect(readFileSync(locateHistory(path).history, "utf8")).toBe("");
      expect(locateHistory(path).folder).toBeDefined();
    }
  });

  it("may lie alone", () => {
    const path = join(results, "other.ndjson");
    writeFileSync(path, "");
    expect(locateHistory(path)).toEqual({ history: path });
  });

  it.each(["nowhere", "."])("is not to be had from %s", (path) => {
    expect(() => locateHistory(join(results, path))).toThrow(UsageError);
  });
});

describe("log excerpts", () => {
  it("are the last lines of each log", () => {
    mkdirSync(join(results, "logs"));
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} of the log of this node`);
    writeFileSync(join(results, "logs", "n1.log"), `${lines.join("\n")}\n`);
    writeFileSync(join(results, "logs", "n2.log"), "");
    symlinkSync("nowhere", join(results, "logs", "other.txt"));
    const excerpts = logExcerpts(join(results, "logs"));
    expect(Object.keys(excerpts)).toEqual(["n1", "n2"]);
    expect(excerpts["n1"]?.at(-1)).toBe("line 19999 of the log of this node");
    expect(excerpts["n1"]?.every((line) => line.startsWith("line "))).toBe(true);
    expect(excerpts["n2"]).toEqual([]);
  });
});
