import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const cli = new URL("../../dist/src/cli.js", import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once the process has said this; rejects when it ended without. */
  readonly said: (words: RegExp) => Promise<void>;
}

const running = new Set<ChildProcess>();

/** The command line as people run it: the built one, in a process of its own. */
export function start(
  words: readonly string[],
  options: { env?: NodeJS.ProcessEnv; wrap?: string } = {},
): Started {
  const env = { ...process.env, ...options.env };
  const command = [process.execPath, cli, ...words];
  // `wrap` is shell text with mounts of its own, in which the command is "$@".
  const whole = options.wrap
    ? ["unshare", "--mount", "sh", "-c", options.wrap, "sh", ...command]
    : command;
  const [program = "", ...rest] = whole;
  const child = spawn(program, rest, { env });
  running.add(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const ended = once(child, "close").then(([code]) => {
    running.delete(child);
    return { code: code as number | null, stdout, stderr };
  });
  return {
    child,
    ended,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (words.test(stderr)) resolve();
        };
        child.stderr.on("data", look);
        void ended.then(() => {
          look();
          reject(new Error(`it ended without saying ${words}:\n${stderr}`));
        });
        look();
      }),
  };
}

export function ordeal(...words: string[]): Promise<Ended> {
  return start(words).ended;
}

/** For afterwards: whatever still runs. */
export function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
}
