import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
} from "../../../core/client.js";
import type { Bugs } from "../bugs.js";
import { EtcdRefusal } from "./etcd-refusal.js";
import {
  type KeyRange,
  prefixOf,
  type Queue,
  unknownCode,
  untilFirst,
  withoutCode,
} from "./waiting-queue.js";

/** What the service asks of the member that it runs on. Each rejects as that member refuses. */
export interface LockServiceOptions {
  readonly txn: (request: TxnRequest) => Promise<TxnResponse>;
  readonly range: (request: RangeRequest) => Promise<RangeResponse>;
  readonly deleteRange: (request: DeleteRangeRequest) => Promise<DeleteRangeResponse>;
  /** A lease of so many seconds that nobody keeps alive. */
  readonly grant: (ttl: number) => Promise<{ readonly id: string }>;
  /** Resolves when the key is gone, at once where it already was at or after this revision. */
  readonly nextDeletionOf: (key: string, revision: number) => Promise<void>;
  readonly bugs: Bugs;
}

/** Seconds. */
const defaultTtl = 60;

/**
 * etcd's lock service, which a member offers on top of its own keys. Whoever wants a lock puts a
 * key of its own, bound to its lease, and holds the lock once no older key of that lock is there.
 */
export class LockService {
  readonly #options: LockServiceOptions;

  constructor(options: LockServiceOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the lock is held. `lease` is a decimal string; for "0" one is granted, which ends
   * in a minute. Whoever gives up leaves the queue; once he holds the lock it is too late for that.
   */
  lock(name: string, lease: string, givenUp: Promise<void>): Promise<{ readonly key: string }> {
    return withoutCode(this.#lock(name, lease, givenUp));
  }

  async #lock(
    name: string,
    lease: string,
    givenUp: Promise<void>,
  ): Promise<{ readonly key: string }> {
    const prefix = prefixOf(name);
    const { id } = lease === "0" ? await this.#options.grant(defaultTtl) : { id: lease };
    const key = `${prefix.key}${BigInt(id).toString(16)}`;
    const { createRevision, oldest } = await this.#enqueue(prefix, key, id);
    if (oldest === undefined || oldest === createRevision) return { key };
    const queue = { prefix, createRevision, isLeft: false };
    const isFirst = await Promise.race([
      this.#untilFirst(queue).then(() => true),
      givenUp.then(() => false),
    ]);
    if (!isFirst) {
      queue.isLeft = true;
      await this.#options.deleteRange({ key });
      throw new EtcdRefusal({ code: unknownCode, details: "context canceled" });
    }
    // The lease may have ended while it waited.
    const { kvs } = await this.#options.range({ key });
    if (kvs.length === 0) {
      throw new EtcdRefusal({ code: unknownCode, details: "mutex: session is expired" });
    }
    return { key };
  }

  /** `key` is what the lock's answer named. Complies where there is no such key, too. */
  async unlock(key: string): Promise<void> {
    await withoutCode(this.#options.deleteRange({ key }));
  }

  /** Whoever asks again with the same lease keeps its place. */
  async #enqueue(prefix: KeyRange, key: string, lease: string): Promise<Place> {
    const owner = {
      type: "range",
      request: { ...prefix, limit: 1, sort: { target: "create", order: "ascend" } },
    } as const;
    const { header, succeeded, responses } = await this.#options.txn({
      compare: [{ key, target: "create", result: "equal", operand: 0 }],
      success: [{ type: "put", request: { key, value: "", lease } }, owner],
      failure: [{ type: "range", request: { key } }, owner],
    });
    const [own, first] = responses.map((answer) =>
      answer.type === "range" ? answer.response.kvs[0]?.createRevision : undefined,
    );
    return {
      createRevision: succeeded ? header.revision : (own ?? header.revision),
      oldest: first,
    };
  }

  /** Waits for the youngest of the older keys, then looks again. */
  #untilFirst(queue: Queue): Promise<void> {
    // bug lock-held-twice: the second in the queue is let in, too
    const allowed = this.#options.bugs.has("lock-held-twice") ? 1 : 0;
    return untilFirst(queue, { ...this.#options, allowed });
  }
}

interface Place {
  readonly createRevision: number;
  /** The create revision of the key that holds the lock. */
  readonly oldest: number | undefined;
}
