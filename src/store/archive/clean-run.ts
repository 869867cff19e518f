import { createWriteStream, existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HistoryHeader } from "../../core/history.js";
import type { Plan, RunVerdict } from "../../core/run.js";
import { blocksOf } from "../../history/blocks.js";
import type { RunFolder } from "../run-folder.js";
import { type CleanText, cleanerOf, cleanValue } from "./clean-text.js";
import { isRunsTime, type Machine, machineWords } from "./machine-words.js";

/**
 * Copies a run into another folder, without what it says of the machine that it was made on and
 * without secrets: plan, verdict, history and logs. Its report is not copied: whoever wants one makes
 * it of the copy. Nothing else goes along. The history's order, times, operations and answers stay
 * as they are. Returns the names of what was left out.
 */
export async function copyCleaned(
  from: RunFolder,
  to: RunFolder,
  machine: Machine,
): Promise<readonly string[]> {
  const plan = from.readPlan();
  const verdict = from.readVerdict();
  const clean = cleanerOf(machineWords(machine, { plan, folder: realpathSync(from.path) }));
  mkdirSync(to.logs, { recursive: true });
  // The same shapes: texts alone are others.
  if (plan) to.writePlan(cleanPlan(cleanValue(plan, clean) as Plan));
  if (verdict) to.writeVerdict(cleanValue(verdict, clean) as RunVerdict);
  await copyLines(from.history, to.history, (line) => cleanEvent(line, clean));
  const logs = existsSync(from.logs) ? readdirSync(from.logs) : [];
  for (const name of logs.filter(isLog)) {
    await copyLines(join(from.logs, name), join(to.logs, name), logCleaner(clean));
  }
  return [
    ...readdirSync(from.path).filter((name) => !copied.includes(name)),
    ...logs.filter((name) => !isLog(name)).map((name) => `logs/${name}`),
  ].sort();
}

const copied = ["plan.json", "verdict.json", "history.ndjson", "logs", "report.html"];

function isLog(name: string): boolean {
  return name.endsWith(".log");
}

/** The folder that results are kept in is the reader's own choice. */
function cleanPlan(plan: Plan): Plan {
  return { ...plan, options: { ...plan.options, results: "results" } };
}

/** Most lines have nothing to clean and stay as they are, byte by byte. */
function cleanEvent(line: string, clean: CleanText): string {
  if (clean(line) === line) return line;
  try {
    return JSON.stringify(cleanValue(JSON.parse(line), clean));
  } catch {
    // A last line that was torn.
    return clean(line);
  }
}

/** A key in a log may go on over many lines. */
function logCleaner(clean: CleanText): (line: string) => string | undefined {
  let isInKey = false;
  return (line) => {
    const wasInKey = isInKey;
    const lastBegin = line.lastIndexOf("-----BEGIN ");
    const lastEnd = line.lastIndexOf("-----END ");
    if (lastBegin > lastEnd) isInKey = line.includes("PRIVATE KEY-----", lastBegin);
    else if (lastEnd !== -1) isInKey = false;
    return wasInKey ? undefined : clean(line);
  };
}

/** Those that come out undefined are left out. Where the last line lacks its end, so it does then. */
async function copyLines(
  from: string,
  to: string,
  change: (line: string) => string | undefined,
): Promise<void> {
  await pipeline(changed(from, change), createWriteStream(to));
}

async function* changed(
  path: string,
  change: (line: string) => string | undefined,
): AsyncGenerator<string> {
  for await (const { lines, whole } of blocksOf(path)) {
    const texts = lines.map(change).filter((text) => text !== undefined);
    if (texts.length > 0) yield `${texts.join("\n")}${whole ? "\n" : ""}`;
  }
}

/**
 * Where a run lies below a results folder, such as `register-kill-3.5.30/2026-11-22T17-00-00.000Z`:
 * an archive that is unpacked there is one of its runs. A folder that was renamed may bear any name,
 * so its own is taken only where it is one that runs are given.
 */
export function placeOf(folder: string, { workload, startedAt }: HistoryHeader): string {
  const path = realpathSync(folder);
  const name = basename(dirname(path));
  const isOurs = name.startsWith(workload.name) && /^[\w.+-]+$/.test(name);
  const time = isRunsTime(basename(path)) ? basename(path) : startedAt.replaceAll(/[^\w.-]/g, "-");
  return `${isOurs ? name : workload.name}/${time}`;
}
