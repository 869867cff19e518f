import { exitCodes } from "../core/run.js";
import { say } from "./say.js";

/** Some shells and npm pass a Ctrl-C on a second time at once: that is not a second one. */
const echoMs = 500;

export interface Interrupts {
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * The first SIGINT or SIGTERM ends the work in order: faults are healed, what there is is saved and
 * judged. The second one leaves at once, after `removeEverything`.
 */
export function interruptible(removeEverything: () => Promise<void>): Interrupts {
  const controller = new AbortController();
  let firstAt: bigint | undefined;

  function onSignal(name: NodeJS.Signals): void {
    const now = process.hrtime.bigint();
    if (firstAt === undefined) {
      firstAt = now;
      say(`\n${name}: healing, saving and judging what there is; once more to leave at once`);
      controller.abort(name);
    } else if (Number(now - firstAt) / 1e6 > echoMs) {
      stop();
      say(`${name} again: removing the cluster and leaving`);
      void removeEverything().then(leave, (error: unknown) => {
        say(`the cluster could not be removed (${String(error)}): \`ordeal clean\` does so`);
        leave();
      });
    }
  }

  function stop(): void {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { signal: controller.signal, stop };
}

function leave(): void {
  // Here and nowhere else: whoever asks twice does not want to wait for what is still under way.
  process.exit(exitCodes.harness);
}
