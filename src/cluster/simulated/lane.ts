import type { Random } from "../../core/random.js";
import type { Scheduler, Timer } from "./scheduler.js";

/** What is done to what comes late. Milliseconds: at least, and up to so many more. */
export interface Lateness {
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** What was seen to travel on a lane so far. */
export interface LaneSight {
  readonly isHeld: boolean;
  readonly isLate: boolean;
  readonly waiting: number;
  /** Ever. */
  readonly passed: number;
  /** Of those, the ones that had to wait. */
  readonly passedLate: number;
}

interface Piece {
  readonly cameNs: number;
  readonly dueNs: number;
  readonly deliver: () => void;
}

/** As it comes. */
export const inTime: Lateness = { delayMs: 0, jitterMs: 0 };

/**
 * The last of the way between two members, one direction of it. What arrives goes on at once, unless
 * it is held or made late: then it waits here, and goes on in the order in which it came.
 */
export class Lane {
  readonly #scheduler: Scheduler;
  /** Of the jitter alone: where there is none, nothing is drawn. */
  readonly #random: Random;
  #lateness = inTime;
  #heldSinceNs: number | undefined;
  /** What came before this goes on though it is held. */
  #openUntilNs = 0;
  #waiting: Piece[] = [];
  #timer: Timer | undefined;
  #passed = 0;
  #passedLate = 0;

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  get sight(): LaneSight {
    return {
      isHeld: this.#heldSinceNs !== undefined,
      isLate: this.#isLate,
      waiting: this.#waiting.length,
      passed: this.#passed,
      passedLate: this.#passedLate,
    };
  }

  take(deliver: () => void): void {
    const { nowNs } = this.#scheduler;
    const { delayMs, jitterMs } = this.#lateness;
    const jitter = jitterMs > 0 ? this.#random.fraction() * jitterMs : 0;
    const ownDueNs = nowNs + (delayMs + jitter) * 1e6;
    const dueNs = Math.max(ownDueNs, this.#waiting.at(-1)?.dueNs ?? 0);
    const piece = { cameNs: nowNs, dueNs, deliver };
    const isNext = this.#waiting.length === 0 && dueNs <= nowNs;
    if (isNext && !this.#isKept(piece)) {
      this.#passed += 1;
      deliver();
      return;
    }
    this.#waiting.push(piece);
    if (this.#waiting.length === 1) this.#goOn();
  }

  /** Of what comes from now on. What waits for no other reason goes on at once where nothing is late any more. */
  setLateness(lateness: Lateness): void {
    this.#lateness = lateness;
    if (!this.#isLate) {
      this.#waiting = this.#waiting.map((piece) => ({ ...piece, dueNs: piece.cameNs }));
    }
    this.#goOn();
  }

  hold(): void {
    if (this.#heldSinceNs !== undefined) return;
    this.#heldSinceNs = this.#scheduler.nowNs;
    this.#openUntilNs = 0;
  }

  /** What came in the first so many milliseconds of the hold goes on; false where there is none. */
  letGoFirst(ms: number): boolean {
    if (this.#heldSinceNs === undefined) return false;
    this.#openUntilNs = this.#heldSinceNs + ms * 1e6;
    this.#goOn();
    return true;
  }

  release(): void {
    this.#heldSinceNs = undefined;
    this.#goOn();
  }

  get #isLate(): boolean {
    return this.#lateness.delayMs > 0 || this.#lateness.jitterMs > 0;
  }

  #isKept({ cameNs }: Piece): boolean {
    return this.#heldSinceNs !== undefined && cameNs >= this.#openUntilNs;
  }

  /** As events of their own, one after the other. */
  #goOn(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = this.#waiting;
    if (!first || this.#isKept(first)) return;
    this.#timer = this.#scheduler.after(first.dueNs - this.#scheduler.nowNs, () => {
      this.#timer = undefined;
      if (this.#isKept(first)) return;
      this.#waiting.shift();
      this.#passed += 1;
      this.#passedLate += 1;
      first.deliver();
      this.#goOn();
    });
  }
}
