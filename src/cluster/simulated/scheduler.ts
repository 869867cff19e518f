import { setImmediate as nextTurn } from "node:timers/promises";
import TinyQueue from "tinyqueue";
import type { Clock } from "../../core/clock.js";

/** Something that is going to happen, unless it is cancelled before. */
export interface Timer {
  cancel(): void;
}

interface Event extends Timer {
  readonly atNs: number;
  readonly order: number;
  act: (() => void) | undefined;
}

/** The machine gets its turn after so many, for what lies outside: a file, a key that is pressed. */
const mostEventsInTurn = 10_000;

/**
 * Virtual time. Events happen one after the other, those of the same time in the order in which
 * they were asked for, and time jumps from one to the next: nothing waits for the wall clock, and
 * nothing that the machine does beside has a say in the order. After FoundationDB's and
 * TigerBeetle's simulators.
 *
 * Code that awaits takes part through promises. Whoever settles one says so with `settled`; then no
 * further event happens before all that follows from it has run, which is by the next turn of the
 * event loop: microtasks are done by then, and nothing in here may wait for anything but this clock.
 */
export class Scheduler {
  #nowNs = 0;
  #order = 0;
  #isUnsettled = false;
  readonly #events = new TinyQueue<Event>([], (a, b) => a.atNs - b.atNs || a.order - b.order);

  /** Nanoseconds since the simulation began; a whole number. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** After so many nanoseconds; at once, yet not within this call, where it is 0. */
  after(delayNs: number, act: () => void): Timer {
    const event: Event = {
      atNs: this.#nowNs + Math.max(0, Math.round(delayNs)),
      order: this.#order++,
      act,
      cancel() {
        this.act = undefined;
      },
    };
    this.#events.push(event);
    return event;
  }

  /** To be called by whoever settles a promise that code outside awaits. */
  settled(): void {
    this.#isUnsettled = true;
  }

  /** Lets time pass until the work is done. Rejects where it waits for what can never come. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const state = { isDone: false };
    const outcome = work().finally(() => {
      state.isDone = true;
    });
    // Whoever called gets it below; until then it is nobody's rejection.
    outcome.catch(() => undefined);
    for (;;) {
      await nextTurn();
      if (state.isDone) return outcome;
      this.#isUnsettled = false;
      if (!this.#advance()) {
        throw new Error("the simulation stands still: what it waits for can never happen");
      }
    }
  }

  /** Up to the next event that settles something, or a good many. False where there is none. */
  #advance(): boolean {
    for (let count = 0; count < mostEventsInTurn; count++) {
      const event = this.#events.pop();
      if (!event) return false;
      const { act } = event;
      if (!act) continue;
      this.#nowNs = event.atNs;
      act();
      if (this.#isUnsettled) return true;
    }
    return true;
  }

  /** A clock that begins now. `epochMs` is its calendar's time then. */
  clock({ epochMs }: { readonly epochMs: number }): Clock {
    const beganNs = this.#nowNs;
    return {
      nowNs: () => this.#nowNs - beganNs,
      sleep: (ms, signal) => this.sleep(ms, signal),
      wallTime: () => new Date(epochMs + (this.#nowNs - beganNs) / 1e6).toISOString(),
    };
  }

  /** For code that awaits. An abort ends it early. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        timer.cancel();
        this.settled();
        resolve();
      };
      const timer = this.after(ms * 1e6, wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }
}
