import type {
  AlarmsResponse,
  CampaignRequest,
  CampaignResponse,
  Compare,
  ElectionLeaderResponse,
  HashKvResponse,
  LeaderKey,
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  LockRequest,
  LockResponse,
  MemberListResponse,
  ProclaimRequest,
  ProclaimResponse,
  RangeRequest,
  RangeResponse,
  ResignResponse,
  TxnOperation,
  TxnRequest,
  TxnResponse,
  UnlockResponse,
  WatchResponse,
} from "../../../core/client.js";
import type { NodeStatus } from "../../../core/cluster.js";
import type { ResponseHeader } from "../../../core/operation.js";
import type { Random } from "../../../core/random.js";
import type { Bugs } from "../bugs.js";
import type { Message } from "../raft/message.js";
import { Raft } from "../raft/raft.js";
import type { RaftDisk } from "../raft/raft-disk.js";
import type { Timer } from "../scheduler.js";
import type { Applied, Command, EtcdError } from "../store/command.js";
import type { Store } from "../store/store.js";
import { type AppliedState, Applier, type Proposal } from "./applier.js";
import { ElectionService } from "./election-service.js";
import { EtcdRefusal } from "./etcd-refusal.js";
import { Lessor } from "./lessor.js";
import { LockService } from "./lock-service.js";
import { storeHash } from "./store-hash.js";
import { type ServerWatchStream, WatchHub } from "./watch-hub.js";

export type MemberMessage = Message<Proposal, Store>;

/** What one process of etcd stands on. */
export interface MemberOptions {
  readonly self: string;
  readonly members: readonly string[];
  readonly memberIds: Readonly<Record<string, string>>;
  readonly clusterId: string;
  readonly state: AppliedState;
  readonly disk: RaftDisk<Proposal>;
  readonly random: Random;
  readonly bugs: Bugs;
  readonly timing: Timing;
  /** By this member's own clock. */
  readonly after: (ms: number, act: () => void) => Timer;
  readonly monotonicMs: () => number;
  readonly send: (to: string, message: MemberMessage) => void;
  /** Asks the leader for something that only it knows; undefined where it does not answer. */
  readonly askLeader: <T>(
    leader: string,
    question: (leader: Member) => T,
    done: (answer: T | undefined) => void,
  ) => void;
  /** To be called when a promise was settled. */
  readonly settled: () => void;
  readonly log: (line: string) => void;
  /** It was started before: its memory is gone, its disk is not. */
  readonly isRestarted: boolean;
}

export interface Timing {
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly snapshotEntries: number;
  readonly catchUpEntries: number;
}

/** An answer or an error, at most once. */
export type Respond<T> = (answer: Answered<T>) => void;
/** Whoever waits for an answer that may take long. */
export interface Asker<T> {
  readonly respond: Respond<T>;
  readonly whenGivenUp: (act: () => void) => void;
}
export type Answered<T> = { readonly ok: T } | { readonly error: EtcdError };

const version = "simulated";
/** A proposal is tried again after so long as long as no leader is known. */
const proposeAgainMs = 100;
/** After so long etcd gives a proposal up, which may be applied all the same. */
const proposalLimitMs = 7_000;
const unavailable = 14;
const leaderChanged: EtcdError = { code: unavailable, details: "etcdserver: leader changed" };
const timedOut: EtcdError = { code: unavailable, details: "etcdserver: request timed out" };
const noLeader: EtcdError = { code: unavailable, details: "etcdserver: no leader" };

/**
 * One process of etcd: takes requests, puts writes through the log, and answers when they are
 * applied here. It lives until it is killed; what outlives it is its machine's.
 */
export class Member {
  readonly #options: MemberOptions;
  readonly #raft: Raft<Proposal, Store>;
  readonly #applier: Applier;
  readonly #hub: WatchHub;
  readonly #lessor: Lessor;
  readonly #locks: LockService;
  readonly #elections: ElectionService;
  /** Proposals of this process, each with what is to be told when it is applied. */
  readonly #pending = new Map<Proposal, Respond<Applied>>();
  readonly #deletions: { readonly key: string; readonly gone: () => void }[] = [];
  #leader: string | undefined;
  #term = 0;
  #isStopped = false;

  constructor(options: MemberOptions) {
    const { self, members, state, disk, random, bugs, timing, after } = options;
    this.#options = options;
    this.#applier = new Applier({
      self,
      members,
      state,
      bugs,
      onApplied: (proposal, applied) => {
        this.#tell(proposal, applied);
      },
      onChange: () => {
        this.#storeChanged();
      },
    });
    const store = () => this.#applier.store;
    this.#hub = new WatchHub({
      store,
      header: (revision) => this.#header(revision),
      bugs,
      random: random.fork("watches"),
      after,
    });
    this.#lessor = new Lessor({
      store,
      nowMs: options.monotonicMs,
      after,
      propose: (command) => {
        this.#propose(command, () => undefined);
      },
      bugs,
    });
    const ownKeys = {
      txn: (request: TxnRequest) =>
        this.#promised<TxnResponse>((respond) => {
          this.txn(request, respond);
        }),
      range: (request: RangeRequest) =>
        this.#promised<RangeResponse>((respond) => {
          this.range(request, respond);
        }),
      nextDeletionOf: (key: string) => this.#nextDeletionOf(key),
      bugs,
    };
    this.#elections = new ElectionService(ownKeys);
    this.#locks = new LockService({
      ...ownKeys,
      deleteRange: (request) =>
        this.#promised((respond) => {
          this.write({ type: "delete-range", request }, respond);
        }),
      grant: (ttl) =>
        this.#promised<LeaseGrantResponse>((respond) => {
          this.leaseGrant({ ttl }, respond);
        }),
    });
    this.#raft = new Raft<Proposal, Store>({
      self,
      members,
      disk,
      applied: state.index,
      bugs,
      ...timing,
      host: {
        random: random.fork("raft"),
        after,
        send: options.send,
        appended: (entries) => {
          this.#applier.appended(entries);
        },
        commit: (entries) => {
          this.#applier.commit(entries);
        },
        takeSnapshot: () => this.#applier.store.clone(),
        restore: (snapshot) => {
          this.#applier.restore(snapshot);
        },
        rewind: (index) => {
          this.#applier.rewind(index);
        },
        leaderChanged: (leader, term) => {
          this.#leaderChanged(leader, term);
        },
      },
    });
  }

  start(): void {
    this.#raft.start();
  }

  /** The process is dead. */
  stop(): void {
    this.#isStopped = true;
    this.#raft.stop();
    this.#lessor.close();
    this.#hub.close();
    this.#pending.clear();
  }

  receive(from: string, message: MemberMessage): void {
    if (!this.#isStopped) this.#raft.receive(from, message);
  }

  get isLeader(): boolean {
    return this.#leader === this.#options.self;
  }

  status(): NodeStatus {
    const { term, leader, lastIndex } = this.#raft.status;
    const { memberIds, self } = this.#options;
    return {
      memberId: memberIds[self] ?? "0",
      leaderId: leader === undefined ? "0" : (memberIds[leader] ?? "0"),
      raftTerm: term,
      raftIndex: lastIndex,
      version,
      dbSizeBytes: 0,
    };
  }

  range(request: RangeRequest, respond: Respond<RangeResponse>): void {
    const refused = this.#applier.store.rangeRefusal(request);
    if (refused) {
      respond({ error: refused });
      return;
    }
    const read = () => {
      const found = this.#applier.store.range(request);
      if ("error" in found) respond({ error: found.error });
      else respond({ ok: { header: this.#header(), ...found } });
    };
    if (request.serializable === true) read();
    else this.#whenReadable(read, respond);
  }

  txn(request: TxnRequest, respond: Respond<TxnResponse>): void {
    const command: Command = { type: "txn", request };
    const refused = this.#applier.store.refusal(command);
    if (refused) {
      respond({ error: refused });
      return;
    }
    if (!isReadOnly(request)) {
      this.#write(this.#asProposed(request), respond);
      return;
    }
    const read = () => {
      respond(this.#answered<TxnResponse>(this.#applier.store.apply(command)));
    };
    const isSerializable = operationsOf(request).every(
      (operation) => operation.type === "range" && operation.request.serializable === true,
    );
    if (isSerializable) read();
    else this.#whenReadable(read, respond);
  }

  /** Puts it through the log. The answer has a header in addition to what the store says. */
  write<T>(command: Command, respond: Respond<T>): void {
    const refused = this.#applier.store.refusal(command);
    if (refused) {
      respond({ error: refused });
      return;
    }
    this.#write(command, respond);
  }

  leaseGrant({ id, ttl }: LeaseGrantRequest, respond: Respond<LeaseGrantResponse>): void {
    const isChosen = id === undefined || id === "0";
    this.write({ type: "lease-grant", id: isChosen ? this.#freshLeaseId() : id, ttl }, respond);
  }

  leaseKeepAlive(id: string, respond: Respond<LeaseKeepAliveResponse>): void {
    this.#askLeader(
      (leader) => leader.#lessor.renew(id) ?? 0,
      (ttl) => {
        respond({ ok: { header: this.#header(), id, ttl } });
      },
      respond,
    );
  }

  leaseTimeToLive(
    { id, keys }: LeaseTimeToLiveRequest,
    respond: Respond<LeaseTimeToLiveResponse>,
  ): void {
    this.#askLeader(
      (leader) => {
        const lease = leader.#applier.store.leases.get(id);
        const remaining = leader.#lessor.remaining(id);
        return lease && remaining !== undefined
          ? { ttl: Math.floor(remaining), grantedTtl: lease.ttl, keys: [...lease.keys] }
          : { ttl: -1, grantedTtl: 0, keys: [] };
      },
      (lease) => {
        const named = keys === true ? lease.keys : [];
        respond({ ok: { header: this.#header(), id, ...lease, keys: named } });
      },
      respond,
    );
  }

  lock({ name, lease }: LockRequest, { respond, whenGivenUp }: Asker<LockResponse>): void {
    this.#locks.lock(name, lease, this.#givenUp(whenGivenUp)).then(
      ({ key }) => {
        respond({ ok: { header: this.#header(), key } });
      },
      (error: unknown) => {
        respond({ error: etcdErrorOf(error) });
      },
    );
  }

  unlock(key: string, respond: Respond<UnlockResponse>): void {
    this.#locks.unlock(key).then(
      () => {
        respond({ ok: { header: this.#header() } });
      },
      (error: unknown) => {
        respond({ error: etcdErrorOf(error) });
      },
    );
  }

  campaign(request: CampaignRequest, { respond, whenGivenUp }: Asker<CampaignResponse>): void {
    this.#tellOutcome(this.#elections.campaign(request, this.#givenUp(whenGivenUp)), respond);
  }

  proclaim(request: ProclaimRequest, respond: Respond<ProclaimResponse>): void {
    this.#tellOutcome(this.#elections.proclaim(request), respond);
  }

  electionLeader(name: string, respond: Respond<ElectionLeaderResponse>): void {
    this.#tellOutcome(this.#elections.leader(name), respond);
  }

  resign(leader: LeaderKey, respond: Respond<ResignResponse>): void {
    this.#tellOutcome(this.#elections.resign(leader), respond);
  }

  hashKv(revision: number, respond: Respond<HashKvResponse>): void {
    const hashed = storeHash(this.#applier.store, revision);
    respond("error" in hashed ? hashed : { ok: { header: this.#header(), ...hashed } });
  }

  /** None is ever raised here; etcd asks the log all the same. */
  alarms(respond: Respond<AlarmsResponse>): void {
    this.#whenReadable(() => {
      respond({ ok: { alarms: [] } });
    }, respond);
  }

  memberList(): MemberListResponse {
    const { members, memberIds } = this.#options;
    return {
      header: this.#header(),
      members: members.map((name) => ({ id: memberIds[name] ?? "0", name, isLearner: false })),
    };
  }

  openWatchStream(send: (response: WatchResponse) => void): ServerWatchStream {
    return this.#hub.open(send);
  }

  #givenUp(whenGivenUp: Asker<unknown>["whenGivenUp"]): Promise<void> {
    return new Promise((resolve) => {
      whenGivenUp(() => {
        this.#options.settled();
        resolve();
      });
    });
  }

  #tellOutcome<T>(outcome: Promise<T>, respond: Respond<T>): void {
    outcome.then(
      (ok) => {
        respond({ ok });
      },
      (error: unknown) => {
        respond({ error: etcdErrorOf(error) });
      },
    );
  }

  #header(revision = this.#applier.store.revision): ResponseHeader {
    const { memberIds, clusterId, self, bugs, isRestarted } = this.#options;
    // bug revision-goes-back: a restarted member counts from three revisions below
    const lost = bugs.has("revision-goes-back") && isRestarted ? 3 : 0;
    return {
      clusterId,
      memberId: memberIds[self] ?? "0",
      revision: lost === 0 ? revision : Math.max(1, revision - lost),
      raftTerm: this.#raft.status.term,
    };
  }

  #answered<T>(applied: Applied): Answered<T> {
    const header = this.#header();
    switch (applied.type) {
      case "error":
        return { error: applied.error };
      case "put":
      case "delete-range":
      case "txn":
        return { ok: { header, ...applied.response } as T };
      case "lease-grant":
        return { ok: { header, id: applied.id, ttl: applied.ttl } as T };
      case "compact":
      case "lease-revoke":
        return { ok: { header } as T };
    }
  }

  /** What was refused already, where it must be. */
  #write<T>(command: Command, respond: Respond<T>): void {
    this.#propose(command, (applied) => {
      respond("error" in applied ? applied : this.#answered<T>(applied.ok));
    });
  }

  #propose(command: Command, respond: Respond<Applied>): void {
    const proposal: Proposal = { command, by: this.#options.self };
    const limit = this.#options.after(proposalLimitMs, () => {
      if (this.#pending.delete(proposal)) respond({ error: timedOut });
    });
    this.#pending.set(proposal, (applied) => {
      limit.cancel();
      respond(applied);
    });
    this.#offer(proposal);
  }

  #offer(proposal: Proposal): void {
    if (this.#isStopped || !this.#pending.has(proposal)) return;
    if (this.#raft.propose(proposal)) return;
    this.#options.after(proposeAgainMs, () => {
      this.#offer(proposal);
    });
  }

  #tell(proposal: Proposal, applied: Applied): void {
    const respond = this.#pending.get(proposal);
    if (!respond) return;
    this.#pending.delete(proposal);
    respond({ ok: applied });
  }

  /** Calls `read` when all is applied that was committed when this was called. */
  #whenReadable(read: () => void, respond: (answered: { error: EtcdError }) => void): void {
    this.#raft.readIndex((result) => {
      if (result.type === "leader-changed") respond({ error: leaderChanged });
      else this.#applier.whenApplied(result.index, read);
    });
  }

  #storeChanged(): void {
    this.#hub.storeChanged();
    this.#lessor.storeChanged();
    if (this.#deletions.length === 0) return;
    const gone = this.#deletions.filter(({ key }) => !this.#has(key));
    const left = this.#deletions.filter((waiting) => !gone.includes(waiting));
    this.#deletions.splice(0, this.#deletions.length, ...left);
    for (const waiting of gone) waiting.gone();
  }

  #has(key: string): boolean {
    const found = this.#applier.store.range({ key });
    return "kvs" in found && found.kvs.length > 0;
  }

  #nextDeletionOf(key: string): Promise<void> {
    if (!this.#has(key)) return Promise.resolve();
    return new Promise((resolve) => {
      const gone = () => {
        this.#options.settled();
        resolve();
      };
      this.#deletions.push({ key, gone });
    });
  }

  #leaderChanged(leader: string | undefined, term: number): void {
    const { self, log, bugs, after } = this.#options;
    if (leader === this.#leader && term === this.#term) return;
    this.#leader = leader;
    this.#term = term;
    log(`term ${term}: ${leader === undefined ? "no leader" : `the leader is ${leader}`}`);
    if (leader === self) this.#lessor.lead();
    else this.#lessor.follow();
    if (leader === undefined || !bugs.has("double-apply")) return;
    // bug double-apply: what is still unanswered is proposed anew, whatever became of it
    for (const proposal of this.#pending.keys()) {
      after(500, () => {
        if (!this.#isStopped) this.#raft.propose(proposal);
      });
    }
  }

  #asProposed(request: TxnRequest): Command {
    const { bugs } = this.#options;
    if (!bugs.has("cas-on-stale-value")) return { type: "txn", request };
    // bug cas-on-stale-value: compared here and now, not where it is applied
    const compared = this.#applier.store.apply({
      type: "txn",
      request: { compare: request.compare, success: [], failure: [] },
    });
    const holds = compared.type === "txn" && compared.response.succeeded;
    const compare: readonly Compare[] = holds ? [] : [neverTrue];
    return { type: "txn", request: { ...request, compare } };
  }

  #askLeader<T>(
    question: (leader: Member) => T,
    answer: (answer: T) => void,
    respond: (answered: { error: EtcdError }) => void,
  ): void {
    const leader = this.#leader;
    if (leader === undefined) respond({ error: noLeader });
    else if (leader === this.#options.self) answer(question(this));
    else {
      this.#options.askLeader(leader, question, (answered) => {
        if (answered === undefined) respond({ error: timedOut });
        else answer(answered);
      });
    }
  }

  #freshLeaseId(): string {
    const { random } = this.#options;
    const half = () => BigInt(1 + random.below(2 ** 30));
    return (half() * 2n ** 31n + half()).toString();
  }

  #promised<T>(ask: (respond: Respond<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      ask((answered) => {
        this.#options.settled();
        if ("ok" in answered) resolve(answered.ok);
        else reject(new EtcdRefusal(answered.error));
      });
    });
  }
}

function etcdErrorOf(error: unknown): EtcdError {
  if (error instanceof EtcdRefusal) return error.error;
  throw error;
}

/** A version is never below 0. */
const neverTrue: Compare = { key: "0", target: "version", result: "less", operand: 0 };

function operationsOf({ success, failure }: TxnRequest): readonly TxnOperation[] {
  return [...success, ...failure];
}

function isReadOnly(request: TxnRequest): boolean {
  return operationsOf(request).every(
    (operation) =>
      operation.type === "range" || (operation.type === "txn" && isReadOnly(operation.request)),
  );
}
