import type { EtcdError } from "./command.js";
import { etcdErrors } from "./etcd-errors.js";

/** A lease that was granted and not revoked. */
export interface LeaseRecord {
  /** A decimal string. */
  readonly id: string;
  /** What was granted, in seconds. */
  readonly ttl: number;
  /** What is attached to it. */
  readonly keys: ReadonlySet<string>;
}

interface OpenLease extends LeaseRecord {
  readonly keys: Set<string>;
}

/**
 * Seconds. No lease is granted for less: one and a half election timeouts of 1000 ms, rounded up to
 * whole seconds, as etcd does, so that no lease ends while a new leader is elected.
 */
const leastTtl = 2;
/** The most that can be asked for, in seconds. */
const mostTtl = 9_000_000_000;

/** Leases and what is attached to them, without their time. */
export class LeaseBook {
  readonly #leases = new Map<string, OpenLease>();

  get all(): ReadonlyMap<string, LeaseRecord> {
    return this.#leases;
  }

  grant(id: string, ttl: number): { readonly ttl: number } | { readonly error: EtcdError } {
    if (id === "0") return { error: etcdErrors.leaseNotFound };
    if (ttl > mostTtl) return { error: etcdErrors.leaseTtlTooLarge };
    if (this.#leases.has(id)) return { error: etcdErrors.leaseExists };
    const granted = Math.max(ttl, leastTtl);
    this.#leases.set(id, { id, ttl: granted, keys: new Set() });
    return { ttl: granted };
  }

  end(id: string): void {
    this.#leases.delete(id);
  }

  /** "0" is no lease. */
  move(key: string, { from, to }: { readonly from: string; readonly to: string }): void {
    this.#leases.get(from)?.keys.delete(key);
    this.#leases.get(to)?.keys.add(key);
  }

  clone(): LeaseBook {
    const copy = new LeaseBook();
    for (const [id, lease] of this.#leases) {
      copy.#leases.set(id, { ...lease, keys: new Set(lease.keys) });
    }
    return copy;
  }
}
