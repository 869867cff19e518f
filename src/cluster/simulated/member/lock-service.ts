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

/** What the service asks of the member that it runs on. Each rejects as that member refuses. */
export interface LockServiceOptions {
  readonly txn: (request: TxnRequest) => Promise<TxnResponse>;
  readonly range: (request: RangeRequest) => Promise<RangeResponse>;
  readonly deleteRange: (request: DeleteRangeRequest) => Promise<DeleteRangeResponse>;
  /** Resolves when the key is gone, at once where it already was at or after this revision. */
  readonly nextDeletionOf: (key: string, revision: number) => Promise<void>;
  readonly bugs: Bugs;
}

const unknownCode = 2;

/**
 * etcd's lock service, which a member offers on top of its own keys. Whoever wants a lock puts a
 * key of its own, bound to its lease, and holds the lock once no older key of that lock is there.
 */
export class LockService {
  readonly #options: LockServiceOptions;

  constructor(options: LockServiceOptions) {
    this.#options = options;
  }

  /** Resolves when the lock is held. `lease` is a decimal string. */
  async lock(name: string, lease: string): Promise<{ readonly key: string }> {
    const prefix = { key: `${name}/`, rangeEnd: `${name}0` };
    const key = `${prefix.key}${BigInt(lease).toString(16)}`;
    const { createRevision, oldest } = await this.#enqueue(prefix, key, lease);
    if (oldest === undefined || oldest === createRevision) return { key };
    await this.#untilFirst(prefix, createRevision);
    // The lease may have ended while it waited.
    const { kvs } = await this.#options.range({ key });
    if (kvs.length === 0) {
      throw new EtcdRefusal({ code: unknownCode, details: "mutex: session is expired" });
    }
    return { key };
  }

  /** `key` is what the lock's answer named. Complies where there is no such key, too. */
  async unlock(key: string): Promise<void> {
    await this.#options.deleteRange({ key });
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
  async #untilFirst(prefix: KeyRange, createRevision: number): Promise<void> {
    // bug lock-held-twice: the second in the queue is let in, too
    const allowed = this.#options.bugs.has("lock-held-twice") ? 1 : 0;
    for (;;) {
      const { header, kvs } = await this.#options.range({
        ...prefix,
        maxCreateRevision: createRevision - 1,
        sort: { target: "create", order: "descend" },
        keysOnly: true,
      });
      const [youngest] = kvs;
      if (youngest === undefined || kvs.length <= allowed) return;
      await this.#options.nextDeletionOf(youngest.key, header.revision);
    }
  }
}

interface KeyRange {
  readonly key: string;
  readonly rangeEnd: string;
}

interface Place {
  readonly createRevision: number;
  /** The create revision of the key that holds the lock. */
  readonly oldest: number | undefined;
}
