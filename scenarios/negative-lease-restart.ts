import type { Scenario } from "../src/core/scenario.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { grant, killOf, killWhile, put, read, untilServing } from "./kv-steps.js";

/** Counts how often what was applied was written to the disk. */
const commits = "etcd_disk_backend_commit_duration_seconds_count";

export const negativeLeaseRestart: Scenario<KvInput, KvOutput> = {
  name: "negative-lease-restart",
  bug: {
    issues: [12535],
    title: "a member forgets leases with a negative id when it is started again",
    guarantee:
      "All members apply the same changes in the same order, and a lease that was granted lives until it expires or is revoked.",
    mechanism: [
      "A lease has an id of 64 bits with a sign, which a client may choose, and is kept on the disk under the id's bytes.",
      "When a member starts it reads its leases back, from the bytes of 0 up to those of the highest id.",
      "A negative id has its highest bit set: as bytes it comes after all others, and is not read.",
      "The leases are not in that part of the log any more that is applied again once they are on the disk.",
      "A put with such a lease is then refused by the member that was started again, while applying, and carried out by the others.",
    ],
    consequence:
      "Members hold different keys and are at different revisions from the first put with that lease on, and nothing tells so.",
    affected: [{ before: "3.4.20" }, { from: "3.5.0", before: "3.5.3" }],
    fixedIn: "3.4.20 and 3.5.3",
  },
  workload: "kv",
  nodes: 3,
  nemeses: ["kill"],
  rounds: 1,
  caughtBy: ["kv-linearizable", "kv-revisions", "members-agree"],
  requestTimeoutMs: 5_000,

  async play(stage) {
    const { client, leader, nodes, round, note } = stage;
    const first = await leader();
    const follower = nodes.find((node) => node !== first) ?? first;
    const [lease, key] = [`-${round}`, `kv/${round}/leased`];
    const writer = client(follower);
    await writer.must(grant(lease));
    note(`granted the lease ${lease}; kills ${follower} as soon as that is on its disk`);
    let count = 0;
    const when = { metric: commits, grewBy: 2, withinMs: 10_000 };
    const killed = await killWhile(stage, killOf(follower, when), {
      restMs: 100,
      doOnce: async () => {
        count += 1;
        await writer.ask(put(`kv/${round}/other`, `${round}.${count}`));
      },
    });
    await killed.heal();
    await untilServing(stage, follower);
    note(`${follower} is back; writes ${key} with the lease through ${first}`);
    await client(first).must(put(key, `${round}.leased`, lease));
    for (const node of [first, follower, ...nodes]) await client(node).must(read(key));
  },
};
