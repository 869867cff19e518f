import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { HarnessError } from "../../core/errors.js";

export type LogLevel = "panic" | "fatal";

/** The level of a line that is a finding by itself, in any of etcd's log formats. */
export function findingLevel(line: string): LogLevel | undefined {
  const zap = /^\{"level":"d?(panic|fatal)"/.exec(line) ?? /^\S+\t(panic|fatal)\t/i.exec(line);
  if (zap) return zap[1]?.toLowerCase() as LogLevel;
  // The older format has one letter for both: C for critical.
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ C \| /.test(line)) return "fatal";
  // Go's runtime speaks for itself.
  if (line.startsWith("panic: ")) return "panic";
  if (line.startsWith("fatal error: ")) return "fatal";
  if (/^(unexpected fault address |SIG[A-Z]+: )/.test(line)) return "fatal";
  return undefined;
}

export interface FollowOptions {
  readonly docker: Docker;
  readonly container: Docker.Container;
  /** Where the log is written as it comes. */
  readonly path: string;
  readonly onFinding: (level: LogLevel, line: string) => void;
}

/** A node's log on its way to a file. */
export interface NodeLog {
  /** Newest last. */
  lastLines(count: number): string[];
  /** Resolves when all is written. The container must have stopped, or be left to itself. */
  end(options: { readonly hasStopped: boolean }): Promise<void>;
}

const remembered = 200;
/** So long the engine may take to hand over the last lines of a container that has stopped. */
const lastLinesMs = 5_000;

/**
 * Copies what a container's main process says, line by line, from the start. The engine keeps it
 * all, so a frozen container or a slow reader loses nothing.
 */
export async function followLog(options: FollowOptions): Promise<NodeLog> {
  const file = createWriteStream(options.path);
  await once(file, "open");
  let trouble: Error | undefined;
  file.on("error", (error) => {
    trouble ??= error;
  });

  const recent: string[] = [];
  const splitter = lineSplitter((line) => {
    recent.push(line);
    if (recent.length > remembered) recent.shift();
    const level = findingLevel(line);
    if (level) options.onFinding(level, line);
  });

  const source = await options.container.logs({ follow: true, stdout: true, stderr: true });
  const sink = new PassThrough();
  options.docker.modem.demuxStream(source, sink, sink);
  sink.on("data", (chunk: Buffer) => {
    if (!trouble) file.write(chunk);
    splitter.push(chunk);
  });
  const ended = new Promise<void>((resolve) => {
    source.on("end", resolve);
    source.on("close", resolve);
    // The engine died. What it did to the run shows elsewhere.
    source.on("error", () => {
      resolve();
    });
  });

  const finish = async ({ hasStopped }: { hasStopped: boolean }): Promise<void> => {
    if (hasStopped) await Promise.race([ended, sleep(lastLinesMs, undefined, { ref: false })]);
    // A stream of the engine's socket: its type lacks what it can do.
    (source as unknown as { destroy(): void }).destroy();
    splitter.end();
    if (!trouble) {
      file.end();
      await Promise.race([once(file, "close"), once(file, "error")]);
    }
    if (trouble) {
      throw new HarnessError(`The log ${options.path} cannot be written: ${trouble.message}.`, {
        cause: trouble,
      });
    }
  };
  let finishing: Promise<void> | undefined;
  return {
    lastLines: (count) => recent.slice(-count),
    end: (how) => (finishing ??= finish(how)),
  };
}

interface LineSplitter {
  push(chunk: Buffer): void;
  end(): void;
}

/** Whole lines out of pieces; a last line without an end counts at the end. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push: (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line.replace(/\r$/, ""));
    },
    end: () => {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}

/** Of the last lines of an etcd that ended, what most likely says why, in etcd's words. */
export function tellingLine(lines: readonly string[]): string {
  const spoken = lines.filter((line) => line.trim() !== "");
  const said =
    spoken.findLast((line) => /"level":"(fatal|panic)"|"error":"| [CE] \| /.test(line)) ??
    spoken.findLast((line) => /error|invalid|unknown|cannot|conflict/i.test(line)) ??
    spoken.at(-1);
  return said === undefined ? "nothing" : withoutWrapping(said);
}

/** Message and error of a line that is JSON; any other line as it is. */
function withoutWrapping(line: string): string {
  const match = /"msg":("(?:[^"\\]|\\.)*")(?:.*?"error":("(?:[^"\\]|\\.)*"))?/.exec(line);
  if (!match) return line;
  return match
    .slice(1)
    .flatMap((text: string | undefined) => (text ? [JSON.parse(text) as string] : []))
    .join(": ");
}
