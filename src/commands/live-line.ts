import { createLogUpdate } from "log-update";
import { say } from "./say.js";

const terminalIntervalMs = 250;
const plainIntervalMs = 10_000;

export interface LiveLine {
  /** A line that stays, above the live one. */
  readonly log: (line: string) => void;
  stop(): void;
}

/**
 * Shows how something goes on: one line that is redrawn on a terminal, a line now and then
 * elsewhere. `text` says it in words, undefined as long as there is nothing to say.
 */
export function liveLine(text: () => string | undefined): LiveLine {
  const isLive = process.stderr.isTTY && process.env["CI"] !== "true";
  const draw = createLogUpdate(process.stderr);

  function show(): void {
    const line = text();
    if (line === undefined) return;
    if (isLive) draw(line);
    else say(line);
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
