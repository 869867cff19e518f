import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HarnessError } from "../../core/errors.js";
import {
  cacheDirectory,
  makeDirectory,
  staleTemporaryDirectories,
  withTemporaryDirectory,
} from "./cache-directory.js";

let cache = "";

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "ordeal-cache-"));
  vi.stubEnv("ORDEAL_CACHE", cache);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

test("ORDEAL_CACHE wins over the user's cache folder, and that over the usual one", () => {
  expect(cacheDirectory({ ORDEAL_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
  expect(cacheDirectory({ XDG_CACHE_HOME: "/b" })).toBe("/b/ordeal");
  expect(cacheDirectory({}).startsWith(homedir())).toBe(true);
});

test("a temporary folder is gone after use, also after a failure", async () => {
  const paths: string[] = [];
  const use = (path: string) => {
    expect(existsSync(path)).toBe(true);
    paths.push(path);
    return Promise.reject(new Error("inside"));
  };
  await expect(withTemporaryDirectory(use)).rejects.toThrow("inside");
  expect(paths.map((path) => existsSync(path))).toEqual([false]);
});

test("folders of dead processes are stale, those of living ones and of other hosts are not", async () => {
  const { pid } = spawnSync("true");
  const abandoned = join(cache, "tmp", `${hostname()}~${pid}~some-start~x`);
  await mkdir(abandoned, { recursive: true });
  await mkdir(join(cache, "tmp", `elsewhere.invalid~${pid}~some-start~x`));
  await withTemporaryDirectory(async () => {
    expect(await staleTemporaryDirectories()).toEqual([abandoned]);
  });
});

test("a cache that cannot be made is told with the way out", async () => {
  await writeFile(join(cache, "file"), "");
  const making = makeDirectory(join(cache, "file", "below"));
  await expect(making).rejects.toThrow(HarnessError);
  await expect(making).rejects.toThrow(/cannot be made \(ENOTDIR.*: set ORDEAL_CACHE/);
});
