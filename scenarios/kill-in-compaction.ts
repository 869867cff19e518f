import { compareVersions, type Scenario } from "../src/core/scenario.js";
import type { TxnOperation } from "../src/core/client.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import {
  compact,
  killOf,
  killWhile,
  read,
  removePrefix,
  revisionOf,
  transaction,
  untilServing,
} from "./kv-steps.js";

/** Counts the rests that a compaction takes, one after each full batch of keys. */
const rests = "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds_count";

export const killInCompaction: Scenario<KvInput, KvOutput> = {
  name: "kill-in-compaction",
  bug: {
    issues: [17780],
    title:
      "the store's revision falls back when a member is killed towards the end of a compaction",
    guarantee:
      "Revisions only grow: a revision that a client was told of is never given to another change, whatever member dies.",
    mechanism: [
      "A member keeps no record of its newest revision: when it starts it takes the highest that any key version on its disk has, or that a finished compaction wrote down.",
      "A compaction drops old key versions batch by batch, commits each full batch to the disk, and rests after it; the mark that it is finished comes with the last batch, which is never full.",
      "Where the newest change of all is a deletion and the compaction goes up to it, not one version of any key is left after the last full batch.",
      "A member that is killed before the mark is on its disk as well finds nothing there that tells how far it had come, and goes on from whatever older version is left, or from revision 1.",
      "The log does not help, since the disk says that all of it was applied.",
    ],
    consequence:
      "Revisions are given out twice: watches, caches and conditional updates, such as Kubernetes' resourceVersion, take new objects for old ones; with several members, the one that was killed differs from the others for good.",
    affected: [{ before: "3.4.32" }, { from: "3.5.0", before: "3.5.14" }],
    fixedIn: "3.4.32 and 3.5.14",
  },
  workload: "kv",
  nodes: 1,
  nemeses: ["kill"],
  config: (version) =>
    hasSmallBatches(version)
      ? {
          [batchLimitOf(version)]: 10,
          // In nanoseconds: so long the mark may wait until it is written to the disk.
          "backend-batch-interval": 20e9,
        }
      : {},
  rounds: 2,
  caughtBy: ["kv-linearizable", "kv-revisions"],
  requestTimeoutMs: 5_000,

  async play(stage) {
    const { client, nodes, round, version, note } = stage;
    const [node = ""] = nodes;
    const writer = client(node);
    const prefix = `kv/${round}/`;
    let attempts = 0;
    const writeAndCompact = async () => {
      attempts += 1;
      const { keys, times } = fillOf(version);
      for (let time = 0; time < times; time++) {
        await writer.must(writeAll(prefix, keys, `${round}.${attempts}.${time}`));
      }
      const head = await revisionOf(writer, removePrefix(prefix));
      note(`compacts up to revision ${head}, at which the last keys were deleted`);
      await writer.ask(compact(head));
    };
    const when = { metric: rests, grewBy: 1, withinMs: 10_000 };
    const killed = await killWhile(stage, killOf(node, when), {
      restMs: 1_500,
      doOnce: writeAndCompact,
    });
    note(`${node} was killed when the compaction rested after its last full batch`);
    await killed.heal();
    await untilServing(stage, node);
    await client(node).must(read(`${prefix}0`));
  },
};

function hasSmallBatches(version: string): boolean {
  return compareVersions(version, "3.4.0") >= 0;
}

/** The setting's name: it was an experiment until 3.6. */
function batchLimitOf(version: string): string {
  const isExperiment = compareVersions(version, "3.6.0") < 0;
  return `${isExperiment ? "experimental-" : ""}compaction-batch-limit`;
}

/**
 * With the deletions, and with the one key that was written before clients came, these make exactly
 * as many versions of keys as a batch has: 10, or 10000 where that cannot be changed.
 */
function fillOf(version: string): { readonly keys: number; readonly times: number } {
  return hasSmallBatches(version) ? { keys: 3, times: 2 } : { keys: 101, times: 98 };
}

function writeAll(prefix: string, keys: number, value: string): KvInput {
  const puts = Array.from({ length: keys }, (_, place): TxnOperation => ({
    type: "put",
    request: { key: `${prefix}${place}`, value: `${value}.${place}` },
  }));
  return transaction(...puts);
}
