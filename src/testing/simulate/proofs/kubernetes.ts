import { type Proof, registerTrial } from "../proof.js";

const kubernetes = { ...registerTrial, workload: "kubernetes" };
const short = { ...kubernetes, timeLimitMs: 5_000 };
const partitions = {
  ...kubernetes,
  nemeses: ["partition"],
  timeLimitMs: 60_000,
  nemesisIntervalMs: 1_500,
};
/** Clients leave a cut-off leader with their first write: with many, some ask it before that. */
const staleReads = { ...kubernetes, nodes: 3, nemeses: ["partition"], rate: 400, concurrency: 40 };
const own = ["kubernetes-object", "kubernetes-list", "kubernetes-cache", "resource-version"];

export const kubernetesProofs: readonly Proof[] = [
  { bug: "lost-watch-event", trial: short, checkers: ["kubernetes-cache"] },
  { bug: "duplicate-watch-event", trial: short, checkers: ["kubernetes-cache"] },
  { bug: "reordered-watch", trial: short, checkers: ["kubernetes-cache"] },
  {
    bug: "watch-event-before-commit",
    trial: { ...kubernetes, nemeses: ["partition"] },
    checkers: ["kubernetes-cache"],
  },
  {
    bug: "txn-ignores-compare",
    trial: short,
    checkers: ["kubernetes-object", "kubernetes-cache"],
  },
  {
    bug: "cas-on-stale-value",
    trial: { ...short, timeLimitMs: 6_000, rate: 1_200, concurrency: 60 },
    checkers: ["kubernetes-object", "kubernetes-cache"],
  },
  {
    bug: "stale-read",
    trial: { ...staleReads, timeLimitMs: 40_000, nemesisIntervalMs: 2_000 },
    checkers: ["kubernetes-object", "resource-version", "monotonic-revision"],
  },
  { bug: "lost-write", trial: partitions, checkers: [...own, "monotonic-revision"] },
  { bug: "split-brain", trial: partitions, checkers: own },
  {
    bug: "diverging-member",
    trial: { ...kubernetes, timeLimitMs: 40_000 },
    checkers: ["kubernetes-list"],
  },
  {
    bug: "revision-goes-back",
    trial: { ...kubernetes, nemeses: ["kill"] },
    checkers: ["resource-version", "kubernetes-list"],
  },
];
