import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../core/errors.js";
import { isArchive, unpackRun } from "./archive/unpack.js";
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

/** The same, or an archive of a run, which was unpacked. */
export interface OpenedRun extends SavedHistory {
  /** True of an archive: its folder is to be read alone, since it is gone when it is closed. */
  readonly isCopy: boolean;
  /** To be called when it is no longer needed; the process' end does so as well. */
  close(): void;
}

/**
 * Finds a run by its folder, its history or its archive. Rejects with UsageError where there is none,
 * or where the archive is not to be trusted.
 */
export async function openRun(path: string): Promise<OpenedRun> {
  if (isArchive(path) && existsSync(path) && statSync(path).isFile()) {
    const unpacked = await unpackRun(path);
    return {
      ...locateHistory(unpacked.path),
      isCopy: true,
      close: () => {
        unpacked.remove();
      },
    };
  }
  return { ...locateHistory(path), isCopy: false, close: nothingToClose };
}

/** A history that lies alone, whether or not there is one. */
export function loneHistory(path: string): OpenedRun {
  return { history: path, isCopy: false, close: nothingToClose };
}

function nothingToClose(): void {
  // What lies in a folder stays there.
}

/** For what cannot be an archive. */
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
