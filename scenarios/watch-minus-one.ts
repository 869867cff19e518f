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
} from "./watch-steps.js";

const pauseMs = 200;

export const watchMinusOne: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "watch-minus-one",
  bug: {
    issues: [20693],
    title: "a watch from revision -1 makes other clients' watches of the same member skip the past",
    guarantee:
      "A watch is reliable and resumable: from its start revision on it delivers every event, whatever other clients ask for.",
    mechanism: [
      "A watch whose start lies in the past waits in the group of unsynced watchers, which a loop brings up to date all together: it reads everything from the smallest start among them up to the newest revision, once for all.",
      "A start that is older than the last compaction is refused, but as long as nothing was compacted that revision is kept as -1, and -1 is not older than -1: it passes.",
      "So -1 becomes the smallest start. Keys of the database are revisions as unsigned numbers in big-endian order, and as such -1 is the greatest of all: the range to read is empty.",
      "No event is found for anybody, all watchers of that turn count as synced, and each of them goes on with what comes next.",
    ],
    consequence:
      "Any client that may watch a single key can make the controllers of others miss changes for good, without an error anywhere.",
    affected: [
      { before: "3.4.38" },
      { from: "3.5.0", before: "3.5.24" },
      { from: "3.6.0", before: "3.6.6" },
    ],
    fixedIn: "3.4.38, 3.5.24 and 3.6.6",
  },
  workload: "watch",
  nodes: 1,
  nemeses: [],
  rounds: 3,
  caughtBy: ["watch-resumable"],
  requestTimeoutMs: 5_000,

  async play({ client, nodes: [node = ""], round, note, need, sleep }) {
    const writer = client(node);
    const [key, last] = [watchedKey(round, "past"), watchedKey(round, "past/last")];
    const { first } = await putSome(writer, key, valuesOf(round, "past", 20));
    note(`a client watches from revision -1, and it and another one watch from ${first}, at once`);
    const minusOne = { id: 1, key: watchedKey(round, "none"), startRevision: -1 };
    const past = { key, rangeEnd: `${key}0`, startRevision: first };
    const life = { lifeMs: 5_000, untilKey: last };
    const beside = [
      { ...minusOne, name: `minus one ${round}` },
      // It is created only when the first one was accepted or refused.
      { ...past, id: 2, name: `beside it ${round}` },
    ];
    const elsewhere = [{ ...past, id: 1, name: `elsewhere ${round}` }];
    const listening = Promise.all([
      client(node).ask(listenTo(beside, life)),
      client(node).ask(listenTo(elsewhere, life)),
    ]);
    // Whoever believes to be up to date is told of what comes now.
    for (const value of valuesOf(round, "now", 3)) {
      await sleep(pauseMs);
      await writer.must(put(key, value));
    }
    const revision = await revisionOf(writer, put(last, `${round}.last`));
    const [one, other] = await listening;
    need("the watch beside it reached the newest change", hasReached(one, { id: 2, revision }));
    need("the watch elsewhere reached the newest change", hasReached(other, { revision }));
  },
};
