import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { messageOf, UsageError } from "../core/errors.js";
import type { SavedHistory } from "../store/find-runs.js";
import { openRunFolder, type RunFolder } from "../store/run-folder.js";

/** Where a smaller history goes. */
export interface ShrunkOutput {
  readonly history: string;
  /** What `check` and `report` are to be given. */
  readonly path: string;
  /** Where verdict and report have a place of their own beside it. */
  readonly folder?: RunFolder;
  /** Throws UsageError. */
  write(text: string): void;
}

const historyName = "history.ndjson";

/**
 * A file of any name, else `shrunk/` in the run's folder, or `NAME-shrunk/` beside a history that
 * lies alone. Throws UsageError where it is there already or could not be written.
 */
export function shrunkOutput(out: string | undefined, saved: SavedHistory): ShrunkOutput {
  const history = out ?? join(usualFolder(saved), historyName);
  const isFolder = basename(history) === historyName;
  const path = out === undefined ? dirname(history) : history;
  if (existsSync(path)) {
    throw new UsageError(`${path} exists already: remove it, or give another file with --out`);
  }
  writing(history, () => {
    rmSync(mkdtempSync(join(nearestThere(dirname(history)), ".writable-")), { recursive: true });
  });
  return {
    history,
    path,
    ...(isFolder && { folder: openRunFolder(dirname(history)) }),
    write(text) {
      writing(history, () => {
        mkdirSync(dirname(history), { recursive: true });
        writeFileSync(history, history.endsWith(".gz") ? gzipSync(text) : text, { flag: "wx" });
      });
    },
  };
}

function usualFolder({ history, folder }: SavedHistory): string {
  // A link such as `latest` will name another run before long.
  if (folder) return join(realpathSync(folder.path), "shrunk");
  const name = basename(history).replace(/(\.ndjson|\.tar)?(\.gz)?$|\.tgz$/, "");
  return join(dirname(history), `${name}-shrunk`);
}

function nearestThere(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestThere(dirname(path));
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new UsageError(
      `${path} cannot be written (${messageOf(error)}): give another file with --out`,
      { cause: error },
    );
  }
}
