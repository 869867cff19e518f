import type { Progress } from "../runner/progress.js";
import { systemClock } from "../runner/system-clock.js";

/** How a run goes on, for a live line: asked again, it tells of the time since it was asked last. */
export function runInWords(progress: Progress): () => string | undefined {
  const clock = systemClock();
  let last = { atNs: 0, done: 0 };

  return () => {
    const { ok, fail, info } = progress.counts;
    const done = ok + fail + info;
    if (done === 0) return undefined;
    const atNs = clock.nowNs();
    const perSecond = ((done - last.done) * 1e9) / (atNs - last.atNs);
    last = { atNs, done };
    const faults = [...progress.faults.values()].join("; ") || "no fault in force";
    return `${(atNs / 1e9).toFixed(0)} s  ${perSecond.toFixed(0)} ops/s  ok ${ok}  fail ${fail}  info ${info}  ${faults}`;
  };
}
