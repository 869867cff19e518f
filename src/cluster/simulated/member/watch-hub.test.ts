import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WatchCreateRequest, WatchEvent, WatchResponse } from "../../../core/client.js";
import { seededRandom } from "../../../generator/seeded-random.js";
import type { BugName } from "../bugs.js";
import { isInRange } from "../store/key-range.js";
import {
  lineOf,
  RealStore,
  SmallStore,
  Timers,
  type WritableStore,
  type Write,
} from "./member-parts.fixture.js";
import { WatchHub } from "./watch-hub.js";

const all = { key: "", rangeEnd: "\0" };

function rig({
  bug,
  seed = 1,
  fragmentBytes = 1e6,
  store = new SmallStore(),
}: {
  bug?: BugName;
  seed?: number;
  fragmentBytes?: number;
  store?: WritableStore;
} = {}) {
  const timers = new Timers();
  const answers: WatchResponse[] = [];
  const hub = new WatchHub({
    store: () => store,
    header: (revision = store.revision) => ({
      clusterId: "1",
      memberId: "2",
      revision,
      raftTerm: 1,
    }),
    bugs: new Set(bug === undefined ? [] : [bug]),
    random: seededRandom(seed),
    after: timers.after,
    fragmentBytes,
  });
  const stream = hub.open((response) => answers.push(response));
  return {
    store,
    timers,
    hub,
    stream,
    answers,
    write: (...writes: Write[]) => {
      store.write(...writes);
      hub.storeChanged();
    },
    compact: (revision: number) => {
      store.compact(revision);
      hub.storeChanged();
    },
    lines: () => answers.splice(0).map(lineOf),
  };
}

describe("a watch", () => {
  it("is created first, and told from now on where it names no start", () => {
    const { stream, write, lines } = rig();
    write({ put: "a" });
    stream.create({ watchId: 7, key: "a" });
    write({ put: "a" });
    write({ put: "b" });
    write({ delete: "a" });
    expect(lines()).toEqual(["7 created", "7 put a@3", "7 delete a@5"]);
  });

  it("that starts in the past is told of all up to now in one answer, then one by one", () => {
    const { stream, write, lines, timers } = rig();
    for (const put of ["a", "b", "c"]) write({ put });
    stream.create({ watchId: 1, ...all, startRevision: 3 });
    write({ put: "d" });
    expect(lines()).toEqual(["1 created"]);
    timers.pass(100);
    write({ put: "e" });
    expect(lines()).toEqual(["1 put b@3, put c@4, put d@5", "1 put e@6"]);
  });

  it("that starts in the future is told of nothing before", () => {
    const { stream, write, lines } = rig();
    stream.create({ watchId: 1, ...all, startRevision: 4 });
    for (const put of ["a", "b", "c"]) write({ put });
    expect(lines()).toEqual(["1 created", "1 put c@4"]);
  });

  it("is told of a revision at once, and of each with an answer of its own", () => {
    const { stream, store, hub, lines, answers } = rig();
    stream.create({ watchId: 1, ...all });
    store.write({ put: "a" }, { put: "b" });
    store.write({ put: "c" });
    hub.storeChanged();
    expect(answers.map(({ header }) => header.revision)).toEqual([1, 2, 3]);
    expect(lines()).toEqual(["1 created", "1 put a@2, put b@2", "1 put c@3"]);
  });

  it("is told of more than a thousand revisions in several answers", () => {
    const { stream, store, answers, timers } = rig();
    for (let count = 0; count < 1_500; count++) store.write({ put: "a" });
    stream.create({ watchId: 1, key: "a", startRevision: 1 });
    timers.pass(1_000);
    expect(answers.map(({ events }) => events.length)).toEqual([0, 1_000, 500]);
  });

  it("leaves out what its filters name, and is silent where nothing is left", () => {
    const { stream, write, lines } = rig();
    stream.create({ watchId: 1, ...all, filters: ["no-put"] });
    stream.create({ watchId: 2, ...all, filters: ["no-delete"] });
    write({ put: "a" });
    write({ delete: "a" }, { put: "b" });
    expect(lines().slice(2)).toEqual(["2 put a@2", "1 delete a@3", "2 put b@3"]);
  });

  it("gets the value before where it asked for it, unless that is compacted", () => {
    const { stream, store, hub, answers, timers } = rig();
    store.write({ put: "a", value: "old" });
    store.write({ put: "a", value: "new" });
    store.write({ delete: "a" });
    store.compact(3);
    hub.storeChanged();
    stream.create({ watchId: 1, key: "a", startRevision: 3, prevKv: true });
    stream.create({ watchId: 2, key: "a", startRevision: 3 });
    timers.pass(100);
    const before = answers.slice(2).map(({ events }) => events.map(({ prevKv }) => prevKv?.value));
    expect(before).toEqual([
      [undefined, "new"],
      [undefined, undefined],
    ]);
  });

  it("gets no value before of a key that was deleted and made anew in one", () => {
    const { stream, write, answers } = rig();
    write({ put: "a", value: "old" });
    stream.create({ watchId: 1, key: "a", prevKv: true });
    write({ delete: "a" }, { put: "a", value: "new" });
    expect(answers[1]?.events.map(({ type, prevKv }) => [type, prevKv?.value])).toEqual([
      ["delete", "old"],
      ["put", undefined],
    ]);
  });

  it("is told of a deletion with nothing but key and revision", () => {
    const { stream, write, answers } = rig();
    write({ put: "a", value: "x" });
    stream.create({ watchId: 1, key: "a" });
    write({ delete: "a" });
    const nothing = { value: "", createRevision: 0, version: 0, lease: "0" };
    expect(answers[1]?.events).toEqual([
      { type: "delete", kv: { key: "a", modRevision: 3, ...nothing } },
    ]);
  });

  it("is told nothing any more once it is canceled, and its id may be taken again", () => {
    const { stream, write, lines } = rig();
    stream.create({ watchId: 1, ...all });
    stream.cancel(1);
    stream.cancel(1);
    write({ put: "a" });
    stream.create({ watchId: 1, ...all });
    expect(lines()).toEqual(["1 created", "1 canceled", "1 created"]);
  });

  it.each([
    [{ watchId: 1, key: "b" }, "mvcc: duplicate watch ID provided on the WatchStream"],
    [{ watchId: 2, key: "b", rangeEnd: "a" }, "mvcc: watcher range is empty"],
    [
      { watchId: 2, key: "b", startRevision: -1 },
      "etcdserver: mvcc: required revision has been compacted",
    ],
  ])("is refused in etcd's words: %j", (request, cancelReason) => {
    const { stream, answers } = rig();
    stream.create({ watchId: 1, key: "a" });
    stream.create(request);
    expect(answers[1]).toMatchObject({ watchId: -1, created: true, canceled: true, cancelReason });
  });

  it("gets an answer in pieces where it asked for that", () => {
    const { stream, write, lines } = rig({ fragmentBytes: 100 });
    stream.create({ watchId: 1, ...all, fragment: true });
    stream.create({ watchId: 2, ...all });
    write({ put: "a" }, { put: "b" }, { put: "c" }, { put: "d" }, { put: "e" });
    expect(lines().slice(2)).toEqual([
      "1 put a@2, put b@2, put c@2 ...",
      "1 put d@2, put e@2",
      "2 put a@2, put b@2, put c@2, put d@2, put e@2",
    ]);
  });

  it("is told nothing once its stream is closed, whatever was under way", () => {
    const { stream, write, lines, timers } = rig();
    write({ put: "a" });
    stream.create({ watchId: 1, ...all, startRevision: 1, progressNotify: true });
    stream.close();
    write({ put: "b" });
    stream.create({ watchId: 2, ...all });
    timers.pass(2_000_000);
    expect(lines()).toEqual(["1 created"]);
  });
});

describe("compaction", () => {
  it("cancels a watch that starts below it, with the revision from which it could", () => {
    const { stream, write, compact, answers, timers, lines } = rig();
    for (const put of ["a", "b", "c"]) write({ put });
    compact(3);
    stream.create({ watchId: 1, ...all, startRevision: 2 });
    timers.pass(100);
    expect(answers[1]).not.toHaveProperty("cancelReason");
    write({ put: "d" });
    expect(lines()).toEqual(["1 created", "1 canceled below 3"]);
  });

  it("leaves a cancelled watch's id taken, and the stream without progress, until it is cancelled again", () => {
    const { stream, write, compact, timers, lines } = rig();
    for (const put of ["a", "b", "c"]) write({ put });
    compact(3);
    stream.create({ watchId: 1, ...all, startRevision: 2 });
    stream.create({ watchId: 2, ...all });
    timers.pass(100);
    expect(lines()).toEqual(["1 created", "2 created", "1 canceled below 3"]);
    stream.requestProgress();
    expect(lines()).toEqual([]);
    stream.create({ watchId: 1, ...all });
    expect(lines()).toEqual(["-1 created and canceled"]);
    stream.cancel(1);
    stream.requestProgress();
    expect(lines()).toEqual(["1 canceled", "-1 progress 4"]);
  });

  it("overtakes a watch that is still behind", () => {
    const { stream, write, compact, timers, lines } = rig();
    for (const put of ["a", "b", "c"]) write({ put });
    stream.create({ watchId: 1, ...all, startRevision: 2 });
    compact(4);
    timers.pass(100);
    expect(lines()).toEqual(["1 created", "1 canceled below 4"]);
  });

  it("leaves alone whoever has come further", () => {
    const { stream, write, compact, lines } = rig();
    stream.create({ watchId: 1, ...all });
    write({ put: "a" });
    compact(2);
    write({ put: "b" });
    expect(lines()).toEqual(["1 created", "1 put a@2", "1 put b@3"]);
  });

  const startAtCompaction = (bug?: BugName) => {
    const { stream, write, compact, timers, lines } = rig(bug && { bug });
    write({ put: "a" });
    write({ put: "b" }, { delete: "a" });
    write({ delete: "b" });
    compact(3);
    stream.create({ watchId: 1, ...all, startRevision: 3 });
    timers.pass(100);
    return lines();
  };

  it("lets a watch start at the compacted revision itself", () => {
    expect(startAtCompaction()).toEqual(["1 created", "1 put b@3, delete a@3, delete b@4"]);
  });

  it("takes that revision's deletions with watch-loses-event-at-compaction", () => {
    const lossy = startAtCompaction("watch-loses-event-at-compaction");
    expect(lossy).toEqual(["1 created", "1 put b@3, delete b@4"]);
  });

  const startBelow = (bug?: BugName) => {
    const { stream, write, compact, timers, lines } = rig(bug && { bug });
    for (const put of ["a", "b", "c"]) write({ put });
    compact(3);
    stream.create({ watchId: 1, ...all, startRevision: 2 });
    timers.pass(350);
    write({ put: "d" });
    return lines();
  };

  it("ends a watch with one answer", () => {
    expect(startBelow()).toEqual(["1 created", "1 canceled below 3"]);
  });

  it("leaves it with what is left after its end with watch-survives-compaction", () => {
    const told = ["1 created", "1 canceled below 3", "1 put b@3, put c@4", "1 put d@5"];
    expect(startBelow("watch-survives-compaction")).toEqual(told);
  });

  it("ends it over and over with watch-cancelled-again", () => {
    const end = "1 canceled below 3";
    expect(startBelow("watch-cancelled-again")).toEqual(["1 created", end, end, end]);
  });

  it.each(["watch-survives-compaction", "watch-cancelled-again"] as const)(
    "leaves a watch that is cancelled by its client or closed alone with %s",
    (bug) => {
      const { stream, write, compact, timers, lines } = rig({ bug });
      for (const put of ["a", "b"]) write({ put });
      compact(3);
      stream.create({ watchId: 1, ...all, startRevision: 2 });
      timers.pass(100);
      stream.cancel(1);
      timers.pass(1_000);
      expect(lines()).toEqual(["1 created", "1 canceled below 3", "1 canceled"]);
      stream.create({ watchId: 1, ...all, startRevision: 2 });
      timers.pass(100);
      stream.close();
      timers.pass(1_000);
      expect(lines()).toEqual(["1 created", "1 canceled below 3"]);
    },
  );
});

describe("progress", () => {
  it("is told for the whole stream where it is asked for", () => {
    const { stream, write, lines } = rig();
    stream.requestProgress();
    stream.create({ watchId: 1, key: "z" });
    write({ put: "a" });
    stream.requestProgress();
    expect(lines()).toEqual(["1 created", "-1 progress 2"]);
  });

  const askWhileBehind = (bug?: BugName) => {
    const { stream, write, timers, lines } = rig(bug && { bug });
    write({ put: "a" });
    stream.create({ watchId: 1, ...all });
    stream.create({ watchId: 2, ...all, startRevision: 1 });
    stream.requestProgress();
    timers.pass(100);
    return lines();
  };

  it("is not told while a watch of the stream is behind", () => {
    expect(askWhileBehind()).toEqual(["1 created", "2 created", "2 put a@2"]);
  });

  it("is not told while a watch of the stream begins in the future", () => {
    const { stream, write, lines } = rig();
    stream.create({ watchId: 1, ...all, startRevision: 2 });
    stream.requestProgress();
    expect(lines()).toEqual(["1 created"]);
    write({ put: "a" });
    stream.requestProgress();
    expect(lines()).toEqual(["1 put a@2", "-1 progress 2"]);
  });

  it("is told too early with progress-notification-too-early", () => {
    const early = askWhileBehind("progress-notification-too-early");
    expect(early).toEqual(["1 created", "2 created", "-1 progress 2", "2 put a@2"]);
  });

  it("is told now and then to a watch that wants it and heard nothing else", () => {
    const { stream, write, timers, lines } = rig();
    stream.create({ watchId: 1, key: "a", progressNotify: true });
    stream.create({ watchId: 2, key: "b", progressNotify: true });
    stream.create({ watchId: 3, key: "b" });
    write({ put: "a" });
    timers.pass(599_999);
    expect(lines().slice(3)).toEqual(["1 put a@2"]);
    timers.pass(60_001);
    expect(lines()).toEqual(["2 progress 2"]);
    timers.pass(660_000);
    expect(lines()).toEqual(["1 progress 2", "2 progress 2"]);
  });
});

describe("planted bugs", () => {
  const revisions = (bug?: BugName) => {
    const { stream, write, timers, answers } = rig(bug && { bug });
    stream.create({ watchId: 1, ...all, progressNotify: true });
    for (let count = 0; count < 300; count++) write({ put: "a" });
    timers.pass(5_000);
    return answers.flatMap(({ events }) => events.map(({ kv }) => kv.modRevision));
  };
  const written = Array.from({ length: 300 }, (_, index) => index + 2);
  const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

  it("are needed for anything to go wrong", () => {
    expect(revisions()).toEqual(written);
  });

  it("reordered-watch tells all, in another order", () => {
    const told = revisions("reordered-watch");
    expect(told).not.toEqual(written);
    expect(sorted(told)).toEqual(written);
  });

  it("lost-watch-event leaves some out, in order", () => {
    const told = revisions("lost-watch-event");
    expect(told.length).toBeLessThan(written.length);
    expect(told.length).toBeGreaterThan(250);
    expect(told).toEqual(sorted([...new Set(told)]));
  });

  it("duplicate-watch-event tells all, and some twice", () => {
    const told = revisions("duplicate-watch-event");
    expect(told.length).toBeGreaterThan(written.length);
    expect([...new Set(told)]).toEqual(written);
  });

  /** By watch: what each answer tells. */
  const told = (asked: Omit<WatchCreateRequest, "watchId">, bug?: BugName) => {
    const { stream, write, answers } = rig(bug && { bug });
    stream.create({ watchId: 1, ...asked });
    for (let count = 0; count < 300; count++) {
      write({ put: "a", value: `${count}` }, { put: "b" });
      write({ put: "c" });
    }
    return answers.flatMap(({ events }) => (events.length > 0 ? [events] : []));
  };

  it("watch-ignores-filters tells of other keys now and then, and leaves nothing out", () => {
    const wanted = { key: "a" };
    const keys = (bug?: BugName) =>
      told(wanted, bug)
        .flat()
        .map(({ kv }) => kv.key);
    expect(new Set(keys())).toEqual(new Set(["a"]));
    const deaf = keys("watch-ignores-filters");
    expect(deaf.filter((key) => key === "a")).toHaveLength(300);
    expect(deaf.filter((key) => key !== "a").length).toBeGreaterThan(10);
    expect(deaf.length).toBeLessThan(450);
  });

  it("watch-ignores-filters tells of filtered events now and then", () => {
    const wanted = { ...all, filters: ["no-put"] as const };
    expect(told(wanted)).toEqual([]);
    const deaf = told(wanted, "watch-ignores-filters").length;
    expect(deaf).toBeGreaterThan(10);
    expect(deaf).toBeLessThan(100);
  });

  it("watch-wrong-prev-kv tells the value before the previous one now and then", () => {
    const pasts = (bug?: BugName) => {
      const events = told({ key: "a", prevKv: true }, bug).flat();
      return events.map(({ kv, prevKv }) => Number(kv.value) - Number(prevKv?.value ?? -1));
    };
    expect(new Set(pasts())).toEqual(new Set([1]));
    const wrong = pasts("watch-wrong-prev-kv");
    expect(new Set(wrong)).toEqual(new Set([1, 2]));
    expect(wrong.filter((distance) => distance === 2).length).toBeLessThan(50);
  });

  it("watch-wrong-prev-kv tells the right value where the one before was the first", () => {
    const { stream, write, answers } = rig({ bug: "watch-wrong-prev-kv" });
    for (let watchId = 1; watchId <= 100; watchId++) {
      stream.create({ watchId, key: "a", prevKv: true });
    }
    write({ put: "a", value: "first" });
    write({ delete: "a" });
    const deletions = answers.flatMap(({ events }) => events.filter(({ prevKv }) => prevKv));
    expect(deletions.map(({ type, prevKv }) => `${type} ${prevKv?.value}`)).toEqual(
      Array.from({ length: 100 }, () => "delete first"),
    );
  });

  it("watch-splits-revision tells of some revisions in two answers, and of all events in order", () => {
    const whole = told(all);
    const torn = told(all, "watch-splits-revision");
    expect(whole).toHaveLength(600);
    expect(torn.flat()).toEqual(whole.flat());
    expect(torn.length).toBeGreaterThan(600);
    expect(torn.length).toBeLessThan(650);
  });

  it("watch-splits-revision does not mark the pieces as such", () => {
    const { stream, write, answers } = rig({ bug: "watch-splits-revision" });
    stream.create({ watchId: 1, ...all, fragment: true });
    for (let count = 0; count < 300; count++) write({ put: "a" }, { put: "b" });
    expect(answers.length).toBeGreaterThan(301);
    expect(answers.some(({ fragment }) => fragment)).toBe(false);
  });

  it("progress-notification-too-early promises what is told only after it", () => {
    const promisedTooMuch = (bug?: BugName) => {
      const { stream, write, answers } = rig(bug && { bug });
      stream.create({ watchId: 1, ...all, progressNotify: true });
      for (let count = 0; count < 300; count++) write({ put: "a" });
      return answers.filter(
        ({ created, events, header }, index) =>
          !created &&
          events.length === 0 &&
          answers
            .slice(index)
            .some((later) => later.events.some(({ kv }) => kv.modRevision <= header.revision)),
      ).length;
    };
    expect(promisedTooMuch()).toBe(0);
    expect(promisedTooMuch("progress-notification-too-early")).toBeGreaterThan(0);
  });
});

describe("whatever is written, compacted and watched", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const write: fc.Arbitrary<Write> = fc.oneof(
    fc.record({ put: key }),
    key.map((name) => ({ delete: name })),
  );
  const keyOf = (one: Write) => ("put" in one ? one.put : one.delete);
  const writes = fc.uniqueArray(write, { minLength: 1, maxLength: 3, selector: keyOf });
  const watch = fc.record({
    key,
    rangeEnd: fc.constantFrom(undefined, "c", "\0"),
    /** Past, now or to come, as it happens. */
    start: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  });
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ writes }) },
    { weight: 1, arbitrary: fc.record({ compact: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 2, arbitrary: fc.record({ watch }) },
    { weight: 2, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 150 }) }) },
  );

  const promise = (makeStore: () => WritableStore, bug?: BugName) =>
    fc.property(
      fc.array(step, { maxLength: 60, size: "max" }),
      fc.integer({ min: 1, max: 1_000 }),
      (steps, seed) => {
        const store = makeStore();
        const { stream, answers, timers, ...given } = rig({ store, seed, ...(bug && { bug }) });
        const happened = new Map<number, readonly WatchEvent[]>();
        const watches: { request: WatchCreateRequest; from: number }[] = [];
        for (const each of steps) {
          if ("writes" in each) {
            given.write(...each.writes);
            if (!happened.has(store.revision)) {
              happened.set(store.revision, store.eventsOf(store.revision));
            }
          } else if ("passMs" in each) timers.pass(each.passMs);
          else if ("compact" in each) {
            const revision = Math.floor(each.compact * store.revision);
            if (revision > store.compactRevision) given.compact(revision);
          } else {
            const { key, rangeEnd, start } = each.watch;
            const request = {
              watchId: watches.length + 1,
              key,
              ...(rangeEnd !== undefined && rangeEnd > key && { rangeEnd }),
              ...(rangeEnd === "\0" && { rangeEnd }),
              ...(start !== undefined && start > 0 && { startRevision: start }),
            };
            watches.push({ request, from: request.startRevision ?? store.revision + 1 });
            stream.create(request);
          }
        }
        timers.pass(200);
        for (const { request, from } of watches) {
          const own = answers.filter(({ watchId }) => watchId === request.watchId);
          const told = own.flatMap(({ events }) => events);
          const isCut = own.some(({ canceled }) => canceled);
          const due = [...happened]
            .flatMap(([revision, events]) => (revision >= from ? events : []))
            .filter(({ kv }) => isInRange(kv.key, request))
            .map(({ type, kv }) => ({ type, kv }));
          expect(told).toEqual(isCut ? [] : due);
          const last = own.map(({ events }) => events.at(-1)?.kv.modRevision ?? 0);
          const first = own.map(({ events }) => events[0]?.kv.modRevision ?? Infinity);
          // No revision is spread over two answers.
          for (const [at, revision] of first.entries()) {
            expect(last.slice(0, at).every((before) => before < revision)).toBe(true);
          }
        }
      },
    );

  it.each([
    ["a few keys", () => new SmallStore()],
    ["a member's store", () => new RealStore()],
  ])("tells each watch of all that it asked for, in order, once, from %s", (_, makeStore) => {
    fc.assert(promise(makeStore));
  });

  it.each([
    "reordered-watch",
    "lost-watch-event",
    "duplicate-watch-event",
    "watch-loses-event-at-compaction",
    "watch-ignores-filters",
    "watch-splits-revision",
    "watch-survives-compaction",
  ] as const)("does not with %s", (bug) => {
    const { failed } = fc.check(
      promise(() => new RealStore(), bug),
      { seed: 1, numRuns: 1_000, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
