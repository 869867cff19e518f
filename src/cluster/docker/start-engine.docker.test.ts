import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HarnessError } from "../../core/errors.js";
import { isOnPath } from "./debian-packages.js";
import { connectEngine } from "./engine.js";
import { livenessOf, thisProcess } from "./owner.js";
import { type DaemonPlaces, startDaemon } from "./start-engine.js";

/** A second engine beside the one in use: only root can have one, and only where one is installed. */
const possible = process.getuid?.() === 0 && isOnPath("dockerd");
let folder = "";
let places: DaemonPlaces;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ordeal-engine-"));
  places = {
    socket: join(folder, "docker.sock"),
    pidFile: join(folder, "docker.pid"),
    containerdPidFile: join(folder, "exec", "containerd", "containerd.pid"),
    logFile: join(folder, "dockerd.log"),
    command: [
      // In a network of its own, since an engine clears away the bridge of another beside it; with
      // mounts of its own, since one that is killed leaves them behind.
      ...(["unshare", "--net", "--mount", "dockerd"] as const),
      ...["-H", `unix://${folder}/docker.sock`, "--pidfile", join(folder, "docker.pid")],
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--bridge=none", "--iptables=false", "--ip-forward=false"],
    ],
  };
});

afterEach(async () => {
  const pid = await numberIn(places.pidFile);
  // It is our own number where the test failed half-way.
  if (pid !== undefined && pid !== process.pid) await end(pid, "SIGTERM");
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test.runIf(possible)(
  "an engine is started, and again after it was killed and its numbers went to others",
  async () => {
    await startDaemon(places);
    const engine = await connectEngine({ DOCKER_HOST: `unix://${places.socket}` });
    expect(engine.version).not.toBe("");
    for (const file of [places.pidFile, places.containerdPidFile]) {
      const pid = await numberIn(file);
      if (pid !== undefined) await end(pid, "SIGKILL");
      await writeFile(file, String(process.pid));
    }
    await startDaemon(places);
    const again = await connectEngine({ DOCKER_HOST: `unix://${places.socket}` });
    expect(again.version).toBe(engine.version);
  },
);

test.runIf(possible)("an engine that does not come up is told with its last words", async () => {
  const hopeless: DaemonPlaces = {
    ...places,
    command: [...places.command, "--no-such-option"],
  };
  const error: unknown = await startDaemon(hopeless).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(HarnessError);
  expect(String(error)).toContain("dockerd was started but does not answer");
  expect((error as HarnessError).details.join("\n")).toContain("no-such-option");
});

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  const owner = { ...thisProcess(), pid, start: "" };
  if (livenessOf(owner) === "alive") process.kill(pid, signal);
  await expect.poll(() => livenessOf(owner), { timeout: 20_000 }).toBe("gone");
}

async function numberIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
