import type { Link } from "../../core/cluster.js";
import { clients } from "../../core/cluster.js";
import type { Network } from "./network.js";
import type { Scheduler } from "./scheduler.js";

/** As TCP sends again what was not acknowledged: after so long, then after twice that, and so on. */
const firstRetryMs = 200;
const longestRetryMs = 5_000;

export interface WayInOptions {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly node: string;
}

/**
 * The last of the way of a client's connection to its node, where a cut may be. As on a connection
 * that nobody ends, what cannot come in is sent again and again, and comes in its order once it can.
 */
export class WayIn {
  readonly #options: WayInOptions;
  readonly #link: Link;
  #waiting: (() => void)[] = [];

  constructor(options: WayInOptions) {
    this.#options = options;
    this.#link = { from: clients, to: options.node };
  }

  get isCut(): boolean {
    return this.#options.network.isCut(this.#link);
  }

  /** To be called when it is there; acts at once where nothing is in its way. */
  pass(act: () => void): void {
    if (this.#waiting.length === 0 && this.#options.network.letsIn(this.#link)) {
      act();
      return;
    }
    this.#waiting.push(act);
    if (this.#waiting.length === 1) this.#tryAgain(firstRetryMs);
  }

  #tryAgain(afterMs: number): void {
    const { scheduler, network } = this.#options;
    scheduler.after(afterMs * 1e6, () => {
      if (!network.letsIn(this.#link)) {
        this.#tryAgain(Math.min(2 * afterMs, longestRetryMs));
        return;
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const act of waiting) act();
    });
  }
}
