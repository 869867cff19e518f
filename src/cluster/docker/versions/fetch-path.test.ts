import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../../core/errors.js";
import { binaryAt, copyFromPath } from "./fetch-path.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ordeal-path-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("a folder with an etcd in it will do, and its etcdctl comes along", async () => {
  await program("etcd");
  await program("etcdctl");
  expect(await binaryAt(folder)).toBe(join(folder, "etcd"));
  const copy = join(folder, "copy");
  await mkdir(copy);
  await copyFromPath(folder, copy);
  expect((await readdir(copy)).sort()).toEqual(["etcd", "etcdctl"]);
});

test("a binary may have any name", async () => {
  const path = await program("etcd-with-my-patch");
  const copy = join(folder, "copy");
  await mkdir(copy);
  await copyFromPath(path, copy);
  expect(await readdir(copy)).toEqual(["etcd"]);
});

test("what cannot be an etcd is refused in a sentence that says why", async () => {
  const script = await program("script", "#!/bin/sh\necho etcd Version: 3.5.16\n");
  const notExecutable = await program("text");
  await chmod(notExecutable, 0o644);
  await mkdir(join(folder, "directory", "etcd"), { recursive: true });
  const reasons = {
    [join(folder, "none")]: "there is nothing there",
    [folder]: "it is a folder without an etcd in it",
    [join(folder, "directory")]: "it is not a file",
    [notExecutable]: "it is not executable",
    [script]: "it is not a Linux program (ELF)",
  };
  for (const [path, reason] of Object.entries(reasons)) {
    await expect(binaryAt(path)).rejects.toThrow(UsageError);
    await expect(binaryAt(path)).rejects.toThrow(/^Expected the path of an etcd binary for Linux/);
    await expect(binaryAt(path)).rejects.toThrow(`: ${reason}.`);
  }
});

async function program(name: string, content = "\x7fELF and so on"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o755 });
  return path;
}
