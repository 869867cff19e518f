import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { livenessOf, type ProcessIdentity, thisProcess } from "../cluster/docker/owner.js";
import { UsageError } from "../core/errors.js";

/**
 * Keeps a second campaign out of the folder. Returns what gives it free again. Throws UsageError
 * where another process has it; what a killed one left is taken over.
 */
export function lockFolder(path: string): () => void {
  const file = join(path, ".lock");
  const owner = readOwner(file);
  if (owner && livenessOf(owner) !== "gone") {
    throw new UsageError(
      `another campaign works in ${path} (process ${owner.pid} on ${owner.host}): wait for it to end, or give another folder with --results`,
    );
  }
  if (owner) rmSync(file, { force: true });
  try {
    writeFileSync(file, JSON.stringify(thisProcess()), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UsageError(
      `another campaign has just begun in ${path}: wait for it to end, or give another folder with --results`,
      { cause: error },
    );
  }
  return () => {
    rmSync(file, { force: true });
  };
}

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch (error) {
    // Nobody has it, or a file that was cut short: then its writer is no more.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") rmSync(file, { force: true });
    return undefined;
  }
}
