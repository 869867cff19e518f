import { exitCodes } from "../core/run.js";
import { say } from "./say.js";

/** Some shells and npm pass a Ctrl-C on a second time at once: that is not a second one. */
const echoMs = 500;

/**
 * The first SIGINT or SIGTERM ends the work in order: faults are healed, what there is is saved and
 * judged. The second one leaves at once, after `removeEverything`. It holds until the process ends:
 * a key that is pressed when the verdict is printed must not take its exit code away.
 */
export function interruptible(removeEverything: () => Promise<void>): AbortSignal {
  const controller = new AbortController();
  let firstAt: bigint | undefined;

  function onSignal(name: NodeJS.Signals): void {
    const now = process.hrtime.bigint();
    if (firstAt === undefined) {
      firstAt = now;
      say(`\n${name}: healing, saving and judging what there is; once more to leave at once`);
      controller.abort(name);
    } else if (Number(now - firstAt) / 1e6 > echoMs) {
      say(`${name} again: removing the cluster and leaving`);
      void removeEverything().then(leave, (error: unknown) => {
        say(`the cluster could not be removed (${String(error)}): \`ordeal clean\` does so`);
        leave();
      });
    }
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

function leave(): void {
  // Here and nowhere else: whoever asks twice does not want to wait for what is still under way.
  process.exit(exitCodes.harness);
}
