import type { SnapshotCatchUpSpec } from "../nemeses/snapshot-catch-up.js";
import type { Scenario } from "../src/core/scenario.js";
import type { WatchWorkloadInput, WatchWorkloadOutput } from "../workloads/watch-input.js";
import {
  hasReached,
  listenTo,
  put,
  putSome,
  revisionOf,
  valuesOf,
  watchedKey,
  watchedPrefix,
} from "./watch-steps.js";

const writingPauseMs = 10;
/** A member that was killed takes a while to come back. */
const restartPauseMs = 100;

export const liveWatchSnapshot: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "live-watch-snapshot",
  bug: {
    issues: [15271],
    title: "a watch travels back in time when its member catches up by a snapshot",
    guarantee:
      "A watch is ordered and unique: no event comes after one of a later revision, and none comes twice.",
    mechanism: [
      "Each watcher keeps the revision from which it needs events. While it is synced, events are sent as they are applied, and that revision is left as it was when the watch became synced.",
      "A member that was away for so long that no other has the log entries it needs gets a snapshot from the leader and opens the new database in place of its own.",
      "All of its watchers become unsynced with that, since what the snapshot holds beyond their last event must be read from it.",
      "It is read from the revision that each of them keeps, which is where it once began: everything that was sent since then is sent again.",
    ],
    consequence:
      "A controller is told of old states after newer ones: what was deleted long ago seems to be there again.",
    affected: [{ before: "3.4.25" }, { from: "3.5.0", before: "3.5.8" }],
    fixedIn: "3.4.25 and 3.5.8",
  },
  workload: "watch",
  nodes: 3,
  nemeses: ["snapshot-catch-up"],
  config: () => ({ "snapshot-count": 20 }),
  rounds: 2,
  caughtBy: ["watch-unique", "watch-ordered"],
  requestTimeoutMs: 1_000,

  async play({ client, nodes, leader, inject, random, round, note, need, sleep }) {
    const leading = await leader();
    const behind = random.pick(nodes.filter((node) => node !== leading));
    const last = watchedKey(round, "last");
    const watch = { id: 1, name: `round ${round}`, ...watchedPrefix(round) };
    const listening = client(behind).ask(listenTo([watch], { lifeMs: 40_000, untilKey: last }));
    await sleep(500);
    note(`a watch on ${behind} is told of changes as they are made`);
    // What it acknowledges itself it has applied, and with that sent to the watch.
    await putSome(client(behind), watchedKey(round, "live"), valuesOf(round, "live", 20));
    let isLeftBehind = false;
    const writing = Promise.allSettled(
      nodes
        .filter((node) => node !== behind)
        .map(async (node) => {
          const writer = client(node);
          for (let count = 1; !isLeftBehind; count++) {
            const value = `${round}.${node}.${count}`;
            const { type } = await writer.ask(put(watchedKey(round, node), value));
            await sleep(type === "ok" ? writingPauseMs : restartPauseMs);
          }
        }),
    );
    const fault = await inject(leftBehind(behind)).finally(() => {
      isLeftBehind = true;
    });
    await writing;
    note(`${behind} goes on and gets a snapshot`);
    await fault.heal();
    const writer = client(behind);
    await putSome(writer, watchedKey(round, "later"), valuesOf(round, "later", 10));
    const revision = await revisionOf(writer, put(last, `${round}.last`));
    need("the watch reached the newest change", hasReached(await listening, { revision }));
  },
};

function leftBehind(node: string): SnapshotCatchUpSpec {
  return {
    nemesis: "snapshot-catch-up",
    nodes: [node],
    description: `${node} stands still until the others made snapshots and were killed and restarted all at once, so that it needs one of theirs`,
    restart: "at-once",
  };
}
