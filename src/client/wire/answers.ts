import type { WireHeaderOnly } from "./common.js";
import type { WireCampaign, WireLeader } from "./election.js";
import type { WireDeleteRange, WirePut, WireRange, WireTxn } from "./kv.js";
import type { WireLeaseGrant, WireLeaseKeepAlive, WireLeaseTimeToLive } from "./lease.js";
import type { WireLock } from "./lock.js";
import type {
  WireAlarms,
  WireHashKv,
  WireMemberList,
  WireSnapshot,
  WireStatus,
} from "./maintenance.js";
import type { WireAddedMember, WireMembers } from "./operator.js";
import type { WireWatch } from "./watch.js";

/** Methods of etcd's protocol, and what each is answered with. */
export interface WireAnswers {
  readonly Range: WireRange;
  readonly Put: WirePut;
  readonly DeleteRange: WireDeleteRange;
  readonly Txn: WireTxn;
  readonly Compact: WireHeaderOnly;
  readonly LeaseGrant: WireLeaseGrant;
  readonly LeaseRevoke: WireHeaderOnly;
  readonly LeaseTimeToLive: WireLeaseTimeToLive;
  readonly Lock: WireLock;
  readonly Unlock: WireHeaderOnly;
  readonly Campaign: WireCampaign;
  readonly Proclaim: WireHeaderOnly;
  readonly Leader: WireLeader;
  readonly Resign: WireHeaderOnly;
  readonly Status: WireStatus;
  readonly HashKV: WireHashKv;
  readonly Alarm: WireAlarms;
  readonly MemberList: WireMemberList & WireMembers;
  readonly MemberAdd: WireAddedMember;
  readonly MemberUpdate: WireMembers;
  readonly MemberRemove: WireMembers;
  readonly MemberPromote: WireMembers;
  readonly MoveLeader: WireHeaderOnly;
  readonly Defragment: WireHeaderOnly;
}

/** Methods whose answers come as a stream, likewise. */
export interface WireStreams {
  readonly LeaseKeepAlive: WireLeaseKeepAlive;
  readonly Watch: WireWatch;
}

/** Methods that are asked once and answered with a stream. */
export interface WireDownloads {
  readonly Snapshot: WireSnapshot;
}
