import { kvLinearizable } from "../src/checkers/kv/kv-linearizable.js";
import { kvRevisions } from "../src/checkers/kv/kv-revisions.js";
import type { WorkloadOptions } from "../src/core/history.js";
import type { SnapshotRevisions, Workload } from "../src/core/workload.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { anyKvRequest, wholeRange } from "./kv-requests.js";
import { invokeKv, isReadOnlyKv } from "./kv-invoke.js";
import { newKnowledge, newShared, type Shared, unexplained } from "./kv-knowledge.js";

/**
 * The whole KV API on a few keys, as one thing: puts, deletions, ranges of all kinds, transactions
 * with every kind of comparison, old revisions, compactions, and leases that keys hang on. Finds
 * every answer that etcd's own specification rules out, in whatever field it is.
 *
 * Leases have a time that no run outlives, so that none of them ends by itself. Writes that cannot
 * be told apart (deletions of unknown outcome) are mostly guarded by a mod_revision, since each of
 * them may fill every gap in what the answers tell. Left out unless `shapes` asks for them: a range
 * at a revision inside a transaction that writes, which no etcd before 3.7 answers alike on all
 * members (https://github.com/etcd-io/etcd/issues/18667); and a put that keeps its key's value after
 * the same transaction has deleted the key, at which every member of every version panics.
 */
export function kv({ shapes = [] }: Pick<WorkloadOptions, "shapes"> = {}): Workload<
  KvInput,
  KvOutput
> {
  const shared = newShared();
  return {
    name: "kv",
    kinds: ["put", "delete", "range", "txn", "compact"],
    thread({ thread, threads, random }) {
      const knowledge = newKnowledge({ thread, threads, shared });
      let made = 0;
      return {
        // A stream for each request, so that none depends on how much the one before it drew.
        next: () => anyKvRequest(random.fork(`request ${++made}`), knowledge, shapes),
        saw: (input, output) => {
          knowledge.saw(input, output);
        },
        missed: (input) => {
          knowledge.missed(input);
        },
        forget: () => {
          knowledge.forget();
        },
      };
    },
    toleratesRewind: true,
    isInSnapshot: isKvInSnapshot,
    isReadOnly: isReadOnlyKv,
    invoke: invokeKv,
    finalOperations: (nodes) => finalReads(nodes, shared),
    checkers: { "kv-linearizable": kvLinearizable, "kv-revisions": kvRevisions },
  };
}

/**
 * Leases and compactions move no revision: whether the snapshot has one is certain only where a write
 * came after it that the snapshot has.
 */
function isKvInSnapshot(
  { f }: KvInput,
  { told, snapshot }: SnapshotRevisions,
): boolean | undefined {
  const movesNone = f === "grant" || f === "revoke" || f === "compact";
  return movesNone ? told < snapshot || undefined : told <= snapshot;
}

/** So many at most. */
const mostLooks = 100;

/**
 * Everything on every member: as it is, and as of the revision that compactions reached. And on any
 * of them as of the last revisions that nobody said to have made.
 */
function* finalReads(nodes: readonly string[], shared: Shared) {
  const [first] = nodes;
  for (let looks = 0; looks < mostLooks && first !== undefined; looks++) {
    const revision = unexplained(shared, { isOver: true });
    if (revision === undefined) break;
    shared.noted.add(revision);
    yield { node: first, input: { f: "range", request: { ...wholeRange, revision } } as const };
  }
  const revision = shared.compacted > 0 ? shared.compacted : shared.revision;
  for (const node of nodes) {
    yield { node, input: { f: "range", request: wholeRange } as const };
    if (revision > 0) {
      yield { node, input: { f: "range", request: { ...wholeRange, revision } } as const };
    }
  }
}
