import type { Scenario } from "../src/core/scenario.js";
import type { WatchWorkloadInput, WatchWorkloadOutput } from "../workloads/watch-input.js";
import { watchWhatIsCompacted } from "./compacted-watchers.js";

export const manyWatchersCompacted: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "many-watchers-compacted",
  bug: {
    issues: [17529],
    title:
      "of many watches from a compacted revision on one stream some are never told of it, and go on as if nothing were missing",
    guarantee:
      "A watch from a compacted revision is cancelled with the compacted revision; one that is not is reliable and delivers every event from its start on.",
    mechanism: [
      "The loop that brings unsynced watchers up to date sends a cancel to each whose start is compacted, by the channel of its stream, which holds 128 answers.",
      "It does not wait where that channel is full, but leaves the watcher where it is, to try again in its next turn.",
      "The same turn, however, goes on with all watchers that are left in its group, and this one is among them: there is no event for it, so it is taken to be up to date and put among the synced ones.",
      "Nobody looks at its start again: no cancel ever comes, and the next event is sent to it as to any other.",
    ],
    consequence:
      "A process with many watches on one connection that was away for longer than the history is kept, such as a Kubernetes API server, goes on with some of its caches out of date and is never told to read anew.",
    affected: [{ before: "3.4.31" }, { from: "3.5.0", before: "3.5.13" }],
    fixedIn: "3.4.31 and 3.5.13",
  },
  workload: "watch",
  nodes: 1,
  nemeses: ["pause"],
  rounds: 2,
  caughtBy: ["watch-resumable"],
  requestTimeoutMs: 5_000,

  play: (stage) => watchWhatIsCompacted(stage, { count: 300, lifeMs: 4_000 }),
};
