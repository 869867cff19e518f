import type { Random } from "../src/core/random.js";

/**
 * A lease is of one of two kinds, so that no run with faults of usual length has a shape in which
 * etcd itself loses leases, in all versions to this day: a leader that is stopped (SIGSTOP) for longer
 * than a lease has left, while the lease is renewed through its successor, revokes it when it goes on,
 * and answers a few renewals that the successor knows nothing of
 * (https://github.com/etcd-io/etcd/issues/15247; the fix does not cover stopped processes). So:
 *
 * - a short lease is never renewed: it is left alone until it ends, or revoked before;
 * - a kept lease has a time that is far longer than faults last (half to one and a half of the
 *   nemesis interval, which is 5 s unless asked otherwise), is renewed at least in the midst of it, and
 *   is revoked in the end: its last renewal may be one that the successor knows nothing of;
 * - nobody but its thread renews a kept lease any more when its end is near, and a lease that is over
 *   is renewed only when that has been known for longer than a fault lasts.
 */
export const shortTtls = [2, 3, 4];
export const longestShortTtl = 4;
export const keptTtl = 30;
/** With leases that end soon unless they are renewed: see known-shapes.ts. */
export const shortKeptTtl = 3;
/** Kept by others until so long before its end; over for so long before it is renewed in vain. */
export const safeSeconds = 10;

/** Of a lease that is kept, in seconds. */
export interface KeptLife {
  /** From its grant to its revocation. */
  readonly life: number;
  /** Between renewals: soon again, or late. */
  readonly every: number;
}

/** Always the same draws. Some live longer than they would without renewals. */
export function drawKeptLife(random: Random, ttl: number): KeptLife {
  const life = 12 + 33 * random.fraction();
  const isLate = random.below(3) === 0;
  const every = (isLate ? 12 : 3) + 3 * random.fraction();
  return { life, every: (every * ttl) / keptTtl };
}

/** What all threads know of each other's kept leases: when each will be revoked. */
export interface KeptLeases {
  readonly byId: Map<string, { readonly endsAt: number }>;
}

export function shelfName(thread: number): string {
  return `lease/${thread}/`;
}

/** The first key that does not begin so. */
export function prefixEnd(shelf: string): string {
  const last = shelf.charCodeAt(shelf.length - 1);
  return shelf.slice(0, -1) + String.fromCharCode(last + 1);
}
