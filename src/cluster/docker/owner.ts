import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A process, named so that another one that later gets its number is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; empty where the system does not tell. */
  readonly start: string;
  readonly host: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? "", host: hostname() };
}

/**
 * "unknown" where the process would be on another host: one engine may serve several, and a number
 * of theirs says nothing here.
 */
export function livenessOf(owner: ProcessIdentity): "alive" | "gone" | "unknown" {
  if (owner.host !== hostname()) return "unknown";
  if (!exists(owner.pid)) return "gone";
  const start = startOf(owner.pid);
  if (start === undefined) return process.platform === "linux" ? "gone" : "alive";
  return owner.start === "" || owner.start === start ? "alive" : "gone";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Boot and clock ticks since then: /proc/PID/stat, field 22 (man 5 proc). Undefined where there is
 * no such process, where it is dead but not yet waited for, and on systems without /proc.
 */
function startOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const boot = readIfThere("/proc/sys/kernel/random/boot_id");
  if (stat === undefined || boot === undefined) return undefined;
  // The command's name may hold spaces and parentheses: fields are counted from its end.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  return `${boot.trim().slice(0, 8)}-${fields[18] ?? ""}`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
