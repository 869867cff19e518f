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

const streams = 4;

export const progressOnUnsynced: Scenario<WatchWorkloadInput, WatchWorkloadOutput> = {
  name: "progress-on-unsynced",
  bug: {
    issues: [15220],
    title: "a progress notification that was asked for overtakes the events that it covers",
    guarantee:
      "A watch is bookmarkable: a progress notification of revision R says that every event up to R has been delivered.",
    mechanism: [
      "A watch that begins in the past is unsynced at first: a loop that runs every tenth of a second reads its events from the database.",
      "Events go to the client by the channel of the watch stream, and answers to requests, such as that of a creation, by a control channel beside it.",
      "Older etcd answers a progress request by the control channel at once, with the newest revision of the store, and looks neither for unsynced watches nor for events that wait in the other channel.",
      "So the client is told that it has everything up to the newest revision before it gets the first event.",
    ],
    consequence:
      "Whoever keeps the notified revision as a bookmark and goes on from it after a broken connection, as the watch cache of a Kubernetes API server does, misses everything between.",
    affected: [{ before: "3.4.25" }, { from: "3.5.0", before: "3.5.8" }],
    fixedIn: "3.4.25 and 3.5.8",
  },
  workload: "watch",
  nodes: 1,
  nemeses: [],
  rounds: 3,
  caughtBy: ["watch-bookmarkable"],
  requestTimeoutMs: 5_000,

  async play({ client, clients, nodes: [node = ""], round, note, need, sleep }) {
    const writer = client(node);
    const last = watchedKey(round, "last");
    const past = valuesOf(round, "past", 20);
    const { first } = await putSome(writer, watchedKey(round, "past"), past);
    note(`watches from revision ${first} on and asks for the progress at once`);
    const listening = Promise.all(
      clients(node, streams).map((watcher, stream) =>
        watcher.ask(
          listenTo(
            [{ id: 1, name: `${round}/${stream}`, ...watchedPrefix(round), startRevision: first }],
            { lifeMs: 5_000, progressAtMs: [0, 10, 300], untilKey: last },
          ),
        ),
      ),
    );
    await sleep(500);
    const revision = await revisionOf(writer, put(last, `${round}.last`));
    const heard = await listening;
    need(
      "every watch reached the newest change",
      heard.every((outcome) => hasReached(outcome, { revision })),
    );
  },
};
