import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { EtcdBuild } from "../../../core/run.js";
import { cacheDirectory, makeDirectory, namesIn } from "../cache-directory.js";

/** An etcd in the cache. `directory` holds `etcd` and, where there is one, `etcdctl`. */
export type StoredEtcd = EtcdBuild & { readonly directory: string };

const binaries = ["etcd", "etcdctl"] as const;

const fileRecord = z.object({ sha256: z.string(), sizeBytes: z.number() });
const buildRecord = z.object({
  version: z.string(),
  gitSha: z.optional(z.string()),
  source: z.string(),
  files: z.object({ etcd: fileRecord, etcdctl: z.optional(fileRecord) }),
});
type BuildRecord = z.infer<typeof buildRecord>;

/** Entries of one architecture: the engine may run on another machine than we do. */
function storeFolder(architecture: string): string {
  return join(cacheDirectory(), "etcd", architecture);
}

/**
 * The entry of that key, if it is whole: every file is hashed each time (a tenth of a second),
 * since a torn binary would look like etcd misbehaving. What is not whole is removed, so that the
 * next one to fetch it heals the cache.
 */
export async function loadStored(
  key: string,
  architecture: string,
): Promise<StoredEtcd | undefined> {
  const directory = join(storeFolder(architecture), key);
  // Else one that another process saves at this moment would be removed below.
  if (!existsSync(directory)) return undefined;
  const record = await recordIn(directory);
  if (record && (await isWhole(directory, record))) return stored(directory, record);
  await rm(directory, { recursive: true, force: true });
  return undefined;
}

/** Every whole entry. */
export async function listStored(architecture: string): Promise<StoredEtcd[]> {
  const keys = await namesIn(storeFolder(architecture));
  const entries = await Promise.all(keys.sort().map((key) => loadStored(key, architecture)));
  return entries.filter((entry) => entry !== undefined);
}

/** A whole entry of that version. One whose key has none of the prefixes does not count. */
export async function findStored(
  architecture: string,
  { version, prefixes }: { version: string; prefixes: readonly string[] },
): Promise<StoredEtcd | undefined> {
  for (const key of (await namesIn(storeFolder(architecture))).sort()) {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) continue;
    // Its record says so before its files are hashed.
    const record = await recordIn(join(storeFolder(architecture), key));
    if (record !== undefined && record.version !== version) continue;
    const entry = await loadStored(key, architecture);
    if (entry?.version === version) return entry;
  }
  return undefined;
}

/**
 * Moves a folder with binaries into the store, by one rename: it is there whole or not at all.
 * Where another process was first with the same, theirs stays.
 */
export async function saveStored(
  prepared: string,
  build: Omit<BuildRecord, "files">,
  { key, architecture }: { key: string; architecture: string },
): Promise<StoredEtcd> {
  const files = await describeFiles(prepared);
  await writeFile(
    join(prepared, "build.json"),
    `${JSON.stringify({ ...build, files }, null, 2)}\n`,
  );
  const directory = join(await makeDirectory(storeFolder(architecture)), key);
  try {
    await rename(prepared, directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    const theirs = await loadStored(key, architecture);
    if (theirs) return theirs;
    // Theirs was torn, and is gone now.
    await rename(prepared, directory);
  }
  return stored(directory, { ...build, files });
}

async function describeFiles(directory: string): Promise<BuildRecord["files"]> {
  const [etcd, etcdctl] = await Promise.all(
    binaries.map(async (name) => {
      const path = join(directory, name);
      const found = await describeFile(path);
      if (found) await chmod(path, 0o755);
      return found;
    }),
  );
  if (!etcd) throw new Error(`no etcd in ${directory}`);
  return { etcd, ...(etcdctl && { etcdctl }) };
}

/** Undefined where there is no such file. */
async function describeFile(path: string) {
  try {
    const content = await readFile(path);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { sha256, sizeBytes: content.length };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function isWhole(directory: string, { files }: BuildRecord): Promise<boolean> {
  const checks = binaries.map(async (name) => {
    const expected = files[name];
    if (!expected) return true;
    const path = join(directory, name);
    if ((await sizeOf(path)) !== expected.sizeBytes) return false;
    return (await describeFile(path))?.sha256 === expected.sha256;
  });
  return (await Promise.all(checks)).every((whole) => whole);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined where there is none or where it is torn. */
async function recordIn(directory: string): Promise<BuildRecord | undefined> {
  try {
    const text = await readFile(join(directory, "build.json"), "utf8");
    return buildRecord.parse(JSON.parse(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function stored(directory: string, { version, gitSha, source, files }: BuildRecord): StoredEtcd {
  const { sha256 } = files.etcd;
  return { version, ...(gitSha !== undefined && { gitSha }), sha256, source, directory };
}
