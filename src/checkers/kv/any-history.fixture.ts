import type {
  Compare,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnRequest,
} from "../../core/client.js";
import type { Outcome } from "../../core/operation.js";
import type { Random } from "../../core/random.js";
import { apply } from "../../models/etcd/apply.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { emptyState, type EtcdState } from "../../models/etcd/state.js";
import type { KvOperation } from "./kv-operation.js";

/** A request on its way. */
interface Pending {
  readonly process: number;
  readonly index: number;
  readonly input: KvInput;
  output?: KvOutput;
  isApplied: boolean;
}

const processes = 4;

/**
 * What a few clients saw of a store that answers as etcd does: requests overlap, some are never
 * answered and happen late or never, some fail, and serializable reads are stale. Wider than any
 * workload: in every shape that the model knows but those that are refused by their looks.
 */
export function anyKvHistory(random: Random, length: number): KvOperation[] {
  let state = emptyState(1 + random.below(3));
  const past: EtcdState[] = [state];
  const operations: KvOperation[] = [];
  const pending = new Map<number, Pending>();
  const lost: Pending[] = [];
  let events = 0;
  let issued = 0;
  // One of so many answers is lost.
  const lossy = random.pick([2, 4, 8]);
  const keys = random.pick([["a"], ["a", "b"], ["a", "b", "c"]]);
  const mayKeep = random.pick([2, 6]);
  const isPlain = random.below(2) === 0;
  const draw = newRequests(random, { now: () => state, keys, mayKeep, isPlain });

  function takeEffect(one: Pending): void {
    one.isApplied = true;
    const isStale = one.input.f === "range" && one.input.request.serializable === true;
    const seen = isStale ? random.pick(past) : state;
    const { state: after, output } = apply(seen, one.input);
    one.output = output;
    if (isStale) return;
    state = after;
    past.push(state);
  }

  function complete(one: Pending, isLost: boolean): void {
    pending.delete(one.process);
    const outcome = outcomeOf(one, isLost);
    if (outcome.type === "info") lost.push(one);
    const completedIndex = events++;
    const { index, process, input } = one;
    const node = `n${process + 1}`;
    const times = { invokedAtNs: index, completedAtNs: completedIndex };
    operations.push({
      ...{ index, process, node, phase: "main", input, ...times },
      ...{ completedIndex, outcome },
    });
  }

  function outcomeOf({ input, output, isApplied }: Pending, isLost: boolean): Outcome<KvOutput> {
    if (isLost || !output) {
      const isSureNot = !isApplied && random.below(3) === 0;
      if (!isSureNot) return { type: "info" };
      const facts = { code: 14, details: "", peer: "", sent: false };
      return { type: "fail", error: facts };
    }
    const canBeLater = input.f === "compact" || input.f === "grant" || input.f === "revoke";
    if (!canBeLater || "error" in output) return { type: "ok", output };
    return { type: "ok", output: { ...output, revision: state.now.revision } };
  }

  while (issued < length || pending.size > 0) {
    const process = random.below(processes);
    const one = pending.get(process);
    const zombie = lost.find(({ isApplied }) => !isApplied);
    if (zombie && random.below(6) === 0) takeEffect(zombie);
    else if (!one) {
      if (issued === length) continue;
      issued += 1;
      pending.set(process, { process, index: events++, input: draw(), isApplied: false });
    } else if (random.below(lossy) === 0) complete(one, true);
    else if (!one.isApplied) takeEffect(one);
    else complete(one, false);
  }
  return operations.sort((a, b) => a.index - b.index);
}

/** Requests that have much to do with what the store holds. */
function newRequests(
  random: Random,
  {
    now,
    keys,
    mayKeep,
    isPlain,
  }: {
    readonly now: () => EtcdState;
    readonly keys: readonly string[];
    /** One of so many puts keeps the value that is there. */
    readonly mayKeep: number;
    /** Puts, deletions and whole reads: all that versions and revisions are told by. */
    readonly isPlain: boolean;
  },
): () => KvInput {
  let made = 0;
  const leases: string[] = [];
  const freshValue = () => String(++made);
  const key = () => random.pick(keys);
  const some = () =>
    random.pick([{ key: "a", rangeEnd: "d" }, { key: "a", rangeEnd: "c" }, { key: key() }]);
  const flag = (name: string) => (random.below(3) === 0 ? { [name]: true } : {});

  function lease(): { lease?: string } {
    if (random.below(2) === 0) return {};
    return random.below(8) === 0 || leases.length === 0
      ? { lease: "99" }
      : { lease: random.pick(leases) };
  }

  function anyPut(): PutRequest {
    const kept = random.below(mayKeep);
    if (kept === 0) return { key: key(), value: "", ignoreValue: true, ...lease() };
    const value = freshValue();
    if (kept === 1) return { key: key(), value, ignoreLease: true, ...flag("prevKv") };
    return { key: key(), value, ...(random.below(3) === 0 && lease()), ...flag("prevKv") };
  }

  function anyRange(): RangeRequest {
    const { revision } = now().now;
    const near = () => Math.max(1, revision + 1 - random.below(4));
    return {
      ...some(),
      ...flag("serializable"),
      ...(random.below(4) === 0 && { revision: near() }),
      ...(random.below(5) === 0 && { limit: 1 + random.below(2) }),
      ...(random.below(4) === 0 && {
        sort: {
          target: random.pick(["key", "value", "version", "create", "mod"] as const),
          order: random.pick(["ascend", "descend"] as const),
        },
      }),
      ...(random.below(6) === 0 && { keysOnly: true }),
      ...(random.below(6) === 0 && { countOnly: true }),
      ...(random.below(8) === 0 && { minModRevision: near() }),
      ...(random.below(8) === 0 && { maxModRevision: near() }),
      ...(random.below(8) === 0 && { minCreateRevision: near() }),
      ...(random.below(8) === 0 && { maxCreateRevision: near() }),
    };
  }

  function anyCompare(): Compare {
    const held = random.pick([...now().now.kvs, undefined]);
    const about = held ? { key: held.key } : some();
    const result = random.pick(["equal", "equal", "not-equal", "greater", "less"] as const);
    const kv: Partial<KeyValue> = held ?? {};
    switch (random.below(5)) {
      case 0:
        return { ...about, target: "version", result, operand: kv.version ?? 0 };
      case 1:
        return { ...about, target: "create", result, operand: kv.createRevision ?? 0 };
      case 2:
        return { ...about, target: "lease", result, operand: kv.lease ?? "0" };
      case 3:
        return { ...about, target: "value", result, operand: kv.value ?? "1" };
      default:
        return { ...about, target: "mod", result, operand: kv.modRevision ?? 0 };
    }
  }

  /** Keys in turn, so that none is put twice, or put and deleted, in one transaction. */
  function anyBranch(depth: number, left: string[]): TxnOperation[] {
    return Array.from({ length: random.below(3) }, (): TxnOperation[] => {
      const kind = random.below(depth > 0 ? 8 : 7);
      if (kind === 7) return [{ type: "txn", request: anyTxn(depth - 1, left) }];
      if (kind > 3) {
        return [{ type: "range", request: { ...anyRange(), serializable: false } }];
      }
      const own = left.pop();
      if (own === undefined) return [];
      if (kind === 3) return [{ type: "delete-range", request: { key: own, ...flag("prevKv") } }];
      return [{ type: "put", request: { ...anyPut(), key: own } }];
    }).flat();
  }

  function anyTxn(depth: number, left: string[]): TxnRequest {
    return {
      compare: random.below(5) === 0 ? [] : [anyCompare()],
      success: anyBranch(depth, left),
      failure: anyBranch(depth, left),
    };
  }

  return () => {
    if (isPlain && random.below(5) < 2) return { f: "range", request: { key: "a", rangeEnd: "d" } };
    const kind = random.below(isPlain ? 8 : 20);
    if (kind < 6) return { f: "put", request: anyPut() };
    if (kind < 8) return { f: "delete", request: { ...some(), ...flag("prevKv") } };
    if (kind < 13) return { f: "range", request: anyRange() };
    if (kind < 16) return { f: "txn", request: anyTxn(1, random.shuffle(keys)) };
    if (kind < 17) {
      const revision = Math.max(1, now().now.revision + 1 - random.below(4));
      return { f: "compact", request: { revision } };
    }
    const old = leases[0];
    if (kind < 19 || old === undefined) {
      const id = String(leases.length + 1);
      leases.push(id);
      return { f: "grant", request: { id, ttl: 60 } };
    }
    return { f: "revoke", request: { id: old } };
  };
}

/** The same with a lie in it, which may be one that nobody can tell. */
export function spoilt(random: Random, operations: readonly KvOperation[]): KvOperation[] {
  const answered = operations.filter(({ outcome }) => outcome.type === "ok");
  if (answered.length === 0) return [...operations];
  const victim = random.pick(answered);
  const other = random.pick(operations);
  return operations.map((operation) => {
    if (operation !== victim || operation.outcome.type !== "ok") return operation;
    const { outcome, completedIndex = 0 } = operation;
    if (random.below(6) === 0) {
      // As if it had been asked later.
      const index = operation.index + (completedIndex - operation.index) * random.fraction();
      return { ...operation, index: Math.max(operation.index, index - 0.25) };
    }
    if (random.below(6) === 0 && other.outcome.type === "ok" && other.input.f === victim.input.f) {
      return { ...operation, outcome: other.outcome };
    }
    return { ...operation, outcome: { ...outcome, output: lie(random, outcome.output) } };
  });
}

const errors = ["compacted", "future-revision", "lease-not-found", "key-not-found"] as const;

/** One number, value, flag or element somewhere in it is another. */
function lie(random: Random, output: KvOutput): KvOutput {
  if ("error" in output) return { error: random.pick(errors) };
  if (random.below(8) === 0) return { error: random.pick(errors) };
  const copy = structuredClone(output) as unknown as Record<string, unknown>;
  const places = placesIn(copy);
  const { holder, name } = random.pick(places);
  const old = holder[name];
  if (typeof old === "number") holder[name] = Math.max(0, old + random.pick([-1, 1, 1, 2]));
  else if (typeof old === "boolean") holder[name] = !old;
  else if (typeof old === "string") holder[name] = String(Number(old) + random.pick([-1, 1]));
  else if (Array.isArray(old)) holder[name] = old.slice(1);
  return copy as unknown as KvOutput;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: Record<string, unknown>): Place[] {
  return Object.entries(value).flatMap(([name, inner]): Place[] => {
    if (name === "key" || name === "type" || name === "id") return [];
    const own = { holder: value, name };
    if (typeof inner !== "object" || inner === null) return [own];
    return [...(Array.isArray(inner) && name === "kvs" ? [own] : []), ...placesIn(inner as never)];
  });
}
