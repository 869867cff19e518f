import type { FullClient } from "../src/core/client.js";
import type { Clock } from "../src/core/clock.js";
import { storeClient } from "./store-client.fixture.js";

/** A client of one store in memory that ends leases in time, by a clock that its test sets. */
export function leaseClient(clock: Clock): FullClient {
  const store = storeClient();
  const leases = new Map<string, { readonly ttl: number; endsNs: number }>();
  const header = { clusterId: "1", memberId: "1", revision: 1, raftTerm: 1 };

  async function endThoseThatAreOver(): Promise<void> {
    for (const [id, { endsNs }] of leases) {
      if (clock.nowNs() < endsNs) continue;
      leases.delete(id);
      await store.leaseRevoke({ id });
    }
  }

  return {
    ...store,
    async range(request) {
      await endThoseThatAreOver();
      return store.range(request);
    },
    async put(request) {
      await endThoseThatAreOver();
      return store.put(request);
    },
    async leaseGrant(request) {
      const granted = await store.leaseGrant(request);
      leases.set(granted.id, { ttl: granted.ttl, endsNs: clock.nowNs() + granted.ttl * 1e9 });
      return granted;
    },
    async leaseRevoke(request) {
      await endThoseThatAreOver();
      leases.delete(request.id);
      return store.leaseRevoke(request);
    },
    async leaseKeepAlive({ id }) {
      await endThoseThatAreOver();
      const lease = leases.get(id);
      if (lease) lease.endsNs = clock.nowNs() + lease.ttl * 1e9;
      return { header, id, ttl: lease?.ttl ?? 0 };
    },
    async leaseTimeToLive({ id }) {
      await endThoseThatAreOver();
      const lease = leases.get(id);
      if (!lease) return { header, id, ttl: -1, grantedTtl: 0, keys: [] };
      const ttl = Math.floor((lease.endsNs - clock.nowNs()) / 1e9);
      return { header, id, ttl, grantedTtl: lease.ttl, keys: [] };
    },
  };
}
