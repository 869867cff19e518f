import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withLock } from "./lock.js";
import { thisProcess } from "./owner.js";

let cache = "";

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "ordeal-lock-"));
  vi.stubEnv("ORDEAL_CACHE", cache);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

test("only one is inside at a time", async () => {
  let inside = 0;
  let most = 0;
  const enter = () =>
    withLock("door", async () => {
      inside += 1;
      most = Math.max(most, inside);
      // Long enough for the others to find the door shut.
      await new Promise((resolve) => setTimeout(resolve, 300));
      inside -= 1;
    });
  await Promise.all([enter(), enter(), enter()]);
  expect(most).toBe(1);
});

test("the lock is free again after a failure inside", async () => {
  await expect(withLock("door", () => Promise.reject(new Error("inside")))).rejects.toThrow(
    "inside",
  );
  await expect(withLock("door", () => Promise.resolve("in"))).resolves.toBe("in");
});

test("the lock of a process that died is taken over", async () => {
  const { pid } = spawnSync("true");
  await mkdir(join(cache, "locks"));
  await writeFile(join(cache, "locks", "door"), JSON.stringify({ ...thisProcess(), pid }));
  await expect(withLock("door", () => Promise.resolve("in"))).resolves.toBe("in");
});
