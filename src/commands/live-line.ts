import { createLogUpdate } from "log-update";
import type { Progress } from "../runner/progress.js";
import { systemClock } from "../runner/system-clock.js";
import { say } from "./say.js";

const terminalIntervalMs = 250;
const plainIntervalMs = 10_000;

export interface LiveLine {
  /** A line that stays, above the live one. */
  readonly log: (line: string) => void;
  stop(): void;
}

/** Shows how a run goes on: one line that is redrawn on a terminal, a line now and then elsewhere. */
export function liveLine(progress: Progress): LiveLine {
  const isLive = process.stderr.isTTY && process.env["CI"] !== "true";
  const draw = createLogUpdate(process.stderr);
  const clock = systemClock();
  let last = { atNs: 0, done: 0 };

  function text(): string {
    const { ok, fail, info } = progress.counts;
    const done = ok + fail + info;
    const atNs = clock.nowNs();
    const perSecond = ((done - last.done) * 1e9) / (atNs - last.atNs);
    last = { atNs, done };
    const faults = [...progress.faults.values()].join("; ") || "no fault in force";
    return `${(atNs / 1e9).toFixed(0)} s  ${perSecond.toFixed(0)} ops/s  ok ${ok}  fail ${fail}  info ${info}  ${faults}`;
  }

  function show(): void {
    if (progress.counts.ok + progress.counts.fail + progress.counts.info === 0) return;
    if (isLive) draw(text());
    else say(text());
  }

  const timer = setInterval(show, isLive ? terminalIntervalMs : plainIntervalMs);
  return {
    log: (line) => {
      if (isLive) draw.clear();
      say(line);
    },
    stop() {
      clearInterval(timer);
      if (isLive) draw.clear();
    },
  };
}
