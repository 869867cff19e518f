import { setImmediate } from "node:timers/promises";
import { startStopwatch } from "./stopwatch.js";

/** What a check may use. Beyond it, whatever is undecided is unknown. */
export interface Limits {
  /** Milliseconds from the start of the check. Default: none. */
  readonly deadlineMs?: number | undefined;
  /** Megabytes for what the search remembers, estimated. Default: 1024. */
  readonly memoryMb?: number | undefined;
  /** Ends the check early. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a check could not decide. */
export type UnknownReason = "deadline" | "memory" | "aborted";

export interface Budget {
  readonly memoryBytes: number;
  readonly elapsedMs: () => number;
  /** Until the deadline; undefined where there is none. */
  remainingMs(): number | undefined;
  /** Undefined while there is time. Memory is for the caller to compare. */
  expired(): "deadline" | "aborted" | undefined;
  /** Whether it is long since other work could run. */
  needsBreath(): boolean;
  /** Lets timers, signals and other work run if it was long since they last could. */
  breathe(): Promise<void>;
}

const defaultMemoryMb = 1024;
const breathEveryMs = 25;

export function createBudget({ deadlineMs, memoryMb, signal }: Limits): Budget {
  const elapsedMs = startStopwatch();
  let lastBreathMs = 0;
  const needsBreath = () => elapsedMs() - lastBreathMs >= breathEveryMs;
  return {
    memoryBytes: (memoryMb ?? defaultMemoryMb) * 2 ** 20,
    elapsedMs,
    remainingMs: () => (deadlineMs === undefined ? undefined : deadlineMs - elapsedMs()),
    expired() {
      if (signal?.aborted === true) return "aborted";
      return deadlineMs !== undefined && elapsedMs() >= deadlineMs ? "deadline" : undefined;
    },
    needsBreath,
    async breathe() {
      if (!needsBreath()) return;
      await setImmediate();
      lastBreathMs = elapsedMs();
    },
  };
}
