import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { HarnessError } from "../../core/errors.js";

/** A Docker engine that answers. */
export interface Engine {
  readonly docker: Docker;
  /** Such as "Docker Engine - Community"; "Docker Engine" where it gives itself no name. */
  readonly name: string;
  readonly version: string;
  /** The newest API version that it speaks, such as "1.41". */
  readonly api: string;
  /** Of the machine that containers run on, in Go's words: "amd64", "arm64". */
  readonly architecture: string;
  /** As DOCKER_HOST would say it: other libraries must be pointed to the same engine. */
  readonly host: string;
}

/** A place where an engine may listen, and who says so. */
export interface Place {
  readonly host: string;
  readonly saidBy: string;
}

/** Why nothing answered at a place. */
export interface Silence {
  readonly place: Place;
  readonly reason: string;
}

/** No engine answers. What was found at each place is kept for those who can start one. */
export class NoEngineError extends HarnessError {
  readonly silences: readonly Silence[];
  /** What was tried, and what came of it. */
  readonly tried: string;

  constructor(silences: readonly Silence[], advice: string) {
    const tried = silences
      .map(({ place, reason }) => `${place.host} (${place.saidBy}): ${reason}`)
      .join("; ");
    super(`No Docker engine answers: tried ${tried}. ${advice}`);
    this.silences = silences;
    this.tried = tried;
  }
}

const answerTimeoutMs = 5_000;

/**
 * The first engine that answers, with the places tried in the order in which Docker's own client
 * would. Rejects with NoEngineError.
 */
export async function connectEngine(environment: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const silences: Silence[] = [];
  for (const place of placesToTry(environment)) {
    const found = await tryPlace(place, environment);
    if ("docker" in found) return found;
    silences.push(found);
  }
  throw new NoEngineError(silences, adviceFor(silences));
}

/** Whoever sets DOCKER_HOST means that engine and no other. */
export function placesToTry(environment: NodeJS.ProcessEnv): Place[] {
  if (environment.DOCKER_HOST) {
    return [{ host: environment.DOCKER_HOST, saidBy: "from DOCKER_HOST" }];
  }
  if (process.platform === "win32") {
    return [{ host: "npipe:////./pipe/docker_engine", saidBy: "Docker's usual pipe" }];
  }
  const home = environment.HOME ?? homedir();
  const runtime = environment.XDG_RUNTIME_DIR;
  const places: (Place | undefined)[] = [
    placeOfContext(environment, home),
    { host: "unix:///var/run/docker.sock", saidBy: "the system's engine" },
    runtime ? { host: `unix://${runtime}/docker.sock`, saidBy: "a rootless engine" } : undefined,
    { host: `unix://${home}/.docker/run/docker.sock`, saidBy: "Docker Desktop" },
  ];
  const there = places.filter((place) => place !== undefined);
  return there.filter((p, index) => there.findIndex((other) => other.host === p.host) === index);
}

async function tryPlace(place: Place, environment: NodeJS.ProcessEnv): Promise<Engine | Silence> {
  try {
    const probe = dockerAt(place.host, environment, { timeout: answerTimeoutMs });
    const told = await probe.version();
    return {
      docker: dockerAt(place.host, environment, {}),
      name: (told as { Platform?: { Name?: string } }).Platform?.Name || "Docker Engine",
      version: told.Version,
      api: told.ApiVersion,
      architecture: told.Arch,
      host: place.host,
    };
  } catch (error) {
    return { place, reason: reasonFor(error) };
  }
}

/** docker-modem understands DOCKER_HOST, with its TLS settings, but from the environment alone. */
function dockerAt(
  host: string,
  environment: NodeJS.ProcessEnv,
  options: Docker.DockerOptions,
): Docker {
  if (host === process.env.DOCKER_HOST) return new Docker(options);
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socket !== undefined) return new Docker({ ...options, socketPath: socket });
  const url = new URL(host.includes("//") ? host : `tcp://${host}`);
  const secure = environment.DOCKER_TLS_VERIFY === "1" || url.port === "2376";
  const protocol = secure ? "https" : "http";
  return new Docker({ ...options, host: url.hostname, port: url.port || 2375, protocol });
}

/**
 * The engine of the context that `docker context use` or DOCKER_CONTEXT chose. Contexts with
 * certificates of their own or over ssh are left to DOCKER_HOST.
 */
function placeOfContext(environment: NodeJS.ProcessEnv, home: string): Place | undefined {
  const folder = environment.DOCKER_CONFIG ?? join(home, ".docker");
  const config = jsonIn(join(folder, "config.json")) as { currentContext?: unknown } | undefined;
  const name = environment.DOCKER_CONTEXT ?? config?.currentContext;
  if (typeof name !== "string" || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const meta = jsonIn(join(folder, "contexts", "meta", id, "meta.json")) as
    { Endpoints?: { docker?: { Host?: unknown } } } | undefined;
  const host = meta?.Endpoints?.docker?.Host;
  if (typeof host !== "string" || host.startsWith("ssh:")) return undefined;
  return { host, saidBy: `Docker's context ${name}` };
}

/** Undefined where the file is not there or is no JSON: Docker's own client complains of that. */
function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function reasonFor(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "no such socket";
    case "EACCES":
      return "permission denied";
    case "ECONNREFUSED":
      return "nobody listens";
    case "ECONNRESET":
      return `no answer within ${answerTimeoutMs / 1000} s`;
    default:
      return message;
  }
}

function adviceFor(silences: readonly Silence[]): string {
  if (silences.some(({ reason }) => reason === "permission denied")) {
    return "An engine is there but this user may not speak to it: add the user to the group `docker` and log in again, run as root, or use a rootless engine.";
  }
  if (silences.some(({ place }) => place.saidBy === "from DOCKER_HOST")) {
    return "Start the engine that DOCKER_HOST names, or unset it.";
  }
  return "Start Docker, point DOCKER_HOST to an engine, or run `ordeal setup` as root on Debian or Ubuntu, which installs one.";
}
