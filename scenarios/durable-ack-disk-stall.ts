import type { DiskStallSpec } from "../nemeses/disk-stall.js";
import type { Scenario } from "../src/core/scenario.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { killOf, put, read, untilServing } from "./kv-steps.js";

export const durableAckDiskStall: Scenario<KvInput, KvOutput> = {
  name: "durable-ack-disk-stall",
  bug: {
    issues: [14370],
    title: "a single member acknowledges a write before it is in its log, and loses it in a crash",
    guarantee:
      "Durability: what was acknowledged stays, whatever becomes of the member's process (KV API guarantees).",
    mechanism: [
      "The raft library hands over two things at a time: entries to be saved, and entries that are committed and may be applied.",
      "Where the member is the only one, an entry is committed as soon as it is proposed, since nobody else has to agree: it is in both.",
      "Saving and applying go on at the same time, so the entry may be applied, and its client answered, while it is still being written to the log.",
      "Usually the two are microseconds apart; a disk that stands still holds the one back and not the other.",
      "Who is killed then has the entry nowhere.",
    ],
    consequence:
      "An etcd of one member, as many small Kubernetes clusters have, forgets what it had confirmed when its process dies while its disk is slow.",
    affected: [{ before: "3.4.21" }, { from: "3.5.0", before: "3.5.5" }],
    fixedIn: "3.4.21 and 3.5.5",
  },
  workload: "kv",
  nodes: 1,
  nemeses: ["disk-stall", "kill"],
  rounds: 2,
  caughtBy: ["kv-linearizable", "kv-revisions"],
  requestTimeoutMs: 1_500,

  async play(stage) {
    const { client, nodes, round, inject, note } = stage;
    const [node = ""] = nodes;
    const writer = client(node);
    const key = `kv/${round}`;
    for (const place of [1, 2, 3]) await writer.must(put(key, `${round}.${place}`));
    const stall = await inject(stallOf(node));
    note(`writes ${key} while the disk stands still, and kills ${node} after that`);
    await writer.ask(put(key, `${round}.4`));
    const killed = await inject(killOf(node));
    await stall.heal();
    await killed.heal();
    await untilServing(stage, node);
    await client(node).must(read(key));
  },
};

function stallOf(node: string): DiskStallSpec {
  const description = `${node}: the disk stands still`;
  return { nemesis: "disk-stall", nodes: [node], target: "one", description };
}
