import type { ClockSkew } from "../../core/cluster.js";
import type { Scheduler, Timer } from "./scheduler.js";

interface Waiting {
  readonly act: () => void;
  timer: Timer | undefined;
  /** Set while it stands still: what is left, by this clock. */
  leftMs: number;
  startedNs: number;
}

/**
 * The clock of one machine, which may be wrong, and the timers of the process on it, which stand
 * still while the process is paused.
 */
export class MemberClock {
  readonly #scheduler: Scheduler;
  readonly #timers = new Set<Waiting>();
  readonly #bornNs: number;
  #rate = 1;
  #jumpedMs = 0;
  /** What it has run, and the real time until when that was counted. */
  #ranMs = 0;
  #countedNs: number;
  #isFrozen = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#bornNs = scheduler.nowNs;
    this.#countedNs = scheduler.nowNs;
  }

  /** Milliseconds since the machine was turned on, at its own rate. Jumps do not move it. */
  get monotonicMs(): number {
    return this.#ranMs + ((this.#scheduler.nowNs - this.#countedNs) / 1e6) * this.#rate;
  }

  /** What its calendar says, beside the right time. */
  get offsetMs(): number {
    const rightMs = (this.#scheduler.nowNs - this.#bornNs) / 1e6;
    return this.#jumpedMs + this.monotonicMs - rightMs;
  }

  skew({ jumpMs, rate }: ClockSkew): void {
    this.#jumpedMs += jumpMs;
    this.#setRate(rate);
  }

  /** Its calendar is right again, and so is its speed. */
  reset(): void {
    this.#setRate(1);
    this.#jumpedMs -= this.offsetMs;
  }

  /** After so many milliseconds of this clock. */
  after(ms: number, act: () => void): Timer {
    const waiting: Waiting = {
      act,
      timer: undefined,
      leftMs: Math.max(0, ms),
      startedNs: this.#scheduler.nowNs,
    };
    this.#timers.add(waiting);
    if (!this.#isFrozen) this.#set(waiting);
    return {
      cancel: () => {
        waiting.timer?.cancel();
        this.#timers.delete(waiting);
      },
    };
  }

  freeze(): void {
    if (this.#isFrozen) return;
    this.#isFrozen = true;
    for (const waiting of this.#timers) this.#halt(waiting);
  }

  thaw(): void {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    for (const waiting of this.#timers) this.#set(waiting);
  }

  /** The process whose timers these are is no more. */
  stopAll(): void {
    for (const { timer } of this.#timers) timer?.cancel();
    this.#timers.clear();
  }

  #setRate(rate: number): void {
    if (!this.#isFrozen) for (const waiting of this.#timers) this.#halt(waiting);
    this.#ranMs = this.monotonicMs;
    this.#countedNs = this.#scheduler.nowNs;
    this.#rate = rate;
    if (!this.#isFrozen) for (const waiting of this.#timers) this.#set(waiting);
  }

  #set(waiting: Waiting): void {
    waiting.startedNs = this.#scheduler.nowNs;
    waiting.timer = this.#scheduler.after((waiting.leftMs * 1e6) / this.#rate, () => {
      this.#timers.delete(waiting);
      waiting.act();
    });
  }

  #halt(waiting: Waiting): void {
    waiting.timer?.cancel();
    waiting.timer = undefined;
    const ranMs = ((this.#scheduler.nowNs - waiting.startedNs) / 1e6) * this.#rate;
    waiting.leftMs = Math.max(0, waiting.leftMs - ranMs);
  }
}
