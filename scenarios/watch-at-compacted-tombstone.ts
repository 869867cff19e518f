import type { Scenario } from "../src/core/scenario.js";
import type { WatchWorkloadInput, WatchWorkloadOutput } from "../workloads/watch-input.js";
import { compact, listenTo, put, remove, revisionOf, watchedKey } from "./watch-steps.js";

export const watchAtCompactedTombstone: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "watch-at-compacted-tombstone",
  bug: {
    issues: [18089],
    title: "a watch that begins at the compacted revision misses the deletion that was made there",
    guarantee:
      "A watch is reliable and resumable: from its start revision on it delivers every event, as long as that revision is not compacted away, and the compacted revision itself is not.",
    mechanism: [
      "A compaction up to revision R keeps of each key the newest version at or below R, so that reads and watches at R are still answered.",
      "Where that version is a deletion made exactly at R, older etcd drops it with the rest: nobody needs it in order to read.",
      "A watch that begins at R is accepted all the same, since R is not older than the compaction, and finds everything but that deletion.",
    ],
    consequence:
      "A controller that goes on watching from its last revision believes for good that a deleted object is still there.",
    affected: [{ before: "3.4.34" }, { from: "3.5.0", before: "3.5.16" }],
    fixedIn: "3.4.34 and 3.5.16",
  },
  workload: "watch",
  nodes: 1,
  nemeses: [],
  rounds: 3,
  caughtBy: ["watch-reliable", "watch-resumable"],
  requestTimeoutMs: 5_000,

  async play({ client, nodes: [node = ""], round, note }) {
    const writer = client(node);
    const key = watchedKey(round, "deleted");
    for (const place of [1, 2, 3]) await writer.must(put(key, `${round}.${place}`));
    const tombstone = await revisionOf(writer, remove(key));
    await writer.must(put(key, `${round}.4`));
    note(
      `compacts up to revision ${tombstone}, at which ${key} was deleted, and watches from there`,
    );
    await writer.must(compact(tombstone));
    const watches = [{ id: 1, name: `round ${round}`, key, startRevision: tombstone }];
    await client(node).must(listenTo(watches, { lifeMs: 1_000 }));
  },
};
