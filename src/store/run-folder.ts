import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { messageOf, UsageError } from "../core/errors.js";
import type { Plan, RunVerdict } from "../core/run.js";
import { freshFolder, writeWhole, writingInto } from "./writing.js";

/** One run's folder: `results/<name>/<time>/`. What lies in it is explained in results/README.md. */
export interface RunFolder {
  readonly path: string;
  readonly history: string;
  readonly report: string;
  readonly logs: string;
  writePlan(plan: Plan): void;
  writeVerdict(verdict: RunVerdict): void;
  writeReport(html: string): void;
  /** Undefined where the run ended before it wrote one. */
  readPlan(): Plan | undefined;
  readVerdict(): RunVerdict | undefined;
}

export function openRunFolder(path: string): RunFolder {
  const file = (name: string) => join(path, name);
  return {
    path,
    history: file("history.ndjson"),
    report: file("report.html"),
    logs: file("logs"),
    writePlan: (plan) => {
      writeWhole(file("plan.json"), toJson(plan));
    },
    writeVerdict: (verdict) => {
      writeWhole(file("verdict.json"), toJson(verdict));
    },
    writeReport: (html) => {
      writeWhole(file("report.html"), html);
    },
    readPlan: () => readJson<Plan>(file("plan.json"), "plan"),
    readVerdict: () => readJson<RunVerdict>(file("verdict.json"), "verdict"),
  };
}

/** The same run with its report at another path. */
export function withReportAt(folder: RunFolder, report: string): RunFolder {
  return {
    ...folder,
    report,
    writeReport: (html) => {
      writeWhole(report, html);
    },
  };
}

/** Tries it out, so that nothing is started whose results cannot be kept. Throws UsageError. */
export function requireWritable(results: string): void {
  writingInto(results, () => {
    mkdirSync(results, { recursive: true });
    rmSync(mkdtempSync(join(results, ".writable-")), { recursive: true });
  });
}

/** Makes the folder of a new run and points `latest` at it. `time` is ISO 8601. */
export function createRunFolder(results: string, name: string, time: string): RunFolder {
  return writingInto(results, () => {
    const path = freshFolder(join(results, name), time);
    mkdirSync(join(path, "logs"));
    pointLatestAt(results, path);
    return openRunFolder(path);
  });
}

/** By way of a rename, so that `latest` always points somewhere. */
function pointLatestAt(results: string, path: string): void {
  const temporary = join(results, `.latest-${basename(path)}-${process.pid}`);
  rmSync(temporary, { force: true });
  symlinkSync(relative(results, path), temporary);
  renameSync(temporary, join(results, "latest"));
}

function readJson<T extends Plan | RunVerdict>(path: string, kind: T["ordeal"]): T | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const value = parse(path, text);
  if (!isOurs<T>(value, kind)) {
    throw new UsageError(`${path} was expected to be a ${kind} of ordeal in version 1, and is not`);
  }
  return value;
}

function isOurs<T extends Plan | RunVerdict>(value: unknown, kind: T["ordeal"]): value is T {
  if (typeof value !== "object" || value === null) return false;
  return "ordeal" in value && value.ordeal === kind && "version" in value && value.version === 1;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
