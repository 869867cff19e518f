import { describe, expect, it } from "vitest";
import { answerOrError } from "../../../core/client.js";
import { seededRandom } from "../../../generator/seeded-random.js";
import type { BugName } from "../bugs.js";
import { withSimulation } from "../cluster.fixture.js";
import type { Entry } from "../raft/log-entry.js";
import { Store } from "../store/store.js";
import { Applier, type Proposal } from "./applier.js";
import { lineOf, Timers } from "./member-parts.fixture.js";
import { WatchHub } from "./watch-hub.js";

/** What applies the log on a leader, and a watch of all keys that is served from it. */
function rig(...planted: readonly BugName[]) {
  const bugs = new Set(planted);
  const store = Store.empty(bugs);
  const acknowledged: Proposal[] = [];
  const lines: string[] = [];
  const applier = new Applier({
    self: "n1",
    members: ["n1", "n2", "n3"],
    state: { store, index: 0, journal: [], base: { store: store.clone(), index: 0 } },
    bugs,
    onApplied: (proposal) => {
      acknowledged.push(proposal);
    },
    onChange: () => {
      hub.storeChanged();
    },
  });
  const hub = new WatchHub({
    store: () => applier.store,
    header: (revision = applier.store.revision) => ({
      clusterId: "1",
      memberId: "2",
      revision,
      raftTerm: 1,
    }),
    bugs,
    random: seededRandom(1),
    after: new Timers().after,
  });
  const stream = hub.open((response) => lines.push(lineOf(response)));
  stream.create({ watchId: 1, key: "", rangeEnd: "\0" });
  lines.length = 0;
  return { applier, acknowledged, told: () => lines.splice(0) };
}

function putOf(index: number, key: string, term = 1): Entry<Proposal> {
  const request = { key, value: `of term ${term}` };
  return { term, index, data: { command: { type: "put", request }, by: "n1" } };
}

const first = putOf(1, "a");
const second = putOf(2, "b");
const bug = "watch-event-before-commit";

describe("watch-event-before-commit", () => {
  it("is needed for a watch to be told of what is not committed", () => {
    const { applier, told } = rig();
    applier.appended([first]);
    applier.appended([second]);
    expect(told()).toEqual([]);
    applier.commit([first]);
    expect(told()).toEqual(["1 put a@2"]);
    applier.commit([second]);
    expect(told()).toEqual(["1 put b@3"]);
  });

  it("tells a watch of an entry as soon as it is in the leader's log, and not again", () => {
    const { applier, told } = rig(bug);
    applier.appended([first]);
    expect(told()).toEqual(["1 put a@2"]);
    applier.appended([second]);
    expect(told()).toEqual(["1 put b@3"]);
    applier.commit([first, second]);
    expect(told()).toEqual([]);
  });

  it.each(["dirty-read", "lost-write"] as const)(
    "is more than %s, which applies as early",
    (other) => {
      const { applier, told } = rig(other);
      applier.appended([first]);
      expect(applier.store.range({ key: "a" })).toMatchObject({ kvs: [{ key: "a" }] });
      expect(told()).toEqual([]);
      applier.commit([first]);
      expect(told()).toEqual(["1 put a@2"]);
    },
  );

  it("acknowledges nothing before it is committed", () => {
    const { applier, acknowledged } = rig(bug);
    applier.appended([first]);
    expect(acknowledged).toEqual([]);
    applier.commit([first]);
    expect(acknowledged).toEqual([first.data]);
  });

  it("leaves a watch with an event of what was taken back and never came to be", () => {
    const { applier, told } = rig(bug);
    applier.commit([first]);
    applier.appended([second]);
    expect(told()).toEqual(["1 put a@2", "1 put b@3"]);
    applier.rewind(1);
    expect(applier.store.range({ key: "b" })).toMatchObject({ kvs: [] });
    applier.commit([putOf(2, "c", 2)]);
    expect(applier.store.eventsOf(3)).toMatchObject([{ type: "put", kv: { key: "c" } }]);
  });

  /** A watch on a leader that nobody hears, and what became of the write that it was told of. */
  const seenOnCutOffLeader = (...bugs: readonly BugName[]) =>
    withSimulation({ bugs }, async ({ cluster, pass }) => {
      const leader = (await cluster.leader()) ?? "";
      const client = cluster.connect(leader, { timeoutMs: 1_000 });
      const told: string[] = [];
      const stream = client.watch();
      const listen = async () => {
        for (;;) told.push(lineOf(await stream.receive()));
      };
      stream.create({ watchId: 1, key: "k" });
      const listening = answerOrError(listen());
      const others = cluster.nodes.filter((node) => node !== leader);
      const links = others.flatMap((other) => [
        { from: leader, to: other },
        { from: other, to: leader },
      ]);
      await cluster.cut("alone", links);
      const answer = await answerOrError(client.put({ key: "k", value: "v" }));
      await pass(5_000);
      await cluster.mend("alone");
      await cluster.waitUntilServing(30_000);
      const { kvs } = await client.range({ key: "k" });
      client.close();
      await listening;
      return { isAcknowledged: !(answer instanceof Error), told, kvs };
    });

  it("shows on a leader that is cut off a write that is lost", async () => {
    const lost = { isAcknowledged: false, kvs: [] };
    expect(await seenOnCutOffLeader()).toEqual({ ...lost, told: ["1 created"] });
    expect(await seenOnCutOffLeader(bug)).toEqual({ ...lost, told: ["1 created", "1 put k@2"] });
  });
});
