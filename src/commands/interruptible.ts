import { messageOf } from "../core/errors.js";
import { say } from "./say.js";

/** Some shells and npm pass a Ctrl-C on a second time at once: that is not a second one. */
const echoMs = 500;

export interface Interrupts {
  /** What the first one leads to, for people: "healing, saving and judging what there is". */
  readonly first: string;
  /** What the second one leads to: "removing the cluster and leaving". */
  readonly again: string;
  /** Done before the second one ends the process. */
  readonly beforeLeaving?: () => Promise<void>;
  /** What to tell where that fails. */
  readonly failure?: (cause: string) => string;
  /** Of a process that the second one ended. */
  readonly exitCode: number;
}

export interface Interruptible {
  /** Aborted by the first one, with the signal's name as its reason. */
  readonly signal: AbortSignal;
  /** From here on a signal ends the process as it does by default. */
  readonly release: () => void;
}

/**
 * The first SIGINT or SIGTERM ends the work in order, the second one at once. It holds until it is
 * released or the process ends: a key that is pressed when the verdict is printed must not take its
 * exit code away.
 */
export function interruptible(interrupts: Interrupts): Interruptible {
  const controller = new AbortController();
  let firstAt: bigint | undefined;

  function onSignal(name: NodeJS.Signals): void {
    const now = process.hrtime.bigint();
    if (firstAt === undefined) {
      firstAt = now;
      say(`\n${name}: ${interrupts.first}; once more to leave at once`);
      controller.abort(name);
    } else if (Number(now - firstAt) / 1e6 > echoMs) {
      say(`${name} again: ${interrupts.again}`);
      void leave(interrupts);
    }
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

async function leave({ beforeLeaving, failure = String, exitCode }: Interrupts): Promise<void> {
  try {
    await beforeLeaving?.();
  } catch (error) {
    say(failure(messageOf(error)));
  }
  // Here and nowhere else: whoever asks twice does not want to wait for what is still under way.
  process.exit(exitCode);
}
