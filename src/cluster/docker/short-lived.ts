import type Docker from "dockerode";
import type { Engine } from "./engine.js";
import { labelsFor, type ObjectKind } from "./labels.js";

export interface ShortLived {
  readonly image: string;
  /** What it is for: stands in the label where a node has its run's id. */
  readonly purpose: string;
  readonly kind: ObjectKind;
  /** In place of the image's own entry point. */
  readonly command: readonly string[];
  readonly hostConfig?: Docker.HostConfig;
  /** Killed after this long. */
  readonly timeoutMs: number;
  /** Called before it starts: the place to copy files in. */
  readonly before?: (container: Docker.Container) => Promise<void>;
  /** Called after it ended: the place to copy files out. */
  readonly after?: (container: Docker.Container) => Promise<void>;
}

export interface Ended {
  /** 137 where it was killed, because it took too long for instance. */
  readonly exitCode: number;
  /** What it wrote to its standard output and error, in this order. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** Runs a container to its end, and removes it whatever happens. Rejects as the engine words it. */
export async function runShortLived(engine: Engine, what: ShortLived): Promise<Ended> {
  const container = await engine.docker.createContainer({
    Image: what.image,
    Entrypoint: [],
    Cmd: [...what.command],
    Labels: labelsFor(what.purpose, what.kind),
    HostConfig: what.hostConfig ?? {},
  });
  try {
    await what.before?.(container);
    await container.start();
    const { exitCode, timedOut } = await end(container, what.timeoutMs);
    const output = await outputOf(container);
    if (exitCode === 0) await what.after?.(container);
    return { exitCode, output, timedOut };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/** Time is the machine's own: nothing here is part of a run. */
async function end(container: Docker.Container, timeoutMs: number) {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    // One that ended meanwhile cannot be killed, which is as well.
    container.kill().catch(() => undefined);
  }, timeoutMs);
  try {
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode: StatusCode, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

async function outputOf(container: Docker.Container): Promise<string> {
  const framed = await container.logs({ stdout: true, stderr: true, follow: false });
  return demultiplex(framed);
}

/**
 * Without a terminal the engine sends frames: a byte for the stream, three of padding, four for
 * the length (Docker's API, "attach to a container").
 */
function demultiplex(framed: Buffer): string {
  const text = { 1: "", 2: "" };
  for (let at = 0; at + 8 <= framed.length;) {
    const length = framed.readUInt32BE(at + 4);
    const content = framed.subarray(at + 8, at + 8 + length).toString("utf8");
    text[framed[at] === 2 ? 2 : 1] += content;
    at += 8 + length;
  }
  return text[1] + text[2];
}
