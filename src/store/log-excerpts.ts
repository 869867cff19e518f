import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";

const linesShown = 200;
const bytesRead = 256 * 1024;

/** The last lines of every node's log, for the report. Reads the end of each file only. */
export function logExcerpts(folder: string): Record<string, readonly string[]> {
  if (!existsSync(folder)) return {};
  const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return Object.fromEntries(
    logs.sort().map((name) => [basename(name, ".log"), lastLines(join(folder, name))]),
  );
}

function lastLines(path: string): string[] {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const start = Math.max(0, size - bytesRead);
    const buffer = Buffer.alloc(size - start);
    readSync(file, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").split("\n").filter(Boolean);
    // The first line of a cut file is torn.
    return (start > 0 ? lines.slice(1) : lines).slice(-linesShown);
  } finally {
    closeSync(file);
  }
}
