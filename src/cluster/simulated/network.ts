import type { Link } from "../../core/cluster.js";
import type { Random } from "../../core/random.js";
import { type Delay, drawDelayNs } from "./delay.js";
import type { Scheduler } from "./scheduler.js";

export interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** One way, where no earlier packet of the link is waited for. */
  readonly delayMs: Delay;
  /** Of all packets, lost by chance. */
  readonly lossShare: number;
  /** Of all packets, those that do not queue: they may overtake others and be overtaken. */
  readonly reorderShare: number;
}

/** What connects members: packets take their time, and some never arrive. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #cuts = new Map<string, readonly Link[]>();
  /** How many cuts cover a link. */
  readonly #covered = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #lastArrivalNs = new Map<string, number>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get cuts(): ReadonlyMap<string, readonly Link[]> {
    return this.#cuts;
  }

  /** What is under way when a cut begins still arrives. */
  send(from: string, to: string, deliver: () => void): void {
    const { scheduler, random, delayMs, lossShare, reorderShare } = this.#options;
    const link = nameOf({ from, to });
    const isLost = random.fraction() < lossShare;
    const isOvertaken = random.fraction() < reorderShare;
    const delayNs = drawDelayNs(random, delayMs);
    if (!this.letsIn({ from, to })) return;
    if (isLost) return;
    const usualNs = scheduler.nowNs + delayNs;
    if (isOvertaken) {
      scheduler.after(usualNs - scheduler.nowNs, deliver);
      return;
    }
    const arrivalNs = Math.max(usualNs, this.#lastArrivalNs.get(link) ?? 0);
    this.#lastArrivalNs.set(link, arrivalNs);
    scheduler.after(arrivalNs - scheduler.nowNs, deliver);
  }

  /** Packets on these links are dropped, beside those of other cuts. */
  cut(id: string, links: readonly Link[]): void {
    this.mend(id);
    this.#cuts.set(id, links);
    this.#count(links, 1);
  }

  /** Safe to call twice. */
  mend(id: string): void {
    const links = this.#cuts.get(id);
    if (!links) return;
    this.#cuts.delete(id);
    this.#count(links, -1);
  }

  /** For a packet that is there: false, and counted as dropped, where a cut is in its way. */
  letsIn(link: Link): boolean {
    if (!this.isCut(link)) return true;
    const name = nameOf(link);
    this.#dropped.set(name, this.dropped(link) + 1);
    return false;
  }

  isCut(link: Link): boolean {
    return this.#covered.has(nameOf(link));
  }

  /** Packets that cuts have dropped on it so far. */
  dropped(link: Link): number {
    return this.#dropped.get(nameOf(link)) ?? 0;
  }

  #count(links: readonly Link[], change: number): void {
    for (const name of new Set(links.map(nameOf))) {
      const count = (this.#covered.get(name) ?? 0) + change;
      if (count === 0) this.#covered.delete(name);
      else this.#covered.set(name, count);
    }
  }
}

function nameOf({ from, to }: Link): string {
  return `${from} ${to}`;
}
