import { exclusion } from "../src/checkers/lock/exclusion.js";
import { fencing } from "../src/checkers/lock/fencing.js";
import {
  electionWords,
  type HolderInput,
  type HolderOutput,
} from "../src/checkers/lock/holder-operation.js";
import { safety } from "../src/checkers/lock/safety.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { Workload } from "../src/core/workload.js";
import type { HolderPlot } from "./holder-story.js";
import { holders } from "./holders.js";

/**
 * By its end every attempt is over long before its lease is. Left out unless `shapes` asks for them
 * are candidates whose lease another one revokes while they wait, whom etcd tells all the same that
 * they won (https://github.com/etcd-io/etcd/issues/19597); and leases that count
 * on a renewal, which a leader that was stopped for longer may end too early (issue 15247).
 */
const plot: HolderPlot = {
  prefix: "election",
  win: "campaign",
  ask: "leader",
  letGo: "resign",
  ttl: 30,
  steps: ["read", "write", "proclaim", "proclaim", "ask", "ask", "keepalive", "keepalive"],
  heldUpMs: [0, 0, 0, 0, 0, 0, 0, 300],
  writesAfterwards: true,
  endsWaiters: false,
};

/**
 * etcd's own elections: clients campaign, proclaim, ask who leads and resign, and those who lead
 * read and write a resource by transactions that are guarded by the create revision that the
 * campaign's answer names. Finds two leaders at a time, an answer that names another one, leaders
 * that go on when they are none any more, and writes lost on either way.
 */
export function election({ shapes = [] }: Pick<WorkloadOptions, "shapes"> = {}): Workload<
  HolderInput,
  HolderOutput
> {
  const endsWaiters = shapes.includes("candidate-whose-lease-ends");
  return {
    name: "election",
    ...holders({ plot: { ...plot, endsWaiters }, guard: "fenced" }),
    toleratesRewind: true,
    checkers: {
      "election-exclusion": exclusion(electionWords),
      "election-fencing": fencing(electionWords),
    },
  };
}

/**
 * The same without a guard, and with leases that are shorter than some leaders are held up: it is
 * expected to end invalid by `election-safety`, whereas `election-exclusion` holds here as well.
 */
export function electionUnfenced(): Workload<HolderInput, HolderOutput> {
  return {
    name: "election-unfenced",
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
    checkers: {
      "election-exclusion": exclusion(electionWords),
      "election-safety": safety(electionWords),
    },
  };
}
