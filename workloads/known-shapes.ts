/** A shape of requests or faults in which even the newest release of etcd is known to go wrong. */
export interface KnownShape {
  /** Of https://github.com/etcd-io/etcd; undefined where nobody has told of it yet. */
  readonly issue?: number;
  /** What is left out, in words that go on a sentence. */
  readonly summary: string;
  /** Those that can be asked for it. */
  readonly workloads: readonly string[];
}

/**
 * What workloads leave out unless `--shape` asks for it, so that a run on a release without other
 * bugs ends valid. The only exceptions that there are: each is shown with every verdict that it
 * concerns.
 */
export const knownShapes: Readonly<Record<string, KnownShape>> = {
  "txn-range-at-revision": {
    issue: 18667,
    summary: "ranges at a revision inside of transactions that write",
    workloads: ["kv"],
  },
  "txn-keeps-deleted-value": {
    summary: "transactions that delete a key by a range and then put it with the value it has",
    workloads: ["kv"],
  },
  "hundreds-of-compacted-watches": {
    issue: 21174,
    summary: "512 watches and more on one stream that ask for what is compacted away",
    workloads: ["watch"],
  },
  "candidate-whose-lease-ends": {
    issue: 19597,
    summary: "candidates of an election whose lease ends while they wait",
    workloads: ["election"],
  },
  "renewal-while-leader-stands-still": {
    issue: 15247,
    summary: "leases that end soon unless they are renewed while the leader is paused",
    workloads: ["lease"],
  },
  "learner-whose-address-changes": {
    issue: 21694,
    summary: "learners that are told another address",
    workloads: ["members"],
  },
};

/** Those that this workload leaves out, as far as none of them was asked for. */
export function leftOut(workload: string, asked: readonly string[] = []): readonly string[] {
  return Object.entries(knownShapes)
    .filter(([name, shape]) => shape.workloads.includes(workload) && !asked.includes(name))
    .map(([name]) => name);
}
