import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../core/errors.js";
import { openRunFolder, type RunFolder } from "./run-folder.js";

export interface FoundRun {
  readonly name: string;
  /** The folder's name: the time at which the run began. */
  readonly time: string;
  readonly folder: RunFolder;
}

/** All runs below a results folder, newest first. Runs without a history are none. */
export function findRuns(results: string): FoundRun[] {
  if (!existsSync(results)) return [];
  const runs = foldersIn(results).flatMap((name) =>
    foldersIn(join(results, name)).map((time) => ({
      name,
      time,
      folder: openRunFolder(join(results, name, time)),
    })),
  );
  return runs
    .filter(({ folder }) => existsSync(folder.history))
    .sort((a, b) => (a.time < b.time ? 1 : -1));
}

/** Real folders only: `latest` is a link to one of them. */
function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** What `check` and `report` are given: a run's folder, or a history by itself. */
export interface SavedHistory {
  readonly history: string;
  /** Undefined where the history lies alone. */
  readonly folder?: RunFolder;
}

export function locateHistory(path: string): SavedHistory {
  if (!existsSync(path)) {
    throw new UsageError(`expected a run's folder or a history file, but ${path} does not exist`);
  }
  if (statSync(path).isDirectory()) {
    const folder = openRunFolder(path);
    if (existsSync(folder.history)) return { history: folder.history, folder };
    throw new UsageError(`expected a run's folder, but there is no history.ndjson in ${path}`);
  }
  const isInFolder = basename(path) === "history.ndjson";
  return { history: path, ...(isInFolder && { folder: openRunFolder(dirname(path)) }) };
}
