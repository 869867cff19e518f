import type { RequestErrorFacts } from "./classify-error.js";
import type { ResponseHeader } from "./operation.js";

/**
 * A connection to one node: one call is one RPC, never retried, with a deadline. Every
 * call rejects with RequestError when etcd does not comply, and with nothing else. Keys and values are
 * UTF-8 text. The real one is in src/client, others may stand in.
 */
export interface Client {
  readonly node: string;
  range(request: RangeRequest): Promise<RangeResponse>;
  put(request: PutRequest): Promise<PutResponse>;
  deleteRange(request: DeleteRangeRequest): Promise<DeleteRangeResponse>;
  txn(request: TxnRequest): Promise<TxnResponse>;
  /** Ends every call and stream that is under way with RequestError. Safe to call twice. */
  close(): void;
}

/** One that can ask for all that etcd has besides keys, too. */
export interface FullClient extends Client {
  compact(request: CompactRequest): Promise<CompactResponse>;
  leaseGrant(request: LeaseGrantRequest): Promise<LeaseGrantResponse>;
  leaseRevoke(request: LeaseRevokeRequest): Promise<LeaseRevokeResponse>;
  /** One renewal, on a stream that is opened for it and closed after it. */
  leaseKeepAlive(request: LeaseKeepAliveRequest): Promise<LeaseKeepAliveResponse>;
  leaseTimeToLive(request: LeaseTimeToLiveRequest): Promise<LeaseTimeToLiveResponse>;
  /** etcd's own lock service: answers when the lock is held, which the deadline may prevent. */
  lock(request: LockRequest): Promise<LockResponse>;
  unlock(request: UnlockRequest): Promise<UnlockResponse>;
  /** etcd's own election service: answers when the election is won, which the deadline may prevent. */
  campaign(request: CampaignRequest): Promise<CampaignResponse>;
  /** Refused with "election: not leader" where that leadership is over. */
  proclaim(request: ProclaimRequest): Promise<ProclaimResponse>;
  /** Refused with "election: no leader" where nobody leads. */
  electionLeader(request: ElectionLeaderRequest): Promise<ElectionLeaderResponse>;
  /** Complies where that leadership is over, too. */
  resign(request: ResignRequest): Promise<ResignResponse>;
  /** A stream that any number of watches share, as etcd has it. It has no deadline. */
  watch(): WatchStream;
  /** Of the cluster. Undefined where its members are given once and for all. */
  readonly membership?: MembershipClient;
}

/** Who the members are, and changes of that. Ids are decimal strings. */
export interface MembershipClient {
  /**
   * As the cluster has it, which takes a majority; or as this member knows it by itself, which is
   * all that etcd before 3.5 tells.
   */
  listMembers(options: { readonly linearizable: boolean }): Promise<readonly OperatedMember[]>;
  /** It must be started afterwards, as one of an existing cluster. */
  addMember(options: {
    readonly peerUrls: readonly string[];
    /** It gets all that is written and has no vote, until it is promoted. */
    readonly asLearner: boolean;
  }): Promise<OperatedMember>;
  /** Tells where the others reach it from now on. */
  updateMember(options: {
    readonly id: string;
    readonly peerUrls: readonly string[];
  }): Promise<void>;
  removeMember(id: string): Promise<void>;
}

/** One that can ask its member about itself, too. */
export interface MemberClient extends FullClient {
  /** A hash of all that the member keeps up to a revision. */
  hashKv(request: HashKvRequest): Promise<HashKvResponse>;
  /** The alarms of the whole cluster that are raised, as this member knows them. */
  alarms(): Promise<AlarmsResponse>;
  /** As this member has it. */
  memberList(): Promise<MemberListResponse>;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** A decimal string, since lease ids exceed 2^53; "0" for none. */
  readonly lease: string;
}

export interface RangeRequest {
  readonly key: string;
  /** Exclusive end; undefined for the one key. */
  readonly rangeEnd?: string;
  /** Read at this revision; undefined for the newest. */
  readonly revision?: number;
  /** Answered from the member's own state, which may be stale. */
  readonly serializable?: boolean;
  readonly limit?: number;
  readonly sort?: {
    readonly target: "key" | "version" | "create" | "mod" | "value";
    readonly order: "ascend" | "descend";
  };
  /** Values are left out of the answer. */
  readonly keysOnly?: boolean;
  /** Only the count is answered. */
  readonly countOnly?: boolean;
  readonly minModRevision?: number;
  readonly maxModRevision?: number;
  readonly minCreateRevision?: number;
  readonly maxCreateRevision?: number;
}

export interface RangeResponse {
  readonly header: ResponseHeader;
  readonly kvs: readonly KeyValue[];
  readonly count: number;
  readonly more: boolean;
}

export interface PutRequest {
  readonly key: string;
  readonly value: string;
  /** A decimal string; undefined for none. */
  readonly lease?: string;
  readonly prevKv?: boolean;
  /** Keep the value that is there; `value` must be empty then. */
  readonly ignoreValue?: boolean;
  /** Keep the lease that is there; there must be no `lease` then. */
  readonly ignoreLease?: boolean;
}

export interface PutResponse {
  readonly header: ResponseHeader;
  readonly prevKv?: KeyValue;
}

export interface DeleteRangeRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly prevKv?: boolean;
}

export interface DeleteRangeResponse {
  readonly header: ResponseHeader;
  readonly deleted: number;
  readonly prevKvs: readonly KeyValue[];
}

export interface Compare {
  readonly key: string;
  /** Exclusive end; where it is there, the comparison must hold for every key of the range. */
  readonly rangeEnd?: string;
  readonly target: "value" | "version" | "create" | "mod" | "lease";
  readonly result: "equal" | "greater" | "less" | "not-equal";
  /** Text for "value", a decimal string for "lease", a number for the others. */
  readonly operand: string | number;
}

export type TxnOperation =
  | { readonly type: "range"; readonly request: RangeRequest }
  | { readonly type: "put"; readonly request: PutRequest }
  | { readonly type: "delete-range"; readonly request: DeleteRangeRequest }
  | { readonly type: "txn"; readonly request: TxnRequest };

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly TxnOperation[];
  readonly failure: readonly TxnOperation[];
}

/** Inner answers lack a header of their own: etcd fills in the revision alone. */
export type TxnOperationResponse =
  | { readonly type: "range"; readonly response: Omit<RangeResponse, "header"> }
  | { readonly type: "put"; readonly response: Omit<PutResponse, "header"> }
  | { readonly type: "delete-range"; readonly response: Omit<DeleteRangeResponse, "header"> }
  | { readonly type: "txn"; readonly response: Omit<TxnResponse, "header"> };

export interface TxnResponse {
  readonly header: ResponseHeader;
  readonly succeeded: boolean;
  readonly responses: readonly TxnOperationResponse[];
}

export interface CompactRequest {
  readonly revision: number;
  /** Answer only when what is dropped is gone from the disk as well. */
  readonly physical?: boolean;
}

export interface CompactResponse {
  readonly header: ResponseHeader;
}

export interface LeaseGrantRequest {
  /** A decimal string; undefined for one of etcd's choice. */
  readonly id?: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface LeaseGrantResponse {
  readonly header: ResponseHeader;
  readonly id: string;
  /** Seconds; etcd may grant more than was asked for. */
  readonly ttl: number;
}

export interface LeaseRevokeRequest {
  readonly id: string;
}

export interface LeaseRevokeResponse {
  readonly header: ResponseHeader;
}

export interface LeaseKeepAliveRequest {
  readonly id: string;
}

export interface LeaseKeepAliveResponse {
  readonly header: ResponseHeader;
  readonly id: string;
  /** Seconds from now; 0 where there is no such lease (any more). */
  readonly ttl: number;
}

export interface LeaseTimeToLiveRequest {
  readonly id: string;
  /** Name the keys that are attached, too. */
  readonly keys?: boolean;
}

export interface LeaseTimeToLiveResponse {
  readonly header: ResponseHeader;
  readonly id: string;
  /** Seconds that are left; -1 where there is no such lease (any more). */
  readonly ttl: number;
  readonly grantedTtl: number;
  readonly keys: readonly string[];
}

export interface LockRequest {
  readonly name: string;
  /** A decimal string: the lock is lost with this lease. */
  readonly lease: string;
}

export interface LockResponse {
  readonly header: ResponseHeader;
  /** Exists as long as the lock is held. */
  readonly key: string;
}

export interface UnlockRequest {
  /** As the lock's answer named it. */
  readonly key: string;
}

export interface UnlockResponse {
  readonly header: ResponseHeader;
}

export interface CampaignRequest {
  readonly name: string;
  /** A decimal string: the leadership is lost with this lease. */
  readonly lease: string;
  /** What the election's leader key holds until something else is proclaimed. */
  readonly value: string;
}

/** A leadership. It lasts as long as `key` exists with this create revision. */
export interface LeaderKey {
  readonly name: string;
  readonly key: string;
  readonly createRevision: number;
  readonly lease: string;
}

export interface CampaignResponse {
  readonly header: ResponseHeader;
  readonly leader: LeaderKey;
}

export interface ProclaimRequest {
  readonly leader: LeaderKey;
  readonly value: string;
}

export interface ProclaimResponse {
  readonly header: ResponseHeader;
}

export interface ElectionLeaderRequest {
  readonly name: string;
}

export interface ElectionLeaderResponse {
  readonly header: ResponseHeader;
  /** The leader's key, with what was proclaimed last. */
  readonly kv: KeyValue;
}

export interface ResignRequest {
  readonly leader: LeaderKey;
}

export interface ResignResponse {
  readonly header: ResponseHeader;
}

export interface HashKvRequest {
  /**
   * Undefined for the newest. At the compacted revision some versions refuse, and others answer from
   * memory what they hashed when they compacted, with the compact revision before that.
   */
  readonly revision?: number;
}

export interface HashKvResponse {
  /** Its revision is the member's newest, whichever was asked for. */
  readonly header: ResponseHeader;
  readonly hash: number;
  /** What is older than this is gone; 0 or below where nothing was compacted yet. */
  readonly compactRevision: number;
}

export interface RaisedAlarm {
  /** The member that raised it. */
  readonly memberId: string;
  /** As etcd names it: "NOSPACE", "CORRUPT". */
  readonly alarm: string;
}

/** etcd before 3.5 answers without a header. */
export interface AlarmsResponse {
  readonly alarms: readonly RaisedAlarm[];
}

export interface ListedMember {
  readonly id: string;
  /** Empty where it was added and never started. */
  readonly name: string;
  readonly isLearner: boolean;
}

/** A member with where the others reach it. */
export interface OperatedMember extends ListedMember {
  readonly peerUrls: readonly string[];
}

export interface MemberListResponse {
  readonly header: ResponseHeader;
  readonly members: readonly ListedMember[];
}

export interface WatchCreateRequest {
  /** Chosen by the client, above 0, and unique in its stream. */
  readonly watchId: number;
  readonly key: string;
  /** Exclusive end; undefined for the one key. */
  readonly rangeEnd?: string;
  /** The first revision to be told of; undefined for whatever comes next. */
  readonly startRevision?: number;
  readonly prevKv?: boolean;
  /** Be told now and then up to which revision everything was told. */
  readonly progressNotify?: boolean;
  readonly filters?: readonly ("no-put" | "no-delete")[];
  /** Large answers may come in pieces. */
  readonly fragment?: boolean;
}

export interface WatchEvent {
  readonly type: "put" | "delete";
  /** Of a deletion only the key and the revision are there; the rest is empty or 0. */
  readonly kv: KeyValue;
  readonly prevKv?: KeyValue;
}

/** Neither created, nor canceled, nor events: a progress notification; then watchId may be -1. */
export interface WatchResponse {
  readonly header: ResponseHeader;
  readonly watchId: number;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly cancelReason?: string;
  /** With a cancel: the watch asked for something older than this. 0 for none. */
  readonly compactRevision: number;
  /** True where more pieces of this answer follow. */
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}

/** What is sent on it arrives in order, and so does what is answered. */
export interface WatchStream {
  create(request: WatchCreateRequest): void;
  cancel(watchId: number): void;
  /** Asks to be told how far the stream's watches have come. */
  requestProgress(): void;
  /** The next answer; rejects with RequestError once the stream has ended. One at a time. */
  receive(): Promise<WatchResponse>;
  close(): void;
}

/** A request that etcd refused, dropped or never answered. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly facts: RequestErrorFacts;

  constructor(facts: RequestErrorFacts, options?: ErrorOptions) {
    super(`etcd request failed with code ${facts.code}: ${facts.details}`, options);
    this.facts = facts;
  }
}

/** For those to whom a refusal is an answer, too. What is no RequestError is thrown on. */
export async function answerOrError<T>(request: Promise<T>): Promise<T | RequestError> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}
