import type { HolderInput, HolderOutput } from "../src/checkers/lock/holder-operation.js";
import type { Scenario } from "../src/core/scenario.js";
import { playExpiredWaiter } from "./expired-waiter.js";

export const lockExpiredWaiter: Scenario<HolderInput, HolderOutput> = {
  name: "lock-expired-waiter",
  bug: {
    issues: [11456],
    title: "a lock is given to a client whose lease has run out, and to the next one as well",
    guarantee:
      "A lock is held by one client at a time: Lock answers when the caller holds it, which it does for as long as the key exists that the answer names.",
    mechanism: [
      "Whoever asks for a lock writes a key of its own that hangs on its lease, and waits until all keys of that lock that were created before are deleted.",
      "Where the lease of a waiter runs out, its key is deleted with it, as it should be; but the waiting goes on, for the server only looks at the keys before it.",
      "When the last of those is deleted, the server takes it that the turn of the waiter has come, and answers with the key without a look whether that is still there.",
      "To everybody else the lock is free, so that the next one who asks is given it at once: two clients believe that they hold it.",
    ],
    consequence:
      "Work that a lock is to keep apart is done by two at a time, and unlike with a lease that ends while a lock is held, no clock that the second one keeps would have warned it.",
    affected: [{ before: "3.5.0" }],
    fixedIn: "3.5.0; no release of 3.4 has the fix",
  },
  workload: "lock",
  nodes: 1,
  nemeses: [],
  rounds: 2,
  caughtBy: ["lock-exclusion"],
  requestTimeoutMs: 15_000,

  play: (stage) => playExpiredWaiter(stage, { win: "lock", ask: "owner", letGo: "unlock" }),
};
