import type { Scenario } from "../src/core/scenario.js";
import type { WatchWorkloadInput, WatchWorkloadOutput } from "../workloads/watch-input.js";
import { watchWhatIsCompacted } from "./compacted-watchers.js";

export const manyWatchersCancelledAgain: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "many-watchers-cancelled-again",
  bug: {
    issues: [21174],
    title:
      "where more than 512 watches of a member begin at compacted revisions, they are cancelled again and again, without end",
    guarantee:
      "A cancel is the last message of a watch: its client need not keep anything of it afterwards.",
    mechanism: [
      "The loop that brings unsynced watchers up to date takes at most 512 of them a turn: if there are more, it picks some into a group of its own and works on that.",
      "A watcher whose start is compacted is sent a cancel and then dropped from the group that the turn works on.",
      "As long as there are few that is the group of unsynced watchers itself, but with a group of its own only the copy is cleaned.",
      "The watchers stay unsynced, so that they are picked and cancelled anew, ten times a second or more, until the stream ends. Releases that drop cancels for which there is no room, too, take some of them to be up to date instead, and send them events after their cancel.",
    ],
    consequence:
      "A client that was away for long makes its member spend its time on cancels; one that counts on a single end of a watch, and uses its number again, ends another watch.",
    affected: [{}],
  },
  workload: "watch",
  nodes: 1,
  nemeses: ["pause"],
  rounds: 2,
  caughtBy: ["watch-compaction"],
  requestTimeoutMs: 5_000,

  play: (stage) => watchWhatIsCompacted(stage, { count: 1_500, lifeMs: 4_000 }),
};
