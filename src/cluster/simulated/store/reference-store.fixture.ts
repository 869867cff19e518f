import type {
  Compare,
  KeyValue,
  PutRequest,
  RangeRequest,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
} from "../../../core/client.js";
import type { Applied, Command } from "./command.js";
import type { RangeResult, StoreEvent } from "./store.js";

/** Everything there is at one revision. */
interface State {
  readonly kvs: readonly KeyValue[];
  readonly events: readonly StoreEvent[];
}

type Answer<T> = { readonly error: { readonly code: number; readonly details: string } } | T;

const bytes = (text: string) => Buffer.from(text, "utf8");
const byBytes = (a: string, b: string) => Buffer.compare(bytes(a), bytes(b));

const refuse = (code: number, details: string) => ({
  error: { code, details: `etcdserver: ${details}` },
});
const compacted = () => refuse(11, "mvcc: required revision has been compacted");
const future = () => refuse(11, "mvcc: required revision is a future revision");

/** The store once more, by the book and slow: whole states in a list, one for each revision. */
export class ReferenceStore {
  /** At index r the state of revision r; compacted ones stay, and are not shown. */
  #states: State[] = [
    { kvs: [], events: [] },
    { kvs: [], events: [] },
  ];
  #compacted = -1;
  #leases: { readonly id: string; readonly ttl: number }[] = [];

  get revision(): number {
    return this.#states.length - 1;
  }

  /** Of each lease its time and keys, by id. */
  get leases() {
    return this.#leases.map(({ id, ttl }) => ({
      id,
      ttl,
      keys: this.#at(this.revision)
        .filter((kv) => kv.lease === id)
        .map(({ key }) => key),
    }));
  }

  eventsOf(revision: number): readonly StoreEvent[] {
    if (revision < this.#compacted) return [];
    const events = this.#states[revision]?.events ?? [];
    return revision === this.#compacted ? events.map(({ type, kv }) => ({ type, kv })) : events;
  }

  range(request: RangeRequest): RangeResult {
    const wanted = request.revision ?? 0;
    if (wanted > this.revision) return future();
    if (wanted > 0 && wanted < this.#compacted) return compacted();
    return select(this.#at(wanted > 0 ? wanted : this.revision), request);
  }

  apply(command: Command): Applied {
    const answer = this.#answer(command);
    return "error" in answer ? { type: "error", error: answer.error } : answer;
  }

  #at(revision: number): readonly KeyValue[] {
    return this.#states[revision]?.kvs ?? [];
  }

  #answer(command: Command): Answer<Applied> {
    const kvs = this.#at(this.revision);
    switch (command.type) {
      case "put":
      case "delete-range": {
        if (command.type === "put") {
          const wrong = this.#leaseWrong(command.request) ?? keyWrong(command.request, kvs);
          if (wrong) return wrong;
        }
        const [response] = this.#run([command]);
        if (response?.type !== "put" && response?.type !== "delete-range") {
          throw new Error("the reference answered something else");
        }
        return response;
      }
      case "txn": {
        const { request } = command;
        const flat = taken(request, kvs);
        for (const { type, ...rest } of flat) {
          if (type !== "put") continue;
          const put = rest.request as PutRequest;
          const wrong = keyWrong(put, kvs) ?? this.#leaseWrong(put);
          if (wrong) return wrong;
        }
        for (const operation of flat) {
          if (operation.type !== "range") continue;
          const read = this.range(operation.request);
          if ("error" in read) return read;
        }
        const responses = this.#run(flat);
        return { type: "txn", response: shaped(request, kvs, [...responses]) };
      }
      case "compact":
        if (command.revision <= this.#compacted) return compacted();
        if (command.revision > this.revision) return future();
        this.#compacted = command.revision;
        return { type: "compact" };
      case "lease-grant": {
        const { id, ttl } = command;
        if (ttl > 9_000_000_000) return refuse(11, "too large lease TTL");
        if (this.#leases.some((lease) => lease.id === id)) return refuse(9, "lease already exists");
        const granted = ttl < 2 ? 2 : ttl;
        this.#leases.push({ id, ttl: granted });
        return { type: "lease-grant", id, ttl: granted };
      }
      case "lease-revoke": {
        const { id } = command;
        if (!this.#leases.some((lease) => lease.id === id)) {
          return refuse(5, "requested lease not found");
        }
        this.#leases = this.#leases.filter((lease) => lease.id !== id);
        this.#run(
          kvs
            .filter((kv) => kv.lease === id)
            .map(({ key }) => ({ type: "delete-range", request: { key } })),
        );
        return { type: "lease-revoke" };
      }
    }
  }

  /** Does operations that are not transactions in order, at one new revision if any writes. */
  #run(operations: readonly TxnOperation[]): readonly TxnOperationResponse[] {
    const before = this.#at(this.revision);
    const revision = this.revision + 1;
    let kvs = before;
    const events: StoreEvent[] = [];
    const responses: TxnOperationResponse[] = [];

    const record = (type: StoreEvent["type"], kv: KeyValue) => {
      const prevKv = before.find(({ key }) => key === kv.key);
      events.push({ type, kv, ...(prevKv && { prevKv }) });
    };

    for (const operation of operations) {
      if (operation.type === "range") {
        const { revision: old = 0 } = operation.request;
        const source = old > 0 ? this.#at(old) : kvs;
        responses.push({ type: "range", response: select(source, operation.request) });
      } else if (operation.type === "put") {
        const { request } = operation;
        const was = kvs.find(({ key }) => key === request.key);
        const kv = {
          key: request.key,
          value: (request.ignoreValue ? was?.value : request.value) ?? "",
          createRevision: was ? was.createRevision : revision,
          modRevision: revision,
          version: was ? was.version + 1 : 1,
          lease: (request.ignoreLease ? was?.lease : request.lease) ?? "0",
        };
        kvs = [...kvs.filter(({ key }) => key !== kv.key), kv].sort((a, b) =>
          byBytes(a.key, b.key),
        );
        record("put", kv);
        responses.push({ type: "put", response: was && request.prevKv ? { prevKv: was } : {} });
      } else if (operation.type === "delete-range") {
        const { request } = operation;
        const gone = kvs.filter(({ key }) => lies(key, request));
        kvs = kvs.filter((kv) => !gone.includes(kv));
        const nothing = { value: "", createRevision: 0, version: 0, lease: "0" };
        for (const { key } of gone) record("delete", { ...nothing, key, modRevision: revision });
        const prevKvs = request.prevKv ? gone : [];
        responses.push({ type: "delete-range", response: { deleted: gone.length, prevKvs } });
      }
    }
    if (events.length > 0) this.#states.push({ kvs, events });
    return responses;
  }

  #leaseWrong({ lease = "0" }: PutRequest) {
    if (lease === "0" || this.#leases.some(({ id }) => id === lease)) return undefined;
    return refuse(5, "requested lease not found");
  }
}

function keyWrong({ key, ignoreLease, ignoreValue }: PutRequest, kvs: readonly KeyValue[]) {
  const isThere = kvs.some((kv) => kv.key === key);
  return (ignoreLease || ignoreValue) && !isThere ? refuse(3, "key not found") : undefined;
}

function lies(key: string, range: { readonly key: string; readonly rangeEnd?: string }): boolean {
  const { key: from, rangeEnd: end } = range;
  if (end === undefined || end === "") return key === from;
  return byBytes(key, from) >= 0 && (end === "\0" || byBytes(key, end) < 0);
}

function select(kvs: readonly KeyValue[], request: RangeRequest) {
  const all = kvs.filter(({ key }) => lies(key, request));
  if (request.countOnly) return { kvs: [], count: all.length, more: false };
  let chosen = all;
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request;
  if (minModRevision) chosen = chosen.filter((kv) => kv.modRevision >= minModRevision);
  if (maxModRevision) chosen = chosen.filter((kv) => kv.modRevision <= maxModRevision);
  if (minCreateRevision) chosen = chosen.filter((kv) => kv.createRevision >= minCreateRevision);
  if (maxCreateRevision) chosen = chosen.filter((kv) => kv.createRevision <= maxCreateRevision);
  if (request.sort) {
    const { target, order } = request.sort;
    const sign = order === "descend" ? -1 : 1;
    chosen = chosen.toSorted((a, b) => {
      if (target === "key" || target === "value") return sign * byBytes(a[target], b[target]);
      const field = { version: "version", create: "createRevision", mod: "modRevision" } as const;
      return sign * (a[field[target]] - b[field[target]]);
    });
  }
  const cut = request.limit ? chosen.slice(0, request.limit) : chosen;
  return {
    kvs: request.keysOnly ? cut.map((kv) => ({ ...kv, value: "" })) : cut,
    count: all.length,
    more: cut.length < chosen.length,
  };
}

/** What the comparisons let through, nested transactions unfolded. */
function taken({ compare, success, failure }: TxnRequest, kvs: readonly KeyValue[]) {
  const branch = compare.every((one) => isTrue(one, kvs)) ? success : failure;
  return branch.flatMap((operation): Exclude<TxnOperation, { type: "txn" }>[] =>
    operation.type === "txn" ? taken(operation.request, kvs) : [operation],
  );
}

/** Puts the flat answers, which it uses up, back into the shape of the request. */
function shaped(
  { compare, success, failure }: TxnRequest,
  kvs: readonly KeyValue[],
  flat: TxnOperationResponse[],
): { succeeded: boolean; responses: readonly TxnOperationResponse[] } {
  const succeeded = compare.every((one) => isTrue(one, kvs));
  const responses = (succeeded ? success : failure).map((operation): TxnOperationResponse => {
    if (operation.type === "txn") {
      return { type: "txn", response: shaped(operation.request, kvs, flat) };
    }
    const next = flat.shift();
    if (!next) throw new Error("the reference has too few answers");
    return next;
  });
  return { succeeded, responses };
}

function isTrue(compare: Compare, kvs: readonly KeyValue[]): boolean {
  const there = kvs.filter(({ key }) => lies(key, compare));
  const zero = { key: "", value: "", createRevision: 0, modRevision: 0, version: 0, lease: "0" };
  if (there.length === 0 && compare.target === "value") return false;
  return (there.length === 0 ? [zero] : there).every((kv) => {
    const sign =
      compare.target === "value"
        ? byBytes(kv.value, String(compare.operand))
        : {
            version: kv.version,
            create: kv.createRevision,
            mod: kv.modRevision,
            lease: Number(kv.lease),
          }[compare.target] - Number(compare.operand);
    return {
      equal: sign === 0,
      "not-equal": sign !== 0,
      greater: sign > 0,
      less: sign < 0,
    }[compare.result];
  });
}
