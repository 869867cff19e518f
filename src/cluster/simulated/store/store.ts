import type {
  DeleteRangeRequest,
  KeyValue,
  PutRequest,
  RangeRequest,
  RangeResponse,
  TxnOperation,
  TxnOperationResponse,
  TxnRequest,
} from "../../../core/client.js";
import type { Bugs } from "../bugs.js";
import type { Applied, Command, EtcdError } from "./command.js";
import { holds } from "./comparison.js";
import { etcdErrors } from "./etcd-errors.js";
import { EventLog, type StoreEvent } from "./event-log.js";
import { compareKeys } from "./key-range.js";
import { KeySpace } from "./key-space.js";
import { LeaseBook, type LeaseRecord } from "./lease-book.js";
import { rangeAnswer } from "./range-answer.js";
import { rangeRefusalOf, refusalOf } from "./refusals.js";

export type { StoreEvent } from "./event-log.js";
export type { LeaseRecord } from "./lease-book.js";

export type RangeResult = Omit<RangeResponse, "header"> | { readonly error: EtcdError };

/** One branch for each transaction, nested ones inside: chosen before anything is written. */
interface Path {
  readonly succeeded: boolean;
  readonly steps: readonly Step[];
}

type Step =
  Exclude<TxnOperation, { readonly type: "txn" }> | { readonly type: "txn"; readonly path: Path };

type WriteStep = Exclude<Step, { readonly type: "range" | "txn" }>;

/** What is written at one revision. */
interface Write {
  readonly revision: number;
  readonly events: StoreEvent[];
  /** How many more of a transaction's writes are made at this revision; the rest come later. */
  writesLeft: number;
}

/** A member's keys, with all their revisions since the last compaction, and leases. */
export class Store {
  readonly #bugs: Bugs;
  #keys = new KeySpace();
  #leases = new LeaseBook();
  #events = new EventLog(2);
  #revision = 1;
  /** Below 0 until the first compaction, so that etcd lets one at 0 through, once. */
  #compacted = -1;
  /** Writes of the last transaction that are not made yet. */
  #held: WriteStep[] = [];
  /** Keys of leases that are over which are not deleted yet. */
  #leftBehind: KeyValue[] = [];

  private constructor(bugs: Bugs) {
    this.#bugs = bugs;
  }

  static empty(bugs: Bugs): Store {
    return new Store(bugs);
  }

  /** Of the newest write; 1 before the first. */
  get revision(): number {
    return this.#revision;
  }

  /** What is older cannot be read any more. 0 before the first compaction. */
  get compactRevision(): number {
    return Math.max(0, this.#compacted);
  }

  /** By id, in the order of their grants. */
  get leases(): ReadonlyMap<string, LeaseRecord> {
    return this.#leases.all;
  }

  /** What etcd refuses before it proposes the command. Undefined: it may be proposed. */
  refusal(command: Command): EtcdError | undefined {
    return refusalOf(command);
  }

  rangeRefusal(request: RangeRequest): EtcdError | undefined {
    return rangeRefusalOf(request);
  }

  /** The next command of the log, which was not refused. An error has changed nothing. */
  apply(command: Command): Applied {
    if (!isReadOnly(command)) {
      this.#releaseHeld();
      this.#deleteLeftBehind();
    }
    switch (command.type) {
      case "put":
        return this.#applyPut(command.request);
      case "delete-range": {
        const { request } = command;
        const response = this.#write((write) => this.#deleteRange(request, write));
        return { type: "delete-range", response };
      }
      case "txn":
        return this.#applyTxn(command.request);
      case "compact":
        return this.#compact(command.revision);
      case "lease-grant": {
        const granted = this.#leases.grant(command.id, command.ttl);
        if ("error" in granted) return failed(granted.error);
        return { type: "lease-grant", id: command.id, ttl: granted.ttl };
      }
      case "lease-revoke":
        return this.#revoke(command.id);
    }
  }

  range(request: RangeRequest): RangeResult {
    const error = this.#unreadable(request);
    if (error) return { error };
    const { revision = 0 } = request;
    return rangeAnswer(this.#keys.find(request, revision > 0 ? revision : undefined), request);
  }

  /**
   * What happened at a revision, in the order in which it was made. None where it is yet to come or
   * older than the compacted one; of the compacted one itself, the events lack what was before.
   */
  eventsOf(revision: number): readonly StoreEvent[] {
    return this.#events.of(revision);
  }

  /** Shares nothing that changes. */
  clone(): Store {
    const copy = new Store(this.#bugs);
    copy.#keys = this.#keys.clone();
    copy.#leases = this.#leases.clone();
    copy.#events = this.#events.clone();
    copy.#revision = this.#revision;
    copy.#compacted = this.#compacted;
    copy.#held = [...this.#held];
    copy.#leftBehind = [...this.#leftBehind];
    return copy;
  }

  #applyPut(request: PutRequest): Applied {
    const error = this.#missingLease(request) ?? this.#missingKey(request);
    if (error) return failed(error);
    return { type: "put", response: this.#write((write) => this.#put(request, write)) };
  }

  #applyTxn(request: TxnRequest): Applied {
    const path = this.#pathOf(request);
    const steps = stepsOf(path);
    const error =
      firstOf(steps, (step) =>
        step.type === "put"
          ? (this.#missingKey(step.request) ?? this.#missingLease(step.request))
          : undefined,
      ) ??
      firstOf(steps, (step) =>
        step.type === "range" ? this.#unreadable(step.request) : undefined,
      );
    if (error) return failed(error);
    const writes = steps.filter(({ type }) => type !== "range").length;
    // bug non-atomic-txn: the second half is made at the next revision, before the next command
    const now = this.#bugs.has("non-atomic-txn") ? Math.ceil(writes / 2) : writes;
    const responses = this.#write((write) => this.#takePath(path, write), now);
    return { type: "txn", response: { succeeded: path.succeeded, responses } };
  }

  /** All comparisons are made on the state before the transaction. */
  #pathOf({ compare, success, failure }: TxnRequest): Path {
    const succeeded =
      // bug txn-ignores-compare: they are not looked at
      this.#bugs.has("txn-ignores-compare") ||
      compare.every((one) => holds(one, this.#keys.find(one)));
    const steps = (succeeded ? success : failure).map((operation): Step =>
      operation.type === "txn" ? { type: "txn", path: this.#pathOf(operation.request) } : operation,
    );
    return { succeeded, steps };
  }

  #takePath({ steps }: Path, write: Write): TxnOperationResponse[] {
    return steps.map((step) => this.#take(step, write));
  }

  #take(step: Step, write: Write): TxnOperationResponse {
    switch (step.type) {
      case "range": {
        const { request } = step;
        const revision = request.revision ?? 0;
        const found = this.#keys.find(request, revision > 0 ? revision : undefined);
        return { type: "range", response: rangeAnswer(found, request) };
      }
      case "txn": {
        const { succeeded } = step.path;
        const responses = this.#takePath(step.path, write);
        return { type: "txn", response: { succeeded, responses } };
      }
      case "put":
      case "delete-range":
        if (write.writesLeft-- > 0) return this.#makeWrite(step, write);
        this.#held.push(step);
        return this.#asIfWritten(step);
    }
  }

  #makeWrite(step: WriteStep, write: Write): TxnOperationResponse {
    return step.type === "put"
      ? { type: "put", response: this.#put(step.request, write) }
      : { type: "delete-range", response: this.#deleteRange(step.request, write) };
  }

  /** Answers a write that will be made later. */
  #asIfWritten(step: WriteStep): TxnOperationResponse {
    return step.type === "put"
      ? { type: "put", response: this.#putAnswer(step.request) }
      : { type: "delete-range", response: this.#deleteRangeAnswer(step.request) };
  }

  #releaseHeld(): void {
    const held = this.#held;
    if (held.length === 0) return;
    this.#held = [];
    this.#write((write) => held.map((step) => this.#makeWrite(step, write)));
  }

  /** Whatever is written meanwhile gets one new revision; if that is nothing, there is none. */
  #write<T>(act: (write: Write) => T, writesLeft = Infinity): T {
    const write: Write = { revision: this.#revision + 1, events: [], writesLeft };
    const result = act(write);
    if (write.events.length > 0) {
      this.#revision = write.revision;
      this.#events.add(write.events);
    }
    return result;
  }

  #put(request: PutRequest, write: Write) {
    const { key, ignoreValue = false, ignoreLease = false } = request;
    const old = this.#keys.get(key);
    const kv: KeyValue = {
      key,
      value: ignoreValue ? (old?.value ?? "") : request.value,
      createRevision: old?.createRevision ?? write.revision,
      modRevision: write.revision,
      version: (old?.version ?? 0) + 1,
      lease: ignoreLease ? (old?.lease ?? "0") : leaseOf(request),
    };
    const response = this.#putAnswer(request);
    this.#leases.move(key, { from: old?.lease ?? "0", to: kv.lease });
    this.#add(kv, "put", write);
    return response;
  }

  #putAnswer({ key, prevKv }: PutRequest): { readonly prevKv?: KeyValue } {
    const old = prevKv ? this.#keys.get(key) : undefined;
    return old ? { prevKv: old } : {};
  }

  #deleteRange(request: DeleteRangeRequest, write: Write) {
    const response = this.#deleteRangeAnswer(request);
    for (const kv of this.#keys.find(request)) this.#delete(kv, write);
    return response;
  }

  #deleteRangeAnswer(request: DeleteRangeRequest) {
    const found = this.#keys.find(request);
    return { deleted: found.length, prevKvs: request.prevKv ? found : [] };
  }

  #delete({ key, lease }: KeyValue, write: Write): void {
    this.#leases.move(key, { from: lease, to: "0" });
    this.#add(tombstone(key, write.revision), "delete", write);
  }

  /** An event's `prevKv` is from before the whole revision. */
  #add(kv: KeyValue, type: StoreEvent["type"], write: Write): void {
    const prevKv = this.#keys.get(kv.key, write.revision - 1);
    this.#keys.add(kv);
    write.events.push(prevKv ? { type, kv, prevKv } : { type, kv });
  }

  #compact(revision: number): Applied {
    if (revision <= this.#compacted) return failed(etcdErrors.compacted);
    if (revision > this.#revision) return failed(etcdErrors.futureRevision);
    this.#compacted = revision;
    this.#keys.compact(revision);
    this.#events.compact(revision);
    return { type: "compact" };
  }

  #revoke(id: string): Applied {
    const lease = this.#leases.all.get(id);
    if (!lease) return failed(etcdErrors.leaseNotFound);
    // bug lease-outlives-revoke: nothing is done
    if (this.#bugs.has("lease-outlives-revoke")) return { type: "lease-revoke" };
    // bug key-outlives-lease: nothing is deleted
    const keys = this.#bugs.has("key-outlives-lease") ? [] : [...lease.keys].sort(compareKeys);
    // bug lease-ends-key-by-key: one is deleted now, another before each later command
    const late = this.#bugs.has("lease-ends-key-by-key") ? keys.splice(1) : [];
    this.#leftBehind.push(...late.flatMap((key) => this.#keys.get(key) ?? []));
    this.#leases.end(id);
    this.#write((write) => {
      for (const key of keys) this.#deleteRange({ key }, write);
    });
    return { type: "lease-revoke" };
  }

  /** One of them, unless it was written anew. */
  #deleteLeftBehind(): void {
    const kv = this.#leftBehind.shift();
    if (!kv || this.#keys.get(kv.key)?.modRevision !== kv.modRevision) return;
    this.#write((write) => {
      this.#delete(kv, write);
    });
  }

  #missingLease(request: PutRequest): EtcdError | undefined {
    // bug dead-lease-attached: it is not looked for
    if (this.#bugs.has("dead-lease-attached")) return undefined;
    const lease = leaseOf(request);
    const isKnown = lease === "0" || this.#leases.all.has(lease);
    return isKnown ? undefined : etcdErrors.leaseNotFound;
  }

  #missingKey({ key, ignoreValue, ignoreLease }: PutRequest): EtcdError | undefined {
    const isNeeded = ignoreValue === true || ignoreLease === true;
    return isNeeded && !this.#keys.get(key) ? etcdErrors.keyNotFound : undefined;
  }

  #unreadable({ revision = 0 }: RangeRequest): EtcdError | undefined {
    if (revision <= 0) return undefined;
    if (revision > this.#revision) return etcdErrors.futureRevision;
    return revision < this.#compacted ? etcdErrors.compacted : undefined;
  }
}

function leaseOf({ lease = "0" }: PutRequest): string {
  return lease === "" ? "0" : lease;
}

function tombstone(key: string, modRevision: number): KeyValue {
  return { key, value: "", createRevision: 0, modRevision, version: 0, lease: "0" };
}

function failed(error: EtcdError): Applied {
  return { type: "error", error };
}

function isReadOnly(command: Command): boolean {
  return command.type === "txn" && readsOnly(command.request);
}

function readsOnly({ success, failure }: TxnRequest): boolean {
  return [...success, ...failure].every(
    (operation) =>
      operation.type === "range" || (operation.type === "txn" && readsOnly(operation.request)),
  );
}

/** All that is done along the path, in order, nested transactions unfolded. */
function stepsOf({ steps }: Path): readonly Exclude<Step, { readonly type: "txn" }>[] {
  return steps.flatMap((step) => (step.type === "txn" ? stepsOf(step.path) : [step]));
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
