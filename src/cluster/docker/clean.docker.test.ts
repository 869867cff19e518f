import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, beforeAll, expect, test } from "vitest";
import { findLeftovers, listMade, removeLeftovers, removeRun } from "./clean.js";
import { connectEngine, type Engine } from "./engine.js";
import { ensureNodeImage } from "./image.js";
import { paths } from "./etcd-config.js";
import { labels, labelsFor } from "./labels.js";
import { slowDown } from "./harms/disk-slow.js";
import { makeOwnDisk, ownDiskCapability, ownDiskHostConfig } from "./own-disk.js";

const run = `test-of-clean-${process.pid}`;
let engine: Engine;
let image = "";

beforeAll(async () => {
  engine = await connectEngine();
  image = (await ensureNodeImage(engine, { log: () => undefined })).reference;
});

afterEach(async () => {
  await removeRun(engine, run);
});

test("what a dead run left goes, frozen containers and the network that they are in too", async () => {
  const dead = { [labels.pid]: String(spawnSync("true").pid) };
  const network = await makeNetwork(dead);
  await makeContainer("running", dead, network);
  await (await makeContainer("frozen", dead, network)).pause();
  await makeContainer("kept", { ...dead, [labels.kept]: "true" }, network);
  expect(namesOf(await findLeftovers(engine))).toEqual(["frozen", "kept", "network", "running"]);
  const lines: string[] = [];
  const { failed } = await removeLeftovers(engine, { log: (line) => lines.push(line), run });
  expect(failed).toEqual([]);
  expect(lines).toHaveLength(4);
  expect(lines).toContain(`removed container ${run}-frozen of run ${run} (paused)`);
  expect(namesOf(await listMade(engine))).toEqual([]);
});

test("what a living run needs stays, unless all is asked for", async () => {
  await makeContainer("alive", {});
  await makeContainer("elsewhere", { [labels.host]: "elsewhere.invalid" });
  const { removed } = await removeLeftovers(engine, { log: () => undefined, run });
  expect(removed).toEqual([]);
  const there = (await listMade(engine)).filter((made) => made.run === run);
  expect(there.map(({ owner }) => owner).sort()).toEqual(["alive", "unknown"]);
  await removeLeftovers(engine, { log: () => undefined, run, all: true });
  expect(namesOf(await listMade(engine))).toEqual([]);
});

test("a run is removed by its id, whoever owns it, and twice at once as well", async () => {
  await makeContainer("one", {}, await makeNetwork({}));
  await Promise.all([removeRun(engine, run), removeRun(engine, run)]);
  expect(namesOf(await listMade(engine))).toEqual([]);
});

test.each([
  [
    "stands still under a write",
    `fsfreeze -f ${paths.data}; (echo >${paths.data}/a) & sleep 0.1; kill -0 $!`,
  ],
  ["stands still again and again", slowDown({ stallMs: 200, openMs: 5 })],
])("a node goes whose disk %s, and its loop device is free", async (_, harm) => {
  const container = await engine.docker.createContainer({
    Image: image,
    name: `${run}-stalled`,
    Labels: labelsFor(run, "node"),
    HostConfig: { ...ownDiskHostConfig, CapAdd: [ownDiskCapability], NetworkMode: "none" },
  });
  await container.start();
  const inside = async (script: string) => {
    const exec = await container.exec({ Cmd: ["sh", "-c", script], AttachStdout: true });
    const stream = await exec.start({ hijack: true, stdin: false });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect((await exec.inspect()).ExitCode).toBe(0);
    return Buffer.concat(chunks).toString();
  };
  await inside(`set -e\n${makeOwnDisk}`);
  const [device = ""] = /loop\d+/.exec(await inside(`findmnt -no SOURCE ${paths.data}`)) ?? [];
  expect(backingFileOf(device)).toContain("ordeal-disk");
  await inside(harm);
  await removeRun(engine, run);
  expect(namesOf(await listMade(engine))).toEqual([]);
  expect(backingFileOf(device)).not.toContain("ordeal-disk");
});

/** Of a loop device of this machine; empty where it has none. */
function backingFileOf(device: string): string {
  const file = `/sys/block/${device}/loop/backing_file`;
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

async function makeNetwork(extra: Record<string, string>): Promise<string> {
  const Labels = { ...labelsFor(run, "network"), ...extra };
  await engine.docker.createNetwork({ Name: `${run}-network`, Labels });
  return `${run}-network`;
}

async function makeContainer(name: string, extra: Record<string, string>, network = "none") {
  const container = await engine.docker.createContainer({
    name: `${run}-${name}`,
    Image: image,
    Labels: { ...labelsFor(run, "node"), ...extra },
    HostConfig: { NetworkMode: network },
  });
  await container.start();
  return container;
}

/** Of this test's run: others may use the engine at the same time. */
function namesOf(objects: readonly { name: string; run: string }[]): string[] {
  return objects
    .filter((made) => made.run === run)
    .map(({ name }) => name.slice(run.length + 1))
    .sort();
}
