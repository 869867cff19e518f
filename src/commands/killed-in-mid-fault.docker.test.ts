import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { nemeses } from "../../nemeses/index.js";
import { listMade } from "../cluster/docker/clean.js";
import { connectEngine, type Engine } from "../cluster/docker/engine.js";
import { findRuns } from "../store/find-runs.js";
import { killAll, ordeal, type Started, start } from "./cli-process.fixture.js";

/** Those that leave most behind; `ORDEAL_KILLED_IN=all`, or names with commas, for others. */
const asked = process.env["ORDEAL_KILLED_IN"] ?? "disk-slow,hold-links";
const names = asked === "all" ? Object.keys(nemeses) : asked.split(",");

/** What some cannot do without. */
const extraWords: Readonly<Record<string, readonly string[]>> = {
  rollout: ["--to-etcd", "3.5.30"],
  upgrade: ["--to-etcd", "3.5.30"],
};

let results: string;
let engine: Engine;

beforeAll(async () => {
  engine = await connectEngine();
});
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-killed-"));
});
afterEach(async () => {
  killAll();
  await ordeal("clean");
  rmSync(results, { recursive: true });
});

it.each(names)("a SIGKILL while %s is in force leaves what clean removes whole", async (name) => {
  const words = ["--nodes", "3", "--nemesis", name, "--nemesis-interval", "6"];
  const extra = extraWords[name] ?? [];
  const run = start(["test", "--results", results, ...words, "--time-limit", "90", ...extra]);
  await untilInForce(run, name);
  run.child.kill("SIGKILL");
  await run.ended;
  const made = (await listMade(engine)).filter(({ ownerPid }) => ownerPid === run.child.pid);
  expect(made).toHaveLength(4);
  const disks = await ownDisksOf(made.flatMap(({ type, id }) => (type === "container" ? id : [])));
  const ids = made.map(({ type, id }) => (type === "container" ? id : `br-${id.slice(0, 12)}`));
  expect(tracesOf(ids)).not.toEqual([]);

  expect((await ordeal("clean")).code).toBe(0);
  const left = (await listMade(engine)).filter(({ ownerPid }) => ownerPid === run.child.pid);
  expect(left).toEqual([]);
  await expect.poll(() => tracesOf(ids), { timeout: 10_000 }).toEqual([]);
  expect(loopDevices().filter((device) => disks.includes(device))).toEqual([]);
});

async function untilInForce({ ended }: Started, name: string): Promise<void> {
  const early: string[] = [];
  void ended.then(({ stderr }) => early.push(stderr));
  await expect
    .poll(
      () => {
        expect(early).toEqual([]);
        return stagesIn(results).includes("in-force");
      },
      { timeout: 100_000, interval: 50, message: `${name} was never in force` },
    )
    .toBe(true);
}

function stagesIn(folder: string): readonly string[] {
  const [run] = findRuns(folder);
  if (!run || !existsSync(run.folder.history)) return [];
  const text = readFileSync(run.folder.history, "utf8");
  return [...text.matchAll(/"stage":"([\w-]+)"/g)].map(([, stage = ""]) => stage);
}

/** Processes, mounts and firewall rules of this machine that bear one of these names. */
function tracesOf(ids: readonly string[]): string[] {
  const isOurs = (text: string) => ids.some((id) => text.includes(id));
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isOurs(textOf(`/proc/${pid}/cgroup`)))
    .map((pid) => `process ${pid}`);
  const lines = `${textOf("/proc/self/mountinfo")}\n${said("iptables-save")}`.split("\n");
  return [...processes, ...lines.filter(isOurs)];
}

/** Of each container that has a disk of its own: what its loop device stands on. */
async function ownDisksOf(containers: readonly string[]): Promise<string[]> {
  const asked = containers.map(async (id) => {
    const { State } = await engine.docker.getContainer(id).inspect();
    const image = `/proc/${State.Pid}/root/var/lib/ordeal-disk/image`;
    if (!existsSync(image)) return [];
    return [said("stat", "-c", "%i %Hd:%Ld", image).trim()];
  });
  return (await Promise.all(asked)).flat();
}

function loopDevices(): string[] {
  const listed = said("losetup", "--list", "--raw", "-n", "-O", "BACK-INO,BACK-MAJ:MIN");
  return listed.trim().split("\n");
}

/** A process may end while it is looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function said(program: string, ...words: string[]): string {
  return execFileSync(program, words, { encoding: "utf8" });
}
