import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeStalePidFile } from "./start-engine.js";

let folder = "";
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ordeal-pid-"));
  // A program of the engine's name that does nothing.
  await copyFile("/bin/sleep", join(folder, "dockerd"));
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  await rm(folder, { recursive: true });
});

test("the file of a living engine stays", async () => {
  const child = spawn(join(folder, "dockerd"), ["600"]);
  children.push(child);
  await once(child, "spawn");
  expect(await staysWith(String(child.pid))).toBe(true);
});

test("a file whose number went to another program is removed", async () => {
  expect(await staysWith(String(process.pid))).toBe(false);
});

test("a file whose engine is dead but not yet waited for is removed", async () => {
  // The shell becomes a program that never waits for the child it started.
  const script = `${join(folder, "dockerd")} 600 & echo $!; exec sleep 600`;
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  const pid = printed.toString().trim();
  // As long as it is the shell it would still wait for a child that ends.
  await expect.poll(() => nameOf(child.pid), { timeout: 10_000 }).toBe("sleep");
  process.kill(Number(pid), "SIGKILL");
  await expect.poll(() => stateOf(pid), { timeout: 10_000 }).toBe("Z");
  expect(await staysWith(pid)).toBe(false);
});

test("a file without a number is removed", async () => {
  expect(await staysWith("")).toBe(false);
  expect(await staysWith("torn\0")).toBe(false);
});

test("that there is no file is as well", () => {
  expect(() => {
    removeStalePidFile(join(folder, "none.pid"), "dockerd");
  }).not.toThrow();
});

async function staysWith(content: string): Promise<boolean> {
  const file = join(folder, "docker.pid");
  await writeFile(file, content);
  removeStalePidFile(file, "dockerd");
  return existsSync(file);
}

async function nameOf(pid: number | undefined): Promise<string> {
  return (await readFile(`/proc/${pid ?? ""}/comm`, "utf8")).trim();
}

async function stateOf(pid: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return /^State:\t(\S)/m.exec(status)?.[1];
}
