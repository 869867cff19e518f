import type { Scheduler, Timer } from "./scheduler.js";

/** As a sender's buffer: who would have to wait longer behind others is dropped instead. */
const longestWaitMs = 1_000;

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** All that a machine sends to others passes here, one after the other where there is little room. */
export class Bottleneck {
  readonly #scheduler: Scheduler;
  #kbitPerSecond: number | undefined;
  /** The first is on its way. */
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: Timer | undefined;
  #slowed = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** How often a packet did not get through at once, ever. */
  get slowed(): number {
    return this.#slowed;
  }

  /** What takes no room passes at once. */
  pass(bytes: () => number, go: () => void): void {
    const size = this.#kbitPerSecond === undefined ? 0 : bytes();
    if (size === 0) {
      go();
      return;
    }
    this.#slowed += 1;
    if (this.#msFor(this.#waitingBytes) > longestWaitMs) return;
    this.#waiting.push({ bytes: size, go });
    this.#waitingBytes += size;
    if (this.#waiting.length === 1) this.#next();
  }

  limit(kbitPerSecond: number): void {
    this.#kbitPerSecond = kbitPerSecond;
  }

  /** What waits goes at once. Safe where there is no limit. */
  free(): void {
    this.#kbitPerSecond = undefined;
    this.#timer?.cancel();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { go } of waiting) go();
  }

  #next(): void {
    const [first] = this.#waiting;
    if (!first) return;
    this.#timer = this.#scheduler.after(this.#msFor(first.bytes) * 1e6, () => {
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes;
      first.go();
      this.#next();
    });
  }

  #msFor(bytes: number): number {
    return this.#kbitPerSecond === undefined ? 0 : (bytes * 8) / this.#kbitPerSecond;
  }
}
