import type { HolderInput, HolderOutput } from "../src/checkers/lock/holder-operation.js";
import type { Scenario } from "../src/core/scenario.js";
import { playExpiredWaiter } from "./expired-waiter.js";

export const electionExpiredWaiter: Scenario<HolderInput, HolderOutput> = {
  name: "election-expired-waiter",
  bug: {
    issues: [19597, 11777],
    title: "a candidate whose lease has run out is told that it won the election",
    guarantee:
      "An election has one leader at a time: Campaign answers when the caller was elected, and Leader names that one.",
    mechanism: [
      "A candidate writes a key that hangs on its lease, and waits until all keys of that election that were created before are deleted.",
      "Where its lease runs out meanwhile its own key is deleted, so that it is no candidate any more; but the server goes on waiting for the keys before it.",
      "When the leader resigns, the last of those is gone, and the server answers the candidate that it leads, with a key that does not exist.",
      "Leader says that there is none, and the next candidate is elected at once. Locks were taught to look for their own key in 3.5; elections never were.",
    ],
    consequence:
      "A controller with leader election by etcd's own service can act as the leader while another one is the leader, and nothing tells it until it proclaims something.",
    affected: [{}],
  },
  workload: "election",
  nodes: 1,
  nemeses: [],
  rounds: 2,
  caughtBy: ["election-exclusion"],
  requestTimeoutMs: 15_000,

  play: (stage) => playExpiredWaiter(stage, { win: "campaign", ask: "leader", letGo: "resign" }),
};
