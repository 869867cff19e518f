import type { Scenario } from "../src/core/scenario.js";
import { durableAckDiskStall } from "./durable-ack-disk-stall.js";
import { electionExpiredWaiter } from "./election-expired-waiter.js";
import { killInCompaction } from "./kill-in-compaction.js";
import { liveWatchSnapshot } from "./live-watch-snapshot.js";
import { leaseDiskStall } from "./lease-disk-stall.js";
import { leasePause } from "./lease-pause.js";
import { leaseWallClock } from "./lease-wall-clock.js";
import { learnerGetsVote } from "./learner-gets-vote.js";
import { lockExpiredWaiter } from "./lock-expired-waiter.js";
import { manyWatchersCancelledAgain } from "./many-watchers-cancelled-again.js";
import { manyWatchersCompacted } from "./many-watchers-compacted.js";
import { negativeLeaseRestart } from "./negative-lease-restart.js";
import { progressOnFutureWatch } from "./progress-on-future-watch.js";
import { progressOnUnsynced } from "./progress-on-unsynced.js";
import { staleReadAfterPause } from "./stale-read-after-pause.js";
import { txnPanic } from "./txn-panic.js";
import { txnRangeAtRevision } from "./txn-range-at-revision.js";
import { watchAtCompactedTombstone } from "./watch-at-compacted-tombstone.js";
import { watchMinusOne } from "./watch-minus-one.js";

/** Every known bug of etcd that can be played, in the order of the table that `ordeal bugs` prints. */
const all: readonly Scenario[] = [
  txnRangeAtRevision,
  watchMinusOne,
  watchAtCompactedTombstone,
  progressOnUnsynced,
  manyWatchersCompacted,
  manyWatchersCancelledAgain,
  progressOnFutureWatch,
  liveWatchSnapshot,
  killInCompaction,
  staleReadAfterPause,
  leaseDiskStall,
  leasePause,
  lockExpiredWaiter,
  electionExpiredWaiter,
  leaseWallClock,
  durableAckDiskStall,
  negativeLeaseRestart,
  learnerGetsVote,
  txnPanic,
];

/** By name. */
export const scenarios: Readonly<Record<string, Scenario>> = Object.fromEntries(
  all.map((scenario) => [scenario.name, scenario]),
);
