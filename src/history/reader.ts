import type { History, HistoryHeader } from "../core/history.js";
import type { Input } from "../core/operation.js";

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
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Reads and pairs a history. Rejects with UsageError, naming the line, where it is damaged. */
export function readHistory(path: string, options: ReadHistoryOptions = {}): Promise<History> {
  return Promise.reject(new Error(`not read yet: ${path} ${options.signal?.aborted}`));
}

/** Reads the first line alone. Rejects as readHistory does. */
export function readHistoryHeader(path: string): Promise<HistoryHeader> {
  return Promise.reject(new Error(`not read yet: ${path}`));
}
