import type { Scenario } from "../src/core/scenario.js";
import type { KvInput, KvOutput } from "../src/models/etcd/requests.js";
import { compact, put, read, revisionOf, transaction } from "./kv-steps.js";

export const txnRangeAtRevision: Scenario<KvInput, KvOutput> = {
  name: "txn-range-at-revision",
  bug: {
    issues: [18667],
    title:
      "a transaction that reads at a compacted or future revision is refused by one member and carried out by all others",
    guarantee:
      "All members apply the same changes in the same order, and every answer is strictly serializable, whichever member gives it.",
    mechanism: [
      "A transaction that writes goes through the log, and every member applies it for itself; its reads matter only to the member that has to answer.",
      "So all other members strip the reads off before they apply it.",
      "Whether the revision of a read can be had, neither compacted nor yet to come, is looked at while applying, before anything is written.",
      "The member that was asked still has the read, finds that its revision cannot be had, and refuses the transaction as a whole; the others have nothing left to refuse, and write.",
      "From then on the one member is a revision behind the others, for good: the same log entries lead to different revisions and different keys.",
    ],
    consequence:
      "Clients of different members see different data under the same revision numbers until somebody replaces the member that lags: a client that was told of an error has written nevertheless.",
    affected: [{ before: "3.7.0" }],
    fixedIn: "3.7.0",
  },
  workload: "kv",
  nodes: 3,
  nemeses: [],
  rounds: 1,
  caughtBy: ["kv-linearizable", "kv-revisions", "members-agree"],
  requestTimeoutMs: 5_000,

  async play({ client, leader, nodes, round, random, note, need }) {
    const first = await leader();
    const follower = nodes.find((node) => node !== first) ?? first;
    const asker = client(follower);
    const [key, other] = [`kv/${round}/read`, `kv/${round}/written`];
    let head = 0;
    for (const place of [1, 2, 3, 4, 5, 6]) {
      head = await revisionOf(asker, put(key, `${round}.${place}`));
    }
    const isCompacted = random.below(2) === 0;
    if (isCompacted) await asker.must(compact(head));
    const revision = isCompacted ? head - 1 : head + 100;
    note(
      `asks ${follower} to write ${other} and to read ${key} at revision ${revision}, which is ${isCompacted ? "compacted" : "yet to come"}`,
    );
    const outcome = await asker.ask(
      transaction(
        { type: "put", request: { key: other, value: `${round}.7` } },
        { type: "range", request: { key, revision } },
      ),
    );
    need(`${follower} refuses to read at revision ${revision}`, outcome.type !== "ok");
    note("reads what was to be written, on every member");
    for (const node of [first, follower, ...nodes]) await client(node).must(read(other));
  },
};
