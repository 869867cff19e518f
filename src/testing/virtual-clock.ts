import type { Clock } from "../core/clock.js";

interface Sleeper {
  readonly wakesAtNs: number;
  wake(): void;
}

/**
 * A clock for tests that never waits: whenever nothing else can run, time jumps to the sleeper that
 * is due first. What runs between two sleeps takes no time.
 */
export function virtualClock(): Clock {
  const sleepers: Sleeper[] = [];
  let nowNs = 0;
  let isAdvancing = false;

  function advanceWhenIdle(): void {
    if (isAdvancing) return;
    isAdvancing = true;
    // Twice through the event loop: by then every promise that could settle has settled.
    setImmediate(() => setImmediate(wakeNext));
  }

  function wakeNext(): void {
    isAdvancing = false;
    sleepers.sort((a, b) => a.wakesAtNs - b.wakesAtNs);
    const next = sleepers.shift();
    if (!next) return;
    nowNs = Math.max(nowNs, next.wakesAtNs);
    next.wake();
    if (sleepers.length > 0) advanceWhenIdle();
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", cut);
        resolve();
      };
      const sleeper: Sleeper = { wakesAtNs: nowNs + Math.max(0, ms) * 1e6, wake };
      const cut = () => {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        resolve();
      };
      signal?.addEventListener("abort", cut, { once: true });
      sleepers.push(sleeper);
      advanceWhenIdle();
    });
  }

  return { nowNs: () => nowNs, sleep, wallTime: () => new Date(nowNs / 1e6).toISOString() };
}
