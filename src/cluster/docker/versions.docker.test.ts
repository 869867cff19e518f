import { mkdir, mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { HarnessError, UsageError } from "../../core/errors.js";
import { connectEngine, type Engine } from "./engine.js";
import { cachedVersions, defaultEtcd, fetchEtcd, knownVersions } from "./versions.js";

let engine: Engine;
let cache = "";
const ours = ["ordeal-test/etcd:local", "ordeal-test/empty:local"];
// A version that nobody publishes, in an image that claims to be it.
const pretender = "gcr.io/etcd-development/etcd:v9.9.9";

beforeAll(async () => {
  engine = await connectEngine();
  cache = await mkdtemp(join(tmpdir(), "ordeal-versions-"));
  vi.stubEnv("ORDEAL_CACHE", cache);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  for (const name of [...ours, pretender]) {
    await engine.docker.getImage(name).remove().catch(ignoreMissing);
  }
  await rm(cache, { recursive: true });
});

test("the default is one of the versions that need no registry", () => {
  expect(knownVersions().map(({ version }) => version)).toEqual([
    "3.3.25",
    "3.4.23",
    "3.5.16",
    "3.5.30",
  ]);
  expect(knownVersions().some(({ version }) => version === defaultEtcd)).toBe(true);
});

test.each(knownVersions())(
  "$version is had, runs, and is had from the cache then",
  async ({ version, suite }) => {
    const lines: string[] = [];
    const etcd = await fetchEtcd(version, { engine, log: (line) => lines.push(line) });
    expect(etcd.version).toBe(version);
    expect(etcd.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(etcd.source).toContain(suite);
    expect((await stat(join(etcd.directory, "etcdctl"))).isFile()).toBe(true);
    expect(lines).toEqual([expect.stringContaining(`etcd ${version} from ${etcd.source} in `)]);
    const again = await fetchEtcd(`debian:${suite}`, { engine, log: (line) => lines.push(line) });
    expect(again).toEqual(etcd);
    expect(lines).toHaveLength(1);
  },
);

test("a torn cache heals itself", async () => {
  const before = await fetchEtcd("3.5.30", silently());
  await truncate(join(before.directory, "etcd"), 1_000_000);
  const after = await fetchEtcd("3.5.30", silently());
  expect(after).toEqual(before);
  expect((await stat(join(after.directory, "etcd"))).size).toBeGreaterThan(1_000_000);
});

test("two who want the same at once get the same", async () => {
  await rm(join(cache, "etcd"), { recursive: true });
  const [one, other] = await Promise.all([
    fetchEtcd("3.5.30", silently()),
    fetchEtcd("v3.5.30", silently()),
  ]);
  expect(one).toEqual(other);
  expect(await cachedVersions(engine)).toEqual([one]);
});

test("a binary of the user's is taken by its content, with its path as its source", async () => {
  const { directory } = await fetchEtcd("3.5.30", silently());
  const byFolder = await fetchEtcd(directory, silently());
  expect(byFolder).toMatchObject({ version: "3.5.30", source: join(directory, "etcd") });
  expect(byFolder.directory).not.toBe(directory);
  expect(await fetchEtcd(join(directory, "etcd"), silently())).toEqual(byFolder);
});

test("an image with nothing in it but etcd will do", async () => {
  const { directory, sha256 } = await fetchEtcd("3.5.30", silently());
  await importImage("ordeal-test/etcd:local", join(directory, "etcd"), "usr/local/bin/etcd");
  const etcd = await fetchEtcd("ordeal-test/etcd:local", silently());
  expect(etcd).toMatchObject({ version: "3.5.30", sha256 });
  expect(etcd.source).toMatch(/^image ordeal-test\/etcd:local \(sha256:[0-9a-f]{64}\)$/);
  expect(await fetchEtcd("ordeal-test/etcd:local", silently())).toEqual(etcd);
});

test("an image without an etcd is refused with the places that were looked at", async () => {
  await importImage("ordeal-test/empty:local", "/bin/true", "usr/bin/true");
  await expect(fetchEtcd("ordeal-test/empty:local", silently())).rejects.toThrow(
    /^The etcd in ordeal-test\/empty:local cannot be had: .*no etcd in any of \/usr\/local\/bin/,
  );
});

test("an image that cannot be had is one sentence", async () => {
  const fetching = fetchEtcd("registry.invalid/etcd:v1", silently());
  await expect(fetching).rejects.toThrow(HarnessError);
  await expect(fetching).rejects.toThrow(/^The etcd in registry\.invalid\/etcd:v1 cannot be had: /);
});

test("a program that is no etcd is told with what it said", async () => {
  const fetching = fetchEtcd("/bin/ls", silently());
  await expect(fetching).rejects.toThrow(UsageError);
  await expect(fetching).rejects.toThrow(/got \/bin\/ls: asked for its version, it said "/);
});

test("a version that turns out to be another is not taken for it, and all that was tried is named", async () => {
  const { directory } = await fetchEtcd("3.5.30", silently());
  await importImage(pretender, join(directory, "etcd"), "usr/local/bin/etcd");
  const fetching = fetchEtcd("9.9.9", silently());
  await expect(fetching).rejects.toThrow(HarnessError);
  await expect(fetching).rejects.toThrow(
    /^Etcd 9\.9\.9 cannot be had: tried the cache \(not in it\), gcr\.io\/\S+:v9\.9\.9 \(it has 3\.5\.30 now\), quay\.io\/\S+:v9\.9\.9 \(.+\)\. Check the version/,
  );
  expect((await cachedVersions(engine)).map(({ version }) => version)).not.toContain("9.9.9");
});

function silently() {
  return { engine, log: () => undefined };
}

/** As `docker import` does: an image of one file, like those without a shell. */
async function importImage(reference: string, file: string, path: string): Promise<void> {
  const root = await mkdtemp(join(cache, "root-"));
  const target = join(root, path);
  await mkdir(join(target, ".."), { recursive: true });
  await execa("cp", ["-L", file, target]);
  const tar = execa("tar", ["-C", root, "-cf", "-", "."], { buffer: false, encoding: "buffer" });
  const [, repo = "", tag = ""] = /^(.*):([^:]+)$/.exec(reference) ?? [];
  // The types know the file's name alone, the library takes a stream too.
  const archive = tar.stdout.pipe(new PassThrough()) as unknown as string;
  const answer = await engine.docker.importImage(archive, { repo, tag });
  await finished((answer as unknown as Readable).resume());
  await tar;
}

function ignoreMissing(error: unknown): void {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
}
