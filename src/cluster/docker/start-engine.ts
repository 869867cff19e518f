import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { HarnessError } from "../../core/errors.js";
import { cacheDirectory, makeDirectory } from "./cache-directory.js";
import { canInstallPackages, installPackages, isOnPath, searchPath } from "./debian-packages.js";
import { connectEngine, type Engine, NoEngineError } from "./engine.js";
import { stopwatch } from "./stopwatch.js";

/** An engine that could be started, and the traces that a killed one leaves. */
export interface DaemonPlaces {
  readonly socket: string;
  readonly pidFile: string;
  readonly containerdPidFile: string;
  /** Where its own output goes. */
  readonly logFile: string;
  /** What starts it: the program and its options. */
  readonly command: readonly [string, ...string[]];
}

const answerWithinMs = 60_000;
/** Once ours has ended: another may be about to answer, which was first. */
const anotherWithinMs = 10_000;
const lookAgainAfterMs = 200;

/**
 * An engine that answers. Where none does, the distribution's is installed and started if we are
 * root on Debian or Ubuntu. A running one is used as it is. Rejects with HarnessError, which says
 * what to do.
 */
export async function makeEngineReady(log: (line: string) => void): Promise<Engine> {
  try {
    return await connectEngine();
  } catch (error) {
    if (!(error instanceof NoEngineError) || !mayStartOne(error)) throw error;
  }
  if (!isOnPath("dockerd")) await installPackages(["docker.io", "iptables"], log);
  const elapsed = stopwatch();
  if (existsSync("/run/systemd/system")) await startBySystemd();
  else await startDaemon(await usualPlaces());
  const engine = await connectEngine();
  log(`Docker engine ${engine.version} started in ${elapsed()}`);
  return engine;
}

/** Whoever set DOCKER_HOST wants that engine; where permission is denied there is one already. */
function mayStartOne({ silences }: NoEngineError): boolean {
  return (
    process.platform === "linux" &&
    canInstallPackages() &&
    silences.every(({ place }) => place.saidBy !== "from DOCKER_HOST") &&
    silences.every(({ reason }) => reason !== "permission denied")
  );
}

async function startBySystemd(): Promise<void> {
  const { failed, all } = await execa("systemctl", ["start", "docker"], {
    reject: false,
    all: true,
    stdin: "ignore",
  });
  if (!failed) return;
  throw new HarnessError(
    "`systemctl start docker` failed: its words are below; `journalctl -u docker` has the engine's own.",
    { details: all.split("\n").slice(-15) },
  );
}

async function usualPlaces(): Promise<DaemonPlaces> {
  return {
    socket: "/var/run/docker.sock",
    pidFile: "/var/run/docker.pid",
    containerdPidFile: "/var/run/docker/containerd/containerd.pid",
    logFile: join(await makeDirectory(cacheDirectory()), "dockerd.log"),
    command: ["dockerd"],
  };
}

/**
 * Starts `dockerd` so that it outlives us and holds nothing of ours, and waits until it answers.
 * For a machine without systemd, on which nobody else does it.
 */
export async function startDaemon(places: DaemonPlaces): Promise<void> {
  removeStalePidFile(places.pidFile, "dockerd");
  removeStalePidFile(places.containerdPidFile, "containerd");
  const output = openSync(places.logFile, "a");
  const [program, ...options] = places.command;
  const daemon = spawn(program, options, {
    detached: true,
    stdio: ["ignore", output, output],
    cwd: "/",
    env: { ...process.env, PATH: searchPath().join(delimiter) },
  });
  closeSync(output);
  await once(daemon, "spawn");
  daemon.unref();
  await untilItAnswers(places, daemon);
}

/**
 * A killed engine leaves the file behind, and the next one refuses to start while any process
 * bears the number in it. So it goes, unless a living engine bears it.
 */
export function removeStalePidFile(path: string, program: "dockerd" | "containerd"): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  const pid = /^\d+$/.exec(text.trim())?.[0];
  if (pid !== undefined && isLiving(pid, program)) return;
  rmSync(path, { force: true });
}

/** A dead process that nobody waited for still bears its number and its name (proc(5)). */
function isLiving(pid: string, program: string): boolean {
  const status = readIfThere(`/proc/${pid}/status`);
  if (status === undefined) return false;
  const name = /^Name:\t(.*)$/m.exec(status)?.[1];
  const state = /^State:\t(\S)/m.exec(status)?.[1];
  return name === program && state !== "Z" && state !== "X";
}

/**
 * Goes by the answer alone. That our `dockerd` ended says little: another process may have been
 * first, and its engine is as good.
 */
async function untilItAnswers({ socket, logFile }: DaemonPlaces, daemon: ChildProcess) {
  const environment = { DOCKER_HOST: `unix://${socket}` };
  let deadlineMs = performance.now() + answerWithinMs;
  daemon.once("exit", () => {
    deadlineMs = Math.min(deadlineMs, performance.now() + anotherWithinMs);
  });
  for (;;) {
    try {
      await connectEngine(environment);
      return;
    } catch (error) {
      if (!(error instanceof NoEngineError)) throw error;
      if (performance.now() > deadlineMs) throw neverAnswered(logFile, error);
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainAfterMs));
  }
}

function neverAnswered(logFile: string, cause: Error): HarnessError {
  return new HarnessError(
    `dockerd was started but does not answer: its last lines are below, all of them in ${logFile}.`,
    { cause, details: (readIfThere(logFile) ?? "").trimEnd().split("\n").slice(-15) },
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
