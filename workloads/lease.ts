import { leaseAtomic } from "../src/checkers/lease/lease-atomic.js";
import { leaseAttach } from "../src/checkers/lease/lease-attach.js";
import { leaseGone } from "../src/checkers/lease/lease-gone.js";
import { leaseKept } from "../src/checkers/lease/lease-kept.js";
import type { LeaseInput, LeaseOutput } from "../src/checkers/lease/lease-operation.js";
import { leaseRenewal } from "../src/checkers/lease/lease-renewal.js";
import { monotonicRevision } from "../src/checkers/monotonic-revision.js";
import { type FullClient, RequestError } from "../src/core/client.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Clock } from "../src/core/clock.js";
import type { Answer, InvokeContext, Workload } from "../src/core/workload.js";
import {
  type KeptLeases,
  keptTtl,
  longestShortTtl,
  prefixEnd,
  shelfName,
  shortKeptTtl,
} from "./lease-rules.js";
import { leaseThread } from "./lease-thread.js";

/** The time of the longest short lease, and what `leaseGone` allows for beyond it. */
const lastWaitSeconds = longestShortTtl + 14;

/**
 * Leases with keys: granted, renewed, left alone, revoked. Each thread has leases of its own and a
 * shelf of keys, which it attaches to them, moves from one to another, detaches and deletes; others
 * read its shelf and renew its leases. Finds keys that go before their lease may end or stay when it
 * must have ended, leases that are renewed or get keys after their end, and keys that go by halves.
 * The reads at the end come when every lease that was left alone must be over. `lease-rules.ts` says
 * which lives leases have, and which shapes are left out since they break even the newest etcd.
 */
export function lease({ shapes = [] }: Pick<WorkloadOptions, "shapes"> = {}): Workload<
  LeaseInput,
  LeaseOutput
> {
  const isShort = shapes.includes("renewal-while-leader-stands-still");
  const shared: KeptLeases = { byId: new Map() };
  let clock: Clock | undefined;
  let threads = 0;
  return {
    name: "lease",
    whyNoRewind:
      "a lease gets its whole time again when its cluster is restored, by clocks that no answer tells of, so that nobody knows when it must be gone",
    kinds: ["grant", "put", "delete", "renew", "revoke", "time-to-live", "read"],
    thread(context) {
      threads = context.threads;
      return leaseThread(context, {
        ...{ shared, keptTtl: isShort ? shortKeptTtl : keptTtl },
        nowSeconds: () => (clock?.nowNs() ?? 0) / 1e9,
      });
    },
    // Who keeps a lease alive does not stay with a node that is down.
    failsOver: true,
    toleratesCompaction: true,
    isReadOnly: ({ f }) => f === "read" || f === "time-to-live" || f === "wait",
    invoke(client, input, context) {
      clock ??= context.clock;
      return invoke(client, input, context);
    },
    finalOperations: (nodes) => finalReads(nodes, threads),
    checkers: {
      "lease-kept": leaseKept,
      "lease-gone": leaseGone,
      "lease-renewal": leaseRenewal,
      "lease-atomic": leaseAtomic,
      "lease-attach": leaseAttach,
      // What the leader knows of leases is answered by a member that may lag behind.
      "monotonic-revision": monotonicRevision({
        counts: ({ input: { f } }) => f !== "renew" && f !== "time-to-live",
      }),
    },
  };
}

async function invoke(
  client: FullClient,
  input: LeaseInput,
  { clock, over }: InvokeContext,
): Promise<Answer<LeaseOutput>> {
  switch (input.f) {
    case "grant": {
      const { header, ttl } = await client.leaseGrant({ id: input.lease, ttl: input.ttl });
      return { output: { granted: ttl }, header };
    }
    case "put": {
      const { key, value, lease: id } = input;
      const put = client.put({ key, value, ...(id !== undefined && { lease: id }) });
      return unlessRefused(put, ({ header }) => ({
        output: { revision: header.revision },
        header,
      }));
    }
    case "delete": {
      const { header } = await client.deleteRange({ key: input.key });
      return { output: { revision: header.revision }, header };
    }
    case "renew": {
      const { header, ttl } = await client.leaseKeepAlive({ id: input.lease });
      return { output: { renewed: ttl }, header };
    }
    case "revoke":
      return unlessRefused(client.leaseRevoke({ id: input.lease }), ({ header }) => ({
        output: { revoked: true },
        header,
      }));
    case "time-to-live": {
      const asked = client.leaseTimeToLive({ id: input.lease, keys: true });
      const { header, ttl, grantedTtl, keys } = await asked;
      return { output: { left: ttl, granted: grantedTtl, keys }, header };
    }
    case "read": {
      const { shelf } = input;
      const { header, kvs } = await client.range({ key: shelf, rangeEnd: prefixEnd(shelf) });
      const found = kvs.map(({ key, value, lease: id }) => ({ key, value, lease: id }));
      return { output: { found }, header };
    }
    case "wait":
      await clock.sleep(input.seconds * 1_000, over);
      return { output: { waited: input.seconds } };
  }
}

const notFound = { code: 5, details: "etcdserver: requested lease not found" };

/** That there is no such lease is an answer. */
async function unlessRefused<T>(
  request: Promise<T>,
  answer: (response: T) => Answer<LeaseOutput>,
): Promise<Answer<LeaseOutput>> {
  try {
    return answer(await request);
  } catch (error) {
    const isRefusal =
      error instanceof RequestError &&
      error.facts.sent &&
      error.facts.code === notFound.code &&
      error.facts.details === notFound.details;
    if (!isRefusal) throw error;
    return { output: { refused: "lease not found" } };
  }
}

/** Every node is asked for all keys, once every lease that was left alone must be over. */
function* finalReads(
  nodes: readonly string[],
  threads: number,
): Generator<{ readonly node: string; readonly input: LeaseInput }> {
  for (const node of nodes) yield { node, input: { f: "wait", seconds: lastWaitSeconds } };
  for (let thread = 0; thread < threads; thread++) {
    for (const node of nodes) yield { node, input: { f: "read", shelf: shelfName(thread) } };
  }
}
