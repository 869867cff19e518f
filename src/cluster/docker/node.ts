import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { HarnessError } from "../../core/errors.js";
import { paths } from "./etcd-config.js";
import { engineTrouble } from "./node-trouble.js";

/** An etcd process in a node's container, as /proc tells. */
export interface EtcdProcess {
  readonly pid: number;
  /** As ps shows it: "T" is stopped by a signal. */
  readonly state: string;
  /** In clock ticks since the machine's boot: a later process has a later one. */
  readonly startTicks: number;
  /** How often its threads were given the processor and left it again. */
  readonly contextSwitches: number;
}

/** A member's machine: it outlives the etcd process in it. */
export interface DockerNode {
  readonly name: string;
  readonly container: Docker.Container;
  readonly containerName: string;
  readonly docker: Docker;
  /** In the run's network. */
  readonly address: string;
  /** `host:port` at which clients on this machine reach etcd. */
  readonly endpoint: string;
}

/** Nothing that is asked of a node takes this long, unless its container is frozen. */
const scriptLimitMs = 20_000;

/**
 * Runs a shell script in the container and gives what it printed. Rejects with HarnessError where
 * it cannot be run, or ends with anything but 0. `what` words the failure.
 */
export async function runScript(node: DockerNode, script: string, what: string): Promise<string> {
  const ran = await withLimit(
    engineCall(() => execute(node, script), what),
    what,
  );
  if (ran.exitCode === 0) return ran.stdout;
  const said = ran.stderr.trim() || ran.stdout.trim() || "it said nothing";
  throw new HarnessError(`${what}: ${said} (exit code ${ran.exitCode ?? "unknown"}).`);
}

async function execute(node: DockerNode, script: string) {
  const exec = await node.container.exec({
    Cmd: ["sh", "-c", script],
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: false });
  const stdout = collect();
  const stderr = collect();
  node.docker.modem.demuxStream(stream, stdout.sink, stderr.sink);
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on("end", resolve);
      stream.on("close", resolve);
      stream.on("error", reject);
    });
  } finally {
    hangUp(stream);
  }
  const { ExitCode: exitCode } = await exec.inspect();
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
}

/** The engine's end of a hijacked connection stays open for minutes, and would keep us alive. */
function hangUp(stream: NodeJS.ReadWriteStream): void {
  // Typed as a bare stream; it is a socket.
  (stream as unknown as { destroy(): void }).destroy();
}

function collect() {
  const chunks: Buffer[] = [];
  const sink = new PassThrough();
  sink.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { sink, text: () => Buffer.concat(chunks).toString("utf8") };
}

/** Words whatever the engine throws. */
export async function engineCall<T>(call: () => Promise<T>, what: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw engineTrouble(error, what);
  }
}

async function withLimit<T>(work: Promise<T>, what: string): Promise<T> {
  const stop = new AbortController();
  const late = sleep(scriptLimitMs, undefined, { signal: stop.signal }).then(() => {
    throw new HarnessError(
      `${what}: no answer from its container within ${scriptLimitMs / 1000} s; is it frozen?`,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    work.catch(() => undefined);
    stop.abort();
  }
}

/** The files that etcd is started with in a node's container. */
export interface EtcdFiles {
  readonly binary: string;
  readonly config: string;
}

/** An etcd that was started, until it ends. */
export interface EtcdRun {
  /** Undefined while it runs; null where the engine does not know. */
  exitCode(): Promise<number | null | undefined>;
}

export interface EtcdStart {
  readonly files: EtcdFiles;
  readonly environment: readonly string[];
  /** Goes before the command, as `env` or `nice` would; ends in a space where it is not empty. */
  readonly under: string;
}

/**
 * Starts etcd apart from any connection of ours. What it says goes to the standard output of the
 * container's main process, which the engine keeps.
 */
export async function startEtcd(
  node: DockerNode,
  { files: { binary, config }, environment, under }: EtcdStart,
): Promise<EtcdRun> {
  const what = `etcd on ${node.name} could not be started`;
  const exec = await engineCall(async () => {
    const made = await node.container.exec({
      Cmd: ["sh", "-c", `exec ${under}${binary} --config-file=${config} >/proc/1/fd/1 2>&1`],
      Env: [...environment],
    });
    hangUp(await made.start({ Detach: true }));
    return made;
  }, what);
  return {
    exitCode: async () => {
      const { Running, ExitCode } = await engineCall(
        () => exec.inspect(),
        `etcd on ${node.name} could not be looked at`,
      );
      return Running ? undefined : ExitCode;
    },
  };
}

/**
 * Prints each process that runs an etcd file of ours; a dead one that nobody waited for has no file.
 * One that SIGKILL waits for runs no more, though its disk, which stands still, keeps it: it is
 * printed only where "all" are asked for.
 */
export const listEtcd = `is_doomed() {
  grep -qiE '^S(ig|hd)Pnd:\\s*[0-9a-f]*[13579bdf][0-9a-f]{2}$' "$1/status"
}
list_etcd() {
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/exe")" in ${paths.etcd}*) ;; *) continue ;; esac
    [ "$1" != all ] && is_doomed "$process" && continue
    echo "etcd $(cat "$process"/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n + 0 }') $(cat "$process/stat")"
  done 2>/dev/null
  true
}`;

/** So many looks of `untilGone`, and a process that only its disk keeps counts as gone. */
const looksForAll = 25;

/** Waits until etcd is gone, after `listEtcd`; ends the script with 1 where it takes too many looks. */
export function untilGone(looks: number): string {
  return `n=0; while [ -n "$(list_etcd all)" ]; do
  n=$((n + 1)); [ $n -gt ${looksForAll} ] && [ -z "$(list_etcd)" ] && break
  [ $n -gt ${looks} ] && { echo "it did not end" >&2; exit 1; }
  sleep 0.02
done`;
}

/** The etcd processes that are in the container at the moment: one, or none. */
export async function etcdProcesses(node: DockerNode): Promise<EtcdProcess[]> {
  const what = `The processes on ${node.name} could not be looked at`;
  return parseProcesses(await runScript(node, `${listEtcd}\nlist_etcd`, what));
}

/** Reads what `listEtcd` printed: context switches, then /proc/PID/stat (man 5 proc). */
export function parseProcesses(listing: string): EtcdProcess[] {
  return listing.split("\n").flatMap((line) => {
    // The name stands in parentheses and may hold spaces: fields are counted from its end.
    const match = /^etcd (\d+) (\d+) \(.*\) (\S) (.*)$/.exec(line);
    if (!match) return [];
    const [, contextSwitches, pid, state = "?", rest = ""] = match;
    // Field 22; the rest begins with field 4.
    const startTicks = Number(rest.split(" ")[18]);
    return [{ pid: Number(pid), state, startTicks, contextSwitches: Number(contextSwitches) }];
  });
}

/** What a process was started as: its program's file, and its words. */
export async function startedAs(node: DockerNode, { pid }: EtcdProcess): Promise<string> {
  const script = `readlink /proc/${pid}/exe; tr '\\0' ' ' </proc/${pid}/cmdline`;
  return runScript(node, script, `Process ${pid} on ${node.name} could not be looked at`);
}

/**
 * Sends a signal to etcd and to nothing else; gives the processes that were there before. With
 * "KILL" and "TERM" it waits until they are gone; with "KILL" at most until only a disk that stands
 * still keeps them.
 */
export async function signalEtcd(
  node: DockerNode,
  signal: "KILL" | "TERM" | "STOP" | "CONT",
): Promise<EtcdProcess[]> {
  // The one is done by the kernel; the other may hand over leadership and has files to close.
  const patience = { KILL: 200, TERM: 500, STOP: 0, CONT: 0 }[signal];
  const script = `${listEtcd}
list=$(list_etcd)
echo "$list"
pids=$(echo "$list" | awk '$1 == "etcd" { print $3 }')
[ -z "$pids" ] && exit 0
kill -${signal} $pids || exit 1
${patience > 0 ? untilGone(patience) : ""}
true`;
  const what = `etcd on ${node.name} could not be sent SIG${signal}`;
  return parseProcesses(await runScript(node, script, what));
}

/** Stops every process in the container at once, by the engine's freezer. */
export function freeze(node: DockerNode): Promise<void> {
  return engineCall(async () => {
    await node.container.pause();
  }, `${node.name} could not be frozen`);
}

/** Does nothing where it is not frozen. */
export async function thaw(node: DockerNode): Promise<void> {
  if (!(await isFrozen(node))) return;
  await engineCall(async () => {
    await node.container.unpause();
  }, `${node.name} could not be thawed`);
}

export async function isFrozen(node: DockerNode): Promise<boolean> {
  const what = `${node.name} could not be looked at`;
  const { State: state } = await engineCall(() => node.container.inspect(), what);
  return state.Paused;
}
