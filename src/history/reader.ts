import { stat } from "node:fs/promises";
import { UsageError } from "../core/errors.js";
import type { History, HistoryHeader } from "../core/history.js";
import type { Input } from "../core/operation.js";
import { type Assembly, assemble } from "./assemble.js";
import { type Block, blocksOf } from "./blocks.js";
import { Damage, shown } from "./fields.js";
import { parseHeader } from "./header.js";

export interface ReadHistoryOptions {
  /**
   * Says which operations change nothing, so that failures are classified anew by today's table.
   * Without it the recorded types stand. `readHistoryHeader` names the workload to ask.
   */
  readonly isReadOnly?: (input: Input) => boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
}

export interface ReadProgress {
  readonly events: number;
  /** Of the file, as it is on disk. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/**
 * Reads and pairs a history, also one that was compressed as `.gz`. Rejects with UsageError, naming
 * the line, where it is damaged. A last line that was torn is no damage: `torn` tells of it. Memory
 * goes with the number of operations.
 */
export async function readHistory(
  path: string,
  { isReadOnly, signal, onProgress }: ReadHistoryOptions = {},
): Promise<History> {
  const totalBytes = await sizeOf(path);
  let line = 0;
  let torn = false;
  let assembly: Assembly | undefined;
  let unreadable: Damage | undefined;

  const take = (text: string) => {
    // What is no JSON is the torn last line only as long as no other follows.
    if (unreadable) throw unreadable;
    line += 1;
    if (!assembly) {
      assembly = assemble(parseHeader(text), isReadOnly);
      return;
    }
    const value = parseLine(text);
    if (value instanceof Damage) unreadable = value;
    else assembly.add(value);
  };

  try {
    for await (const block of blocksAt(path)) {
      signal?.throwIfAborted();
      for (const text of block.lines) take(text);
      torn = !block.whole;
      onProgress?.({ events: assembly?.events ?? 0, bytes: block.bytes, totalBytes });
    }
    if (!assembly) throw new Damage("it is empty");
    return assembly.finish(torn || unreadable !== undefined);
  } catch (error) {
    throw error instanceof Damage ? damageAt(path, line, error) : error;
  }
}

/** Reads the first line alone. Rejects as `readHistory` does. */
export async function readHistoryHeader(path: string): Promise<HistoryHeader> {
  await sizeOf(path);
  try {
    for await (const { lines } of blocksAt(path)) return parseHeader(lines[0] ?? "");
    throw new Damage("it is empty");
  } catch (error) {
    throw error instanceof Damage ? damageAt(path, 1, error) : error;
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return new Damage(`expected a line of JSON, got ${shown(text)}`, { cause });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw new UsageError(`Expected a history file at ${path}, found a folder.`);
    }
    return found.size;
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw unreadableFile(path, cause);
  }
}

async function* blocksAt(path: string): AsyncGenerator<Block, void, undefined> {
  try {
    yield* blocksOf(path);
  } catch (cause) {
    throw cause instanceof Damage ? cause : unreadableFile(path, cause);
  }
}

function unreadableFile(path: string, cause: unknown): UsageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`The history ${path} cannot be read: ${reason}.`, { cause });
}

function damageAt(path: string, line: number, cause: Damage): UsageError {
  return line <= 1
    ? new UsageError(`The history ${path} cannot be judged: ${cause.message}.`, { cause })
    : new UsageError(
        `The history ${path} is damaged at line ${line}: ${cause.message}; mend the line, or cut the file before it to judge what comes earlier.`,
        { cause },
      );
}
