import type { Clock } from "../core/clock.js";
import type {
  FaultEvent,
  HistoryHeader,
  LogEvent,
  PhaseEvent,
  StatusEvent,
} from "../core/history.js";
import type { Input, Outcome } from "../core/operation.js";

type Unstamped<Event> = Omit<Event, "index" | "atNs">;

/**
 * Records events in the order of the calls and stamps each with the clock. Every method but
 * `close` returns at once with the event's index.
 */
export interface HistoryWriter {
  invoke(invocation: {
    readonly process: number;
    readonly node: string;
    readonly input: Input;
  }): number;
  complete(completion: { readonly process: number; readonly outcome: Outcome }): number;
  fault(event: Unstamped<FaultEvent>): number;
  status(event: Unstamped<StatusEvent>): number;
  log(event: Unstamped<LogEvent>): number;
  phase(event: Unstamped<PhaseEvent>): number;
  /**
   * Aborted once when the file can no longer be written, with a HarnessError as its reason. What
   * was written before stays readable; events recorded later are dropped.
   */
  readonly failed: AbortSignal;
  /** Writes what is left, syncs and closes the file. Never rejects: look at `failed` afterwards. */
  close(): Promise<void>;
}

export interface HistoryWriterOptions {
  readonly clock: Clock;
}

/** Creates the file, which must not exist yet; throws HarnessError where that cannot be done. */
export function openHistoryWriter(
  path: string,
  header: HistoryHeader,
  options: HistoryWriterOptions,
): HistoryWriter {
  throw new Error(`not written yet: ${path} ${header.run} ${options.clock.wallTime()}`);
}
