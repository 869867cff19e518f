import type { Clock } from "../core/clock.js";

/** The machine's own time. The only place in a run that reads it. */
export function systemClock(): Clock {
  const startedAt = process.hrtime.bigint();
  return {
    nowNs: () => Number(process.hrtime.bigint() - startedAt),
    sleep,
    wallTime: () => new Date().toISOString(),
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
