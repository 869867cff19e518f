import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory, makeDirectory } from "./cache-directory.js";
import { livenessOf, type ProcessIdentity, thisProcess } from "./owner.js";

const lookAgainAfterMs = 200;

/**
 * Keeps two processes from doing the same long work at once. It saves time and no more: what is
 * made under it must be right without it, since a lock whose owner died is taken over.
 */
export async function withLock<T>(name: string, use: () => Promise<T>): Promise<T> {
  const path = join(await makeDirectory(join(cacheDirectory(), "locks")), name);
  while (!(await take(path))) {
    await removeIfAbandoned(path);
    await new Promise((resolve) => setTimeout(resolve, lookAgainAfterMs));
  }
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

/** By a link, since a file that is made and then written can be seen empty. */
async function take(path: string): Promise<boolean> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(thisProcess()));
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

async function removeIfAbandoned(path: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner && livenessOf(owner) === "gone") await rm(path, { force: true });
}

async function ownerOf(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as ProcessIdentity;
  } catch (error) {
    // Released in between.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
