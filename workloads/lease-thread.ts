import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import type { Random } from "../src/core/random.js";
import type { Thread, ThreadContext } from "../src/core/workload.js";
import { LeaseDesk, type OwnLease } from "./lease-desk.js";
import {
  drawKeptLife,
  type KeptLeases,
  type KeptLife,
  safeSeconds,
  shelfName,
  shortTtls,
} from "./lease-rules.js";

export interface LeaseSurroundings {
  readonly shared: KeptLeases;
  /** Of the run. */
  readonly nowSeconds: () => number;
  /** Of leases that are kept, in seconds. */
  readonly keptTtl: number;
}

const mostShort = 3;
const mostKept = 2;
const mostKeysOfLease = 3;
const mostDetached = 2;

/** How often each is chosen; where it is not possible now, the thread reads. */
const weights = {
  read: 28,
  attach: 28,
  grant: 14,
  detach: 5,
  delete: 6,
  "time-to-live": 7,
  "revoke-short": 3,
  "renew-other": 5,
  "use-ended": 6,
} as const;

type Activity = keyof typeof weights;

/** In proportion to the weights. */
const activities = Object.entries(weights).flatMap(([activity, weight]) =>
  Array.from({ length: weight }, () => activity as Activity),
);

/**
 * What a thread chooses follows from its random stream; which lease or key a choice falls on follows
 * from what it knows of them, and from the time where that is the point: a kept lease is renewed and
 * revoked when it is due, whatever was chosen.
 */
export function leaseThread(
  { thread, threads, random }: ThreadContext,
  { shared, nowSeconds, keptTtl }: LeaseSurroundings,
): Thread<LeaseInput, LeaseOutput> {
  const shelf = shelfName(thread);
  const desk = new LeaseDesk(shared);
  let granted = 0;
  let written = 0;

  function next(): LeaseInput {
    const choice = choose(random, { threads, keptTtl });
    const now = nowSeconds();
    return due(now) ?? possible(choice, now) ?? { f: "read", shelf: choice.shelf ?? shelf };
  }

  /** What a kept lease needs now. */
  function due(now: number): LeaseInput | undefined {
    const over = desk.live("kept").find(({ endsAt }) => now >= endsAt);
    if (over) return revoke(over);
    const late = desk.live("kept").find(({ dueAt }) => now >= dueAt);
    if (!late) return undefined;
    late.dueAt = now + 1;
    return { f: "renew", lease: late.id };
  }

  function possible(choice: Choice, now: number): LeaseInput | undefined {
    const { activity, at } = choice;
    switch (activity) {
      case "read":
        return undefined;
      case "grant":
        return grant(choice, now);
      case "attach":
        return attach(choice);
      case "detach": {
        if (desk.detached.length >= mostDetached) return remove(desk.detached, at);
        const key = one(desk.attached(), at);
        return key === undefined ? undefined : put(key);
      }
      case "delete":
        return remove(desk.detached.length > 0 ? desk.detached : desk.attached(), at);
      case "time-to-live": {
        const asked = one(desk.fading(now), at) ?? one(desk.all(), at);
        return asked && { f: "time-to-live", lease: asked.id };
      }
      case "revoke-short": {
        const short = one([...desk.live("short"), ...desk.doubtful()], at);
        return short && revoke(short);
      }
      case "renew-other": {
        const other = one(keptByOthers(now), at);
        return other === undefined ? undefined : { f: "renew", lease: other };
      }
      case "use-ended":
        return useEnded(choice, now);
    }
  }

  function grant({ prefersKept, ttl, kept }: Choice, now: number): LeaseInput | undefined {
    const mayKeep = desk.live("kept").length < mostKept;
    const kind = mayKeep && prefersKept ? "kept" : "short";
    if (kind === "short" && desk.live("short").length >= mostShort) return undefined;
    granted++;
    // Ids may be below 0, too: etcd once forgot such leases when it was started again.
    const number = granted * threads + thread;
    const id = String(granted % 5 === 0 ? -number : number);
    const times = { dueAt: now + kept.every, endsAt: now + kept.life, every: kept.every };
    const asked = kind === "kept" ? keptTtl : ttl;
    desk.add({ id, kind, ttl: asked, state: "asked", keys: [], askedAt: now, ...times });
    return { f: "grant", lease: id, ttl: asked };
  }

  /** A fresh key; or one that it has already; or one that another lease has, which loses it. */
  function attach({ at, keyAt, prefersOld }: Choice): LeaseInput | undefined {
    const lease = one([...desk.live("short"), ...desk.live("kept"), ...desk.doubtful()], at);
    if (!lease) return undefined;
    const old = one(lease.keys.length >= mostKeysOfLease ? lease.keys : desk.attached(), keyAt);
    const isFull = lease.keys.length >= mostKeysOfLease;
    const key = old !== undefined && (isFull || prefersOld) ? old : undefined;
    return put(key, lease.id);
  }

  /** None of these may work. */
  function useEnded({ at, keyAt }: Choice, now: number): LeaseInput | undefined {
    const long = one(desk.endedBefore(now - safeSeconds), at);
    const ended = one(desk.endedBefore(now), at);
    switch (Math.floor(keyAt * 4)) {
      case 0:
      case 1:
        return long && { f: "renew", lease: long.id };
      case 2:
        return ended && { f: "revoke", lease: ended.id };
      default:
        return ended && put(undefined, ended.id);
    }
  }

  /** A fresh key where none is given. */
  function put(key: string | undefined, lease?: string): LeaseInput {
    written++;
    const value = String(written * threads + thread);
    const name = key ?? `${shelf}${written}`;
    desk.forget(name);
    return { f: "put", key: name, value, ...(lease !== undefined && { lease }) };
  }

  function remove(keys: readonly string[], at: number): LeaseInput | undefined {
    const key = one(keys, at);
    if (key === undefined) return undefined;
    desk.forget(key);
    return { f: "delete", key };
  }

  function revoke(lease: OwnLease): LeaseInput {
    desk.doubt(lease.id);
    return { f: "revoke", lease: lease.id };
  }

  function keptByOthers(now: number): string[] {
    return [...shared.byId].flatMap(([id, { endsAt }]) =>
      now < endsAt - safeSeconds && !desk.has(id) ? [id] : [],
    );
  }

  return {
    next,
    saw: (input, output) => {
      desk.saw(input, output, nowSeconds());
    },
    missed: (input) => {
      desk.missed(input);
    },
  };
}

interface Choice {
  readonly activity: Activity;
  /** Which one of several, each from 0 up to 1. */
  readonly at: number;
  readonly keyAt: number;
  readonly prefersOld: boolean;
  readonly prefersKept: boolean;
  readonly ttl: number;
  readonly kept: KeptLife;
  /** To be read; undefined for its own. */
  readonly shelf: string | undefined;
}

/** Always the same draws, whatever comes of them. */
function choose(
  random: Random,
  { threads, keptTtl }: { readonly threads: number; readonly keptTtl: number },
): Choice {
  const activity = random.pick(activities);
  const [at, keyAt] = [random.fraction(), random.fraction()];
  const prefersOld = random.below(3) === 0;
  const prefersKept = random.below(3) === 0;
  const ttl = random.pick(shortTtls);
  const kept = drawKeptLife(random, keptTtl);
  const isOwn = random.below(2) === 0;
  const other = shelfName(random.below(threads));
  const shelf = isOwn ? undefined : other;
  return { activity, at, keyAt, prefersOld, prefersKept, ttl, kept, shelf };
}

function one<T>(items: readonly T[], at: number): T | undefined {
  return items[Math.floor(at * items.length)];
}
