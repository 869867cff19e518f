import { expect, it } from "vitest";
import type { Verdict } from "../../core/checker.js";
import type { KeyValue, WatchEvent } from "../../core/client.js";
import type { Random } from "../../core/random.js";
import { seededRandom } from "../../generator/seeded-random.js";
import { historyOf } from "../../testing/histories.js";
import { kubernetesCache } from "./kubernetes-cache.js";
import {
  context,
  deleted,
  page,
  prefix,
  put,
  watch,
  write,
} from "./kubernetes-histories.fixture.js";
import { kubernetesList } from "./kubernetes-list.js";
import type { KubernetesOperation } from "./kubernetes-operation.js";
import { linearizableObjects } from "./linearizable-objects.js";
import { resourceVersion } from "./resource-version.js";

const checkers = { kubernetesCache, kubernetesList, linearizableObjects, resourceVersion };
const seeds = Array.from({ length: 12 }, (_, seed) => seed);
const keys = Array.from({ length: 6 }, (_, i) => `${prefix}${i}`);

/** One object server that makes no mistakes: writes, lists in pages, and watches from a list on. */
function rightHistory(random: Random, rounds: number): KubernetesOperation[] {
  const there = new Map<string, KeyValue>();
  const log: WatchEvent[] = [];
  const operations: KubernetesOperation[] = [];
  let revision = 1;
  let event = 0;
  const span = () => `${(event += 2)}..${event + 1}`;

  function change(value: string): void {
    const key = random.pick(keys);
    const before = there.get(key);
    revision += 1;
    if (!before) {
      const kv = { key, value, createRevision: revision, modRevision: revision, version: 1 };
      there.set(key, { ...kv, lease: "0" });
      log.push(put({ ...kv, lease: "0" }));
      operations.push(write(0, span(), { f: "create", key, value }, revision));
      return;
    }
    const believed = { value: before.value, modRevision: before.modRevision };
    if (random.below(3) === 0) {
      there.delete(key);
      log.push(deleted(before, revision));
      operations.push(write(0, span(), { f: "delete", key, believed }, revision));
      return;
    }
    const now = { ...before, value, modRevision: revision, version: before.version + 1 };
    there.set(key, now);
    log.push(put(now, before));
    operations.push(write(0, span(), { f: "update", key, value, believed }, revision));
  }

  function list(process: number): void {
    const all = [...there.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
    const limit = 1 + random.below(3);
    for (let at = 0; at === 0 || at < all.length; at += limit) {
      const pinned = at > 0 && { key: `${all[at - 1]?.key ?? ""}\0`, revision };
      const about = { process, newest: revision, limit, count: all.length - at, ...pinned };
      operations.push(page(span(), all.slice(at, at + limit), about));
    }
  }

  for (let round = 0; round < rounds; round++) {
    for (let i = random.below(6); i >= 0; i--) change(`${round}.${i}`);
    const process = 1 + random.below(2);
    list(process);
    const listed = revision;
    const call = (event += 2);
    for (let i = random.below(6); i >= 0; i--) change(`${round}-${i}`);
    const events = log.filter(({ kv }) => kv.modRevision > listed);
    const messages = events.map((one) => [(event += 2), [one]] as const);
    const told = watch(`${call}..${(event += 2)}`, messages, {
      process,
      startRevision: listed + 1,
    });
    operations.push(told);
  }
  return operations;
}

async function judgeAll(operations: readonly KubernetesOperation[]) {
  const verdicts: Record<string, Verdict> = {};
  for (const [name, checker] of Object.entries(checkers)) {
    verdicts[name] = await checker.check(historyOf(operations), context);
  }
  return verdicts;
}

function validities(verdicts: Readonly<Record<string, Verdict>>) {
  return Object.fromEntries(
    Object.entries(verdicts).map(([name, { validity }]) => [name, validity]),
  );
}

/** Other names for objects and values, in the same order, and other places for events. */
function renamed(operations: readonly KubernetesOperation[]): KubernetesOperation[] {
  const text = JSON.stringify(operations).replaceAll("/pods/", "/services/");
  const values = text.replaceAll(/"value":"(\d)/g, '"value":"v$1');
  const other = JSON.parse(values) as KubernetesOperation[];
  return other.map((operation) => ({
    ...operation,
    node: `m${operation.node}`,
    process: operation.process + 30,
    index: 3 * operation.index + 5,
    ...(operation.completedIndex !== undefined && {
      completedIndex: 3 * operation.completedIndex + 5,
    }),
    ...(operation.parts && {
      parts: operation.parts.map((part) => ({ ...part, index: 3 * part.index + 5, atNs: 0 })),
    }),
    invokedAtNs: 0,
  }));
}

const allValid = Object.fromEntries(Object.keys(checkers).map((name) => [name, "valid"]));

it("is valid where nothing is wrong, whatever things are called and in whatever order they come", async () => {
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const operations = rightHistory(random, 12);
    expect(validities(await judgeAll(operations)), `seed ${seed}`).toEqual(allValid);
    expect(validities(await judgeAll(renamed(operations))), `seed ${seed}`).toEqual(allValid);
  }
});

it("finds one event that is missing, whatever things are called", async () => {
  for (const seed of seeds) {
    const operations = rightHistory(seededRandom(seed), 12);
    const victim = operations.find(({ parts = [] }) => parts.length > 1);
    if (!victim?.parts) throw new Error("no watch was told of two changes");
    const spoilt = { ...victim, parts: victim.parts.slice(1) };
    const history = operations.map((operation) => (operation === victim ? spoilt : operation));
    const { kubernetesCache: cache } = await judgeAll(history);
    expect(cache?.validity, `seed ${seed}`).toBe("invalid");
    expect(cache?.findings[0]?.operations).toContain(victim.index);
    const { kubernetesCache: other } = await judgeAll(renamed(history));
    expect(other?.details, `seed ${seed}`).toEqual(cache?.details);
  }
});

it("finds one object that is missing from a list, whatever things are called", async () => {
  for (const seed of seeds) {
    const operations = rightHistory(seededRandom(seed), 12);
    const victim = operations.findLast(({ outcome }) => kvsIn(outcome).length > 1);
    if (victim?.outcome.type !== "ok") throw new Error("no list was long enough");
    const kvs = kvsIn(victim.outcome).slice(1);
    const output = { ...victim.outcome.output, kvs } as typeof victim.outcome.output;
    const spoilt = { ...victim, outcome: { ...victim.outcome, output } };
    const history = operations.map((operation) => (operation === victim ? spoilt : operation));
    const { kubernetesList: list } = await judgeAll(history);
    expect(list?.validity, `seed ${seed}`).toBe("invalid");
    const { kubernetesList: other } = await judgeAll(renamed(history));
    expect(other?.details, `seed ${seed}`).toEqual(list?.details);
  }
});

function kvsIn(outcome: KubernetesOperation["outcome"]): readonly KeyValue[] {
  return outcome.type === "ok" && "kvs" in outcome.output ? outcome.output.kvs : [];
}
