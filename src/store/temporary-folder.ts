import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder that is gone when this process is, however it ends but by a SIGKILL. */
export interface TemporaryFolder {
  readonly path: string;
  /** Before that. */
  remove(): void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `parent` has to be there: throws what the system says of it where it cannot be written. */
export function temporaryFolder(parent: string, prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(parent, prefix));

  function onSignal(signal: NodeJS.Signals): void {
    // Whoever else listens leaves in its own time, which "exit" tells of.
    if (process.listenerCount(signal) > 1) return;
    remove();
    process.kill(process.pid, signal);
  }

  function remove(): void {
    rmSync(path, { recursive: true, force: true });
    process.off("exit", remove);
    for (const signal of signals) process.off(signal, onSignal);
  }

  process.on("exit", remove);
  for (const signal of signals) process.on(signal, onSignal);
  return { path, remove };
}
