import { constants } from "node:fs";
import { access, copyFile, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../../../core/errors.js";

/**
 * Copies a binary of the user's, with the `etcdctl` beside it if there is one. A copy, since the
 * user may build anew while a run is on. Rejects with UsageError where it cannot be an etcd.
 */
export async function copyFromPath(path: string, directory: string): Promise<void> {
  const binary = await binaryAt(path);
  await copyFile(binary, join(directory, "etcd"));
  const client = join(dirname(binary), "etcdctl");
  if (await isExecutableFile(client)) await copyFile(client, join(directory, "etcdctl"));
}

/** The file itself, or the one called `etcd` in a folder. */
export async function binaryAt(path: string): Promise<string> {
  const found = await statOf(path);
  if (!found) throw notEtcd(path, "there is nothing there");
  const binary = found.isDirectory() ? join(path, "etcd") : path;
  const file = binary === path ? found : await statOf(binary);
  if (!file) throw notEtcd(path, "it is a folder without an etcd in it");
  if (!file.isFile()) throw notEtcd(binary, "it is not a file");
  if (!(await isExecutableFile(binary))) throw notEtcd(binary, "it is not executable");
  if (!(await isElf(binary))) throw notEtcd(binary, "it is not a Linux program (ELF)");
  return binary;
}

/** One sentence: what was expected, what came. */
export function notEtcd(path: string, why: string): UsageError {
  return new UsageError(
    `Expected the path of an etcd binary for Linux, or of a folder with one, got ${path}: ${why}.`,
  );
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function isElf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const magic = Buffer.alloc(4);
    await file.read(magic, 0, 4, 0);
    return magic.toString("latin1") === "\x7fELF";
  } finally {
    await file.close();
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw notEtcd(path, message);
  }
}
