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

const ahead = 20;

export const progressOnFutureWatch: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "progress-on-future-watch",
  bug: {
    issues: [20221],
    title: "a watch of a revision to come is notified of one that lies before it",
    guarantee:
      "A progress notification of revision R lets a client go on from R + 1: for a watch from revision S on R is at least S - 1. The guarantees do not say that in so many words; etcd's maintainers fixed it as a bug.",
    mechanism: [
      "A watch whose start lies beyond the newest revision has nothing to catch up with, so it is put among the synced watchers at once; its start is kept with it, and only events from there on are sent.",
      "A progress notification asks only whether the watch is synced, and is sent with the newest revision of the store.",
      "Nobody compares that with the start of the watch, so that the notification of a watch from revision S on names one far below S.",
    ],
    consequence:
      "Whoever keeps the notified revision and goes on from it is told of changes that it had asked not to be told of: its time goes back.",
    affected: [
      { before: "3.4.38" },
      { from: "3.5.0", before: "3.5.22" },
      { from: "3.6.0", before: "3.6.2" },
    ],
    fixedIn: "3.4.38, 3.5.22 and 3.6.2",
  },
  workload: "watch",
  nodes: 1,
  nemeses: [],
  rounds: 3,
  caughtBy: ["watch-early-bookmark"],
  requestTimeoutMs: 5_000,

  async play({ client, nodes: [node = ""], round, note, need, sleep }) {
    const writer = client(node);
    const [key, last] = [watchedKey(round, "past"), watchedKey(round, "past/last")];
    const head = await revisionOf(writer, put(key, `${round}.head`));
    const startRevision = head + ahead;
    note(
      `watches from revision ${startRevision} on, while ${head} is the newest, and asks how far it is`,
    );
    const watch = { id: 1, name: `round ${round}`, ...watchedPrefix(round), startRevision };
    const listening = client(node).ask(
      listenTo([watch], { lifeMs: 5_000, progressAtMs: [0, 100, 200, 300], untilKey: last }),
    );
    await sleep(500);
    await putSome(writer, key, valuesOf(round, "to come", ahead));
    const revision = await revisionOf(writer, put(last, `${round}.last`));
    need("the watch reached the newest change", hasReached(await listening, { revision }));
  },
};
