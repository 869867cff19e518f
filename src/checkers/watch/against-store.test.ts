import { describe, expect, it } from "vitest";
import type { CheckContext, Verdict } from "../../core/checker.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Random } from "../../core/random.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { watchCheckers } from "./watch-checkers.js";
import {
  canceled,
  created,
  type Drawn,
  drawnAdapter,
  drawnHistory,
  notified,
  read,
  told,
  watching,
  write,
} from "./watch-histories.fixture.js";
import type { Change, WatchMessage } from "./watch-record.js";

const context: CheckContext = { deadlineMs: 60_000, memoryMb: 256 };
const checkers = watchCheckers(drawnAdapter);
const keys = ["a", "b", "c", "d"];
const seeds = Array.from({ length: 30 }, (_, seed) => seed);

/** What a store did at each revision, and the operations that asked for it. */
interface Made {
  readonly events: ReadonlyMap<number, readonly WatchEvent[]>;
  readonly writes: readonly Drawn[];
  readonly head: number;
}

function makeHistory(random: Random, count: number): Made {
  const store = new Map<string, KeyValue>();
  const events = new Map<number, readonly WatchEvent[]>();
  const writes: Drawn[] = [];
  let head = 1;
  for (let i = 0; i < count; i++) {
    const chosen = random.shuffle(keys).slice(0, 1 + random.below(3));
    const changes = chosen.map((key, place): Change =>
      random.below(3) === 0
        ? { type: "delete", key }
        : { type: "put", key, value: `${i}.${place}` },
    );
    const fate = random.below(10);
    const done = fate < 8 ? apply(store, head + 1, changes) : [];
    const isMaybe = fate < 2 || fate === 8;
    const span = [10 * i, 10 * i + 1 + random.below(8)] as const;
    const kept = changes.filter(({ key }) => done.some(({ kv }) => kv.key === key));
    if (done.length > 0) events.set(++head, done);
    if (isMaybe) writes.push(write(i, span, "maybe", ...changes));
    else if (fate > 8) writes.push(write(i, span, "never", ...changes));
    else if (done.length > 0) writes.push(write(i, span, head, ...kept));
  }
  return { events, writes, head };
}

function apply(
  store: Map<string, KeyValue>,
  modRevision: number,
  changes: readonly Change[],
): WatchEvent[] {
  return changes.flatMap((change): WatchEvent[] => {
    const { key } = change;
    const before = store.get(key);
    const prevKv = before && { prevKv: before };
    if (change.type === "delete") {
      if (!before) return [];
      store.delete(key);
      const bare = { key, value: "", createRevision: 0, version: 0, lease: "0", modRevision };
      return [{ type: "delete", kv: bare, ...prevKv }];
    }
    const { createRevision = modRevision, version = 0 } = before ?? {};
    const { value } = change;
    const kv = { key, value, createRevision, modRevision, version: version + 1, lease: "0" };
    store.set(key, kv);
    return [{ type: "put", kv, ...prevKv }];
  });
}

/** A watch as it should be, from its start or from now on, up to some revision. */
function watchOf(random: Random, { events, head }: Made, at: number): Drawn {
  const start = 2 + random.below(head);
  const isFromNow = random.below(3) === 0;
  const last = start + random.below(head - start + 2);
  const single = random.pick(keys);
  const isSingle = random.below(2) === 0;
  const messages: WatchMessage[] = [created(at + 1, isFromNow ? start - 1 : head)];
  let batch: WatchEvent[] = [];
  for (let revision = start; revision <= Math.min(head, last); revision++) {
    const wanted = (events.get(revision) ?? []).filter(({ kv }) => !isSingle || kv.key === single);
    batch.push(...wanted);
    if (random.below(2) === 0 && batch.length > 0) {
      messages.push(told(at + messages.length + 1, ...batch));
      batch = [];
    }
    if (random.below(4) === 0 && batch.length === 0) {
      messages.push(notified(at + messages.length + 1, revision));
    }
  }
  if (random.below(3) === 0) messages.push(canceled(at + messages.length + 1));
  return watching(
    {
      at,
      process: 1_000 + at,
      ...(!isFromNow && { start }),
      range: isSingle ? { key: single } : { key: "a", rangeEnd: "e" },
      cancelAsked: true,
    },
    ...messages,
  );
}

function anyHistory(seed: number): { readonly made: Made; readonly watches: readonly Drawn[] } {
  const random = seededRandom(seed);
  const made = makeHistory(random, 60);
  const watches = Array.from({ length: 12 }, (_, i) => watchOf(random, made, 10_000 + 1_000 * i));
  return { made, watches };
}

async function verdicts(operations: readonly Drawn[]): Promise<ReadonlyMap<string, Verdict>> {
  const history = drawnHistory(...operations);
  const all = new Map<string, Verdict>();
  for (const [name, checker] of Object.entries(checkers)) {
    all.set(name, await checker.check(history, context));
  }
  return all;
}

describe("watches of a store as it should be", () => {
  it("are valid, and so are reads of all that is there", async () => {
    let events = 0;
    for (const seed of seeds) {
      const { made, watches } = anyHistory(seed);
      const shown = [...made.events.values()].flatMap((all) => all.filter(isPut));
      const last = read(7, [90_000, 90_001], made.head, ...shown.map(({ kv }) => kv));
      for (const [name, { validity, findings, details }] of await verdicts([
        ...made.writes,
        ...watches,
        last,
      ])) {
        expect(validity, `seed ${seed}, ${name}: ${findings[0]?.message ?? ""}`).toBe("valid");
        events += Number(details?.["events"]);
      }
    }
    expect(events).toBeGreaterThan(20_000);
  });
});

function isPut({ type }: WatchEvent): boolean {
  return type === "put";
}

type Spoil = (messages: WatchMessage[], random: Random) => readonly WatchMessage[] | undefined;

/** Each spoils the messages of one watch, or cannot: then there is nothing to spoil. */
const flaws: Readonly<Record<string, { readonly by: readonly string[]; readonly spoil: Spoil }>> = {
  "an acknowledged event left out": {
    by: ["watch-reliable", "watch-resumable"],
    spoil: (messages) => {
      const at = withEvents(messages)[0];
      const next = at === undefined ? undefined : withEvents(messages)[1];
      return next === undefined ? undefined : messages.filter((_, place) => place !== at);
    },
  },
  "two messages the other way round": {
    by: ["watch-ordered"],
    spoil: (messages) => {
      const [one = -1, other = -1] = withEvents(messages);
      const [first, second] = [messages[one], messages[other]];
      if (!first || !second) return undefined;
      return messages.map((message, place) => {
        if (place === one) return { ...message, events: second.events };
        return place === other ? { ...message, events: first.events } : message;
      });
    },
  },
  "a message that comes again": {
    by: ["watch-unique"],
    spoil: (messages) => {
      const first = messages[withEvents(messages)[0] ?? -1];
      return first && [...messages.slice(0, 2), ...messages.slice(1).map(later), later(first)];
    },
  },
  "a notification too early": {
    by: ["watch-bookmarkable"],
    spoil: (messages) => {
      const at = withEvents(messages)[0] ?? -1;
      const message = messages[at];
      const revision = message?.events.at(-1)?.kv.modRevision;
      if (!message || revision === undefined) return undefined;
      const early = notified(message.index, revision);
      return [...messages.slice(0, at), early, ...messages.slice(at).map(later)];
    },
  },
  "a value that nobody wrote": {
    by: ["watch-no-future"],
    spoil: (messages) =>
      changed(messages, (event) =>
        event.type === "put" ? { ...event, kv: { ...event.kv, value: "none" } } : undefined,
      ),
  },
  "another version": {
    by: ["watch-prev-kv", "watch-agreement"],
    spoil: (messages) =>
      changed(messages, (event) =>
        event.type === "put"
          ? { ...event, kv: { ...event.kv, version: event.kv.version + 3 } }
          : undefined,
      ),
  },
  "another key": {
    by: ["watch-filter"],
    spoil: (messages) =>
      changed(messages, (event) => ({ ...event, kv: { ...event.kv, key: "x" } })),
  },
  "something after a cancel": {
    by: ["watch-compaction"],
    spoil: (messages) => {
      const first = messages[withEvents(messages)[0] ?? -1];
      const end = (messages.at(-1)?.index ?? 0) + 1;
      return first && [...messages, canceled(end), { ...first, index: end + 1 }];
    },
  },
};

function withEvents(messages: readonly WatchMessage[]): number[] {
  return messages.flatMap(({ events }, place) => (events.length > 0 ? [place] : []));
}

function later(message: WatchMessage): WatchMessage {
  return { ...message, index: message.index + 1 };
}

/** The first event that can be changed is. */
function changed(
  messages: readonly WatchMessage[],
  change: (event: WatchEvent) => WatchEvent | undefined,
): readonly WatchMessage[] | undefined {
  const places = messages.flatMap(({ events }, place) =>
    events.some((event) => change(event) !== undefined) ? [place] : [],
  );
  const [first] = places;
  if (first === undefined) return undefined;
  return messages.map((message, place) => {
    if (place !== first) return message;
    const at = message.events.findIndex((event) => change(event) !== undefined);
    const events = message.events.map((event, i) => (i === at ? (change(event) ?? event) : event));
    return { ...message, events };
  });
}

function withMessages(operation: Drawn, messages: readonly WatchMessage[]): Drawn {
  const plans = (operation.input.plans ?? []).map((plan) => ({ ...plan, messages }));
  return { ...operation, input: { ...operation.input, plans } };
}

describe.each(Object.entries(flaws))("%s", (_, { by, spoil }) => {
  it("is found where everything else is as it should be", async () => {
    let spoilt = 0;
    let found = 0;
    for (const seed of seeds) {
      const { made, watches } = anyHistory(seed);
      const [victim, ...others] = watches;
      const messages = [...(victim?.input.plans?.[0]?.messages ?? [])];
      const flawed = spoil(messages, seededRandom(seed));
      if (!victim || !flawed) continue;
      spoilt += 1;
      const all = await verdicts([...made.writes, withMessages(victim, flawed), ...others]);
      const objecting = by.filter((name) => all.get(name)?.validity === "invalid");
      if (objecting.length > 0) found += 1;
      for (const name of objecting) {
        const [first] = all.get(name)?.findings ?? [];
        expect(first?.operations, `seed ${seed}, ${name}`).toContain(victim.index);
      }
    }
    expect(spoilt).toBeGreaterThan(10);
    // What nobody else knows of nobody misses: a few of unknown outcome stay unseen.
    expect(found).toBeGreaterThanOrEqual(Math.ceil(0.9 * spoilt));
  });
});

describe("what does not matter", () => {
  const changes: Readonly<Record<string, (operation: Drawn) => Drawn>> = {
    "how processes and nodes are called": (operation) => ({
      ...operation,
      process: operation.process + 7,
      node: `node ${operation.process}`,
    }),
    "where events of the history lie, as long as their order is the same": (operation) => ({
      ...operation,
      index: 3 * operation.index + 5,
      completedIndex: 3 * (operation.completedIndex ?? 0) + 5,
      input: {
        ...operation.input,
        ...(operation.input.plans && {
          plans: operation.input.plans.map((plan) => ({
            ...plan,
            messages: plan.messages.map((message) => ({
              ...message,
              index: 3 * message.index + 5,
            })),
          })),
        }),
      },
    }),
    "what clocks say": (operation) => ({ ...operation, invokedAtNs: 0, completedAtNs: 0 }),
  };

  it.each(Object.entries(changes))("is %s", async (_, change) => {
    for (const seed of seeds.slice(0, 10)) {
      const { made, watches } = anyHistory(seed);
      const [victim, ...others] = watches;
      if (!victim) throw new Error("nobody watches");
      const messages = victim.input.plans?.[0]?.messages ?? [];
      const spoilt = withMessages(victim, messages.slice(0, 1).concat(messages.slice(2)));
      const operations = [...made.writes, spoilt, ...others];
      const [before, after] = [await verdicts(operations), await verdicts(operations.map(change))];
      expect([...after].map(counted), `seed ${seed}`).toEqual([...before].map(counted));
    }
  });

  /** All but how long it took. */
  function counted([name, { validity, details }]: readonly [string, Verdict]) {
    return { name, validity, details: { ...details, elapsedMs: 0 } };
  }
});
