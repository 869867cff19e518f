import type {
  CampaignRequest,
  CampaignResponse,
  ElectionLeaderResponse,
  LeaderKey,
  ProclaimRequest,
  ProclaimResponse,
  RangeRequest,
  RangeResponse,
  ResignResponse,
  TxnOperation,
  TxnRequest,
  TxnResponse,
} from "../../../core/client.js";
import type { Bugs } from "../bugs.js";
import { EtcdRefusal } from "./etcd-refusal.js";
import { prefixOf, type Queue, unknownCode, untilFirst, withoutCode } from "./waiting-queue.js";

/** What the service asks of the member that it runs on. Each rejects as that member refuses. */
export interface ElectionServiceOptions {
  readonly txn: (request: TxnRequest) => Promise<TxnResponse>;
  readonly range: (request: RangeRequest) => Promise<RangeResponse>;
  /** Resolves when the key is gone, at once where it already was at or after this revision. */
  readonly nextDeletionOf: (key: string, revision: number) => Promise<void>;
  readonly bugs: Bugs;
}

const notLeader = new EtcdRefusal({ code: unknownCode, details: "election: not leader" });
const noLeader = new EtcdRefusal({ code: unknownCode, details: "election: no leader" });

/**
 * etcd's election service, which a member offers on top of its own keys. A candidate puts a key of
 * its own, bound to its lease, and leads once no older key of that election is there. As in etcd it
 * does not look then whether its own key is still there, which it is not where its lease has ended.
 */
export class ElectionService {
  readonly #options: ElectionServiceOptions;

  constructor(options: ElectionServiceOptions) {
    this.#options = options;
  }

  /** Resolves when the election is won. Whoever gives up before leaves the queue. */
  campaign(request: CampaignRequest, givenUp: Promise<void>): Promise<CampaignResponse> {
    return withoutCode(this.#campaign(request, givenUp));
  }

  proclaim({ leader, value }: ProclaimRequest): Promise<ProclaimResponse> {
    return withoutCode(this.#proclaim(leader, value));
  }

  leader(name: string): Promise<ElectionLeaderResponse> {
    return withoutCode(this.#leader(name));
  }

  resign(leader: LeaderKey): Promise<ResignResponse> {
    return withoutCode(this.#resign(leader));
  }

  async #campaign(
    { name, lease, value }: CampaignRequest,
    givenUp: Promise<void>,
  ): Promise<CampaignResponse> {
    const prefix = prefixOf(name);
    const key = `${prefix.key}${BigInt(lease).toString(16)}`;
    const { header, succeeded, responses } = await this.#options.txn({
      compare: [{ key, target: "create", result: "equal", operand: 0 }],
      success: [{ type: "put", request: { key, value, lease } }],
      failure: [{ type: "range", request: { key } }],
    });
    const [inner] = responses;
    const own = inner?.type === "range" ? inner.response.kvs[0] : undefined;
    const createRevision = succeeded ? header.revision : (own?.createRevision ?? header.revision);
    const leader = { name, key, createRevision, lease };
    if (own && own.value !== value) await this.#renew(leader, value);
    const queue = { prefix, createRevision, isLeft: false };
    const isFirst = await Promise.race([
      this.#untilFirst(queue).then(() => true),
      givenUp.then(() => false),
    ]);
    if (isFirst) return { header, leader };
    queue.isLeft = true;
    await this.#resign(leader);
    throw new EtcdRefusal({ code: unknownCode, details: "context canceled" });
  }

  /** Who asks again with the same lease keeps its place, and proclaims what it asks for now. */
  async #renew(leader: LeaderKey, value: string): Promise<void> {
    try {
      await this.#proclaim(leader, value);
    } catch (error) {
      await this.#resign(leader);
      throw error;
    }
  }

  async #proclaim(leader: LeaderKey, value: string): Promise<ProclaimResponse> {
    const { key, lease } = leader;
    const { header, succeeded } = await this.#whereItLeads(leader, {
      type: "put",
      request: { key, value, lease },
    });
    if (!succeeded) throw notLeader;
    return { header };
  }

  async #leader(name: string): Promise<ElectionLeaderResponse> {
    const { header, kvs } = await this.#options.range({
      ...prefixOf(name),
      limit: 1,
      sort: { target: "create", order: "ascend" },
    });
    const [kv] = kvs;
    if (!kv) throw noLeader;
    return { header, kv };
  }

  async #resign(leader: LeaderKey): Promise<ResignResponse> {
    const { header } = await this.#whereItLeads(leader, {
      type: "delete-range",
      request: { key: leader.key },
    });
    return { header };
  }

  #whereItLeads({ key, createRevision }: LeaderKey, write: TxnOperation): Promise<TxnResponse> {
    return this.#options.txn({
      compare: [{ key, target: "create", result: "equal", operand: createRevision }],
      success: [write],
      failure: [],
    });
  }

  /** Waits for the youngest of the older keys, then looks again. */
  #untilFirst(queue: Queue): Promise<void> {
    // bug elected-twice: the second in the queue is let in, too
    const allowed = this.#options.bugs.has("elected-twice") ? 1 : 0;
    return untilFirst(queue, { ...this.#options, allowed });
  }
}
