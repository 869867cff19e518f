import type { Link } from "../../core/cluster.js";
import type { Random } from "../../core/random.js";
import { Bottleneck } from "./bottleneck.js";
import { type Delay, drawDelayNs } from "./delay.js";
import { Lane } from "./lane.js";
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

/** What takes no room on the way. */
const noBytes = () => 0;

/** What connects members: packets take their time, and some never arrive. */
export class Network {
  readonly #options: NetworkOptions;
  readonly #chances: { readonly losses: Random; readonly jitter: Random };
  readonly #cuts = new Map<string, readonly Link[]>();
  /** How many cuts cover a link. */
  readonly #covered = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #lastArrivalNs = new Map<string, number>();
  readonly #lossShares = new Map<string, number>();
  readonly #lost = new Map<string, number>();
  readonly #lanes = new Map<string, Lane>();
  readonly #bottlenecks = new Map<string, Bottleneck>();

  constructor(options: NetworkOptions) {
    this.#options = options;
    const { random } = options;
    this.#chances = { losses: random.fork("losses"), jitter: random.fork("jitter") };
  }

  get cuts(): ReadonlyMap<string, readonly Link[]> {
    return this.#cuts;
  }

  /** What is under way when a cut begins still arrives. */
  send(link: Link, deliver: () => void, bytes: () => number = noBytes): void {
    this.bottleneck(link.from).pass(bytes, () => {
      this.ping(link, () => {
        this.lane(link).take(deliver);
      });
    });
  }

  /** A packet of its own, which is dropped like any, and for which nothing is late or held back. */
  ping(link: Link, arrive: () => void): void {
    const { scheduler, random, delayMs, lossShare, reorderShare } = this.#options;
    const name = nameOf(link);
    const isLost = random.fraction() < lossShare;
    const isOvertaken = random.fraction() < reorderShare;
    const delayNs = drawDelayNs(random, delayMs);
    if (!this.letsIn(link) || this.#isLost(link) || isLost) return;
    const usualNs = scheduler.nowNs + delayNs;
    if (isOvertaken) {
      scheduler.after(usualNs - scheduler.nowNs, arrive);
      return;
    }
    const arrivalNs = Math.max(usualNs, this.#lastArrivalNs.get(name) ?? 0);
    this.#lastArrivalNs.set(name, arrivalNs);
    scheduler.after(arrivalNs - scheduler.nowNs, arrive);
  }

  /** Of all packets on the link, by chance; 0 for none. */
  lose(link: Link, share: number): void {
    if (share > 0) this.#lossShares.set(nameOf(link), share);
    else this.#lossShares.delete(nameOf(link));
  }

  losesOn(link: Link): boolean {
    return this.#lossShares.has(nameOf(link));
  }

  /** Packets that were lost for their share so far; not those of cuts, or of a bad network. */
  lost(link: Link): number {
    return this.#lost.get(nameOf(link)) ?? 0;
  }

  /** The last of the way on a link. */
  lane(link: Link): Lane {
    const name = nameOf(link);
    const known = this.#lanes.get(name);
    if (known) return known;
    const made = new Lane(this.#options.scheduler, this.#chances.jitter.fork(name));
    this.#lanes.set(name, made);
    return made;
  }

  /** The first of the way of all that a node sends to others. */
  bottleneck(node: string): Bottleneck {
    const known = this.#bottlenecks.get(node);
    if (known) return known;
    const made = new Bottleneck(this.#options.scheduler);
    this.#bottlenecks.set(node, made);
    return made;
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

  #isLost(link: Link): boolean {
    const share = this.#lossShares.get(nameOf(link));
    if (share === undefined || this.#chances.losses.fraction() >= share) return false;
    this.#lost.set(nameOf(link), this.lost(link) + 1);
    return true;
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
