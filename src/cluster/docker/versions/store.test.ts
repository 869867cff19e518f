import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findStored, listStored, loadStored, saveStored } from "./store.js";

const architecture = "amd64";
const content = "an etcd, as far as the store can tell";
let cache = "";

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "ordeal-store-"));
  vi.stubEnv("ORDEAL_CACHE", cache);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

test("what was saved is found again, with its hash, and is executable", async () => {
  const saved = await save("debian-sid");
  expect(saved.sha256).toBe(createHash("sha256").update(content).digest("hex"));
  expect(await loadStored("debian-sid", architecture)).toEqual(saved);
  expect((await stat(join(saved.directory, "etcd"))).mode & 0o777).toBe(0o755);
});

test("another architecture's is another one", async () => {
  await save("debian-sid");
  expect(await loadStored("debian-sid", "arm64")).toBeUndefined();
});

test.each([
  ["a truncated binary", (directory: string) => truncate(join(directory, "etcd"), 5)],
  [
    "a binary of the same size with one wrong byte",
    (directory: string) => writeFile(join(directory, "etcd"), content.replace("etcd", "etce")),
  ],
  ["a truncated etcdctl", (directory: string) => truncate(join(directory, "etcdctl"), 1)],
  ["a missing binary", (directory: string) => rm(join(directory, "etcd"))],
  ["a torn record", (directory: string) => truncate(join(directory, "build.json"), 20)],
  [
    "a record of another shape",
    (directory: string) => writeFile(join(directory, "build.json"), "{}"),
  ],
  ["a missing record", (directory: string) => rm(join(directory, "build.json"))],
])("%s is never handed out, and makes room for a new one", async (_, damage) => {
  const { directory } = await save("debian-sid");
  await damage(directory);
  expect(await loadStored("debian-sid", architecture)).toBeUndefined();
  expect(existsSync(directory)).toBe(false);
  const again = await save("debian-sid");
  expect(await loadStored("debian-sid", architecture)).toEqual(again);
});

test("saving over a damaged entry replaces it", async () => {
  const { directory } = await save("debian-sid");
  await truncate(join(directory, "etcd"), 5);
  const again = await save("debian-sid");
  expect(await loadStored("debian-sid", architecture)).toEqual(again);
});

test("of two who save the same at once both get a whole one", async () => {
  const [one, other] = await Promise.all([save("debian-sid"), save("debian-sid")]);
  expect(one).toEqual(other);
  expect(await listStored(architecture)).toEqual([one]);
});

test("a version is found whichever way it came, but a user's own binary is none", async () => {
  await save("path-0123");
  const prefixes = ["debian-", "upstream-"];
  expect(await findStored(architecture, { version: "3.5.30", prefixes })).toBeUndefined();
  await save("debian-trixie", "3.5.16");
  const upstream = await save("upstream-3.5.30");
  expect(await findStored(architecture, { version: "3.5.30", prefixes })).toEqual(upstream);
});

let prepared = 0;

async function save(key: string, version = "3.5.30") {
  prepared += 1;
  const directory = join(cache, `prepared-${prepared}`);
  await mkdir(directory);
  await writeFile(join(directory, "etcd"), content);
  await writeFile(join(directory, "etcdctl"), "its client");
  return saveStored(directory, { version, source: "a test" }, { key, architecture });
}
