import type {
  HolderInput,
  HolderOperation,
  HolderOutput,
} from "../src/checkers/lock/holder-operation.js";
import type { Outcome } from "../src/core/operation.js";
import type { Random } from "../src/core/random.js";
import type { Thread } from "../src/core/workload.js";

/** What a world of locks does wrong. */
export const defects = [
  "lets two hold it",
  "ignores the guard",
  "reads what was there before",
  "forgets a write",
  "names another owner",
  "lets those win whose lease is over",
] as const;
export type Defect = (typeof defects)[number];

interface Waiter {
  readonly key: string;
  readonly createRevision: number;
  readonly lease: string;
}

/** Locks and their resources, as plainly as can be. It knows no time: leases end when revoked. */
export class HolderWorld {
  readonly #defect: Defect | undefined;
  readonly #random: Random;
  readonly #queues = new Map<string, Waiter[]>();
  /** Of each resource, the newest last. */
  readonly #values = new Map<string, { readonly value: number; readonly modRevision: number }[]>();
  readonly #leases = new Set<string>();
  readonly #revoked = new Set<string>();
  #revision = 1;

  constructor(random: Random, defect?: Defect) {
    this.#random = random;
    this.#defect = defect;
  }

  /** Undefined where it has to wait. */
  apply(input: HolderInput): HolderOutput | undefined {
    switch (input.f) {
      case "grant": {
        const lease = `${this.#leases.size + 1}`;
        this.#leases.add(lease);
        return { type: "granted", lease, ttl: input.ttl };
      }
      case "lock":
      case "campaign":
        return this.#win(input.name, input.lease);
      case "read":
        if (input.by && !this.#isThere(input.name, input.by.key)) return { type: "refused" };
        return this.#read(input.name);
      case "write":
      case "proclaim":
        if (!this.#isThere(input.name, input.by.key)) return { type: "refused" };
        this.#revision += 1;
        if (input.f === "write") this.#write(input.name, input.value);
        return { type: "written", revision: this.#revision };
      case "owner":
      case "leader":
        return this.#owner(input.name);
      case "keepalive":
        return { type: "renewed", ttl: 30 };
      case "unlock":
      case "resign":
        this.#remove(({ key }) => key === input.by.key);
        return { type: "released" };
      case "revoke":
        this.#revoked.add(input.lease);
        this.#remove(({ lease }) => lease === input.lease);
        return { type: "released" };
    }
  }

  #win(name: string, lease: string): HolderOutput | undefined {
    const isOver = this.#revoked.has(lease);
    if (isOver && this.#defect !== "lets those win whose lease is over") return undefined;
    const queue = this.#queueOf(name);
    const key = `${name}/${lease}`;
    if (isOver && queue.length === 0) {
      return { type: "held", holder: { key, lease, createRevision: this.#revision } };
    }
    if (isOver) return undefined;
    if (!queue.some((waiter) => waiter.key === key)) {
      this.#revision += 1;
      queue.push({ key, createRevision: this.#revision, lease });
    }
    const place = queue.findIndex((waiter) => waiter.key === key);
    const createRevision = queue[place]?.createRevision ?? 0;
    const isIn = place === 0 || (this.#defect === "lets two hold it" && place === 1);
    return isIn ? { type: "held", holder: { key, lease, createRevision } } : undefined;
  }

  #isThere(name: string, key: string): boolean {
    return (
      this.#defect === "ignores the guard" ||
      this.#queueOf(name).some((waiter) => waiter.key === key)
    );
  }

  #read(name: string): HolderOutput {
    const values = this.#values.get(name) ?? [];
    const isLate = this.#defect === "reads what was there before" && this.#isDue();
    const found = values.at(isLate ? -2 : -1);
    const revision = this.#revision;
    const { value = null, modRevision = 0 } = found ?? {};
    return { type: "found", value, modRevision, revision };
  }

  #write(name: string, value: number): void {
    if (this.#defect === "forgets a write" && this.#isDue()) return;
    const values = this.#values.get(name) ?? [];
    this.#values.set(name, [...values, { value, modRevision: this.#revision }]);
  }

  #owner(name: string): HolderOutput {
    const queue = this.#queueOf(name);
    const isWrong = this.#defect === "names another owner" && queue.length > 1;
    const waiter = queue[isWrong ? 1 : 0];
    if (!waiter) return { type: "nobody" };
    const { key, createRevision } = waiter;
    return { type: "owner", key, createRevision, revision: this.#revision };
  }

  #remove(isGone: (waiter: Waiter) => boolean): void {
    for (const [name, queue] of this.#queues) {
      const left = queue.filter((waiter) => !isGone(waiter));
      if (left.length === queue.length) continue;
      this.#revision += 1;
      this.#queues.set(name, left);
    }
  }

  #queueOf(name: string): Waiter[] {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  #isDue(): boolean {
    return this.#random.below(8) === 0;
  }
}

interface Open {
  readonly input: HolderInput;
  readonly index: number;
  output?: HolderOutput;
}

/**
 * So many events of threads that do what they want in this world, one millisecond an event. Each
 * operation takes effect at some moment of its time; some are never answered, and took effect or not.
 */
export function eventsIn(
  world: HolderWorld,
  threads: readonly Thread<HolderInput, HolderOutput>[],
  { events, random }: { readonly events: number; readonly random: Random },
): HolderOperation[] {
  const open = new Map<number, Open>();
  const done: HolderOperation[] = [];
  for (let event = 0; event < events; event++) {
    const place = random.below(threads.length);
    const thread = threads[place];
    if (!thread) continue;
    const pending = open.get(place);
    if (!pending) {
      open.set(place, { input: thread.next(), index: event });
      continue;
    }
    const { input } = pending;
    const isLost = random.below(20) === 0;
    if (!isLost) {
      const output = pending.output ?? world.apply(input);
      if (output) pending.output = output;
      if (!output || random.below(2) === 0) continue;
    }
    const output = isLost ? undefined : pending.output;
    open.delete(place);
    if (output) thread.saw?.(input, output);
    else thread.missed?.(input, "info");
    const outcome: Outcome<HolderOutput> = output ? { type: "ok", output } : { type: "info" };
    const completed = { completedIndex: event, completedAtNs: event * 1e6 };
    done.push({ ...invoked(place, pending), outcome, ...completed });
  }
  // What is still under way may have taken effect, too.
  for (const [place, pending] of open) {
    done.push({ ...invoked(place, pending), outcome: { type: "info" } });
  }
  return done;
}

function invoked(place: number, { input, index }: Open) {
  const by = { process: place, node: `n${place + 1}`, phase: "main" } as const;
  return { ...by, index, input, invokedAtNs: index * 1e6 };
}
