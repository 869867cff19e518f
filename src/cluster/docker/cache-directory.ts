import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { HarnessError } from "../../core/errors.js";
import { livenessOf, thisProcess } from "./owner.js";

/** Where things are kept that took long to get: `ORDEAL_CACHE`, else the user's cache folder. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.ORDEAL_CACHE) return environment.ORDEAL_CACHE;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, "ordeal");
  const cache = process.platform === "darwin" ? join("Library", "Caches") : ".cache";
  return join(homedir(), cache, "ordeal");
}

/**
 * Hands over a folder in the cache, on the same file system as its entries so that what is ready
 * can be renamed into place, and removes it whatever happens. Its name tells whose it is.
 */
export async function withTemporaryDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const { host, pid, start } = thisProcess();
  const parent = await makeDirectory(join(cacheDirectory(), "tmp"));
  const path = await mkdtemp(join(parent, [host, pid, start, ""].join("~")));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Temporary folders of processes that are no more. */
export async function staleTemporaryDirectories(): Promise<string[]> {
  const parent = join(cacheDirectory(), "tmp");
  const names = await namesIn(parent);
  return names.filter((name) => livenessOf(ownerOf(name)) === "gone").map((n) => join(parent, n));
}

/** Makes a folder of the cache, with its parents. */
export async function makeDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new HarnessError(
      `The cache folder ${path} cannot be made (${(error as Error).message}): set ORDEAL_CACHE to a folder that can be written to.`,
      { cause: error },
    );
  }
  return path;
}

/** The entries of a folder; none where there is no such folder. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function ownerOf(name: string) {
  const [host = "", pid = "", start = ""] = name.split("~");
  return { host, pid: Number(pid), start };
}
