import { exclusion } from "../src/checkers/lock/exclusion.js";
import { fencing } from "../src/checkers/lock/fencing.js";
import {
  type HolderInput,
  type HolderOutput,
  lockWords,
} from "../src/checkers/lock/holder-operation.js";
import { safety } from "../src/checkers/lock/safety.js";
import type { Workload } from "../src/core/workload.js";
import type { HolderPlot } from "./holder-story.js";
import { holders } from "./holders.js";

/**
 * By its end every attempt is over long before its lease is, but for waiters whose lease another one
 * revokes: to those etcd up to 3.4 gives the lock all the same
 * (https://github.com/etcd-io/etcd/issues/11456). Left out are leases that count on a renewal, which
 * a leader that was stopped for longer may end too early (issue 15247).
 */
const plot: HolderPlot = {
  prefix: "lock",
  win: "lock",
  ask: "owner",
  letGo: "unlock",
  ttl: 30,
  steps: ["read", "write", "ask", "ask", "keepalive", "keepalive"],
  heldUpMs: [0, 0, 0, 0, 0, 0, 0, 300],
  writesAfterwards: true,
  endsWaiters: true,
};

/**
 * etcd's own locks, and a resource to each, which holders read and write by transactions that are
 * guarded by the create revision of the lock's key: they take place only as long as it is there.
 * Finds locks that two hold at a time, holders that go on when they have lost it, and writes lost
 * on either way. Some holders are held up for a while, and some write once more when they have let
 * go, which must be refused.
 */
export function lock(): Workload<HolderInput, HolderOutput> {
  return {
    name: "lock",
    ...holders({ plot, guard: "fenced" }),
    toleratesRewind: true,
    checkers: { "lock-exclusion": exclusion(lockWords), "lock-fencing": fencing(lockWords) },
  };
}

/**
 * The same without a guard, and with leases that are shorter than some holders are held up: it is
 * expected to end invalid by `lock-safety`, whereas `lock-exclusion` holds here as well.
 */
export function lockUnfenced(): Workload<HolderInput, HolderOutput> {
  return {
    name: "lock-unfenced",
    ...holders({
      plot: {
        ...plot,
        ttl: 2,
        steps: ["read", "write", "ask"],
        heldUpMs: [0, 0, 4_000],
        writesAfterwards: false,
        endsWaiters: false,
      },
      guard: "unfenced",
    }),
    whyNoRewind: "it is expected to end invalid as it is, by holders that go on without a guard",
    checkers: { "lock-exclusion": exclusion(lockWords), "lock-safety": safety(lockWords) },
  };
}
