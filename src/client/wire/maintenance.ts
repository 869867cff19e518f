import type {
  AlarmsResponse,
  HashKvRequest,
  HashKvResponse,
  MemberListResponse,
} from "../../core/client.js";
import type { NodeStatus } from "../../core/cluster.js";
import { decodeHeader, exact, type WireHeader } from "./common.js";

export interface WireStatus {
  readonly header: WireHeader | null;
  readonly version: string;
  readonly dbSize: string;
  readonly leader: string;
  readonly raftIndex: string;
  readonly raftTerm: string;
}

export interface WireHashKv {
  readonly header: WireHeader | null;
  readonly hash: number;
  readonly compact_revision: string;
}

export interface WireSnapshot {
  readonly remaining_bytes: string;
  readonly blob: Buffer;
}

export interface WireAlarms {
  /** An alarm that etcd3 has no name for is a number. */
  readonly alarms: readonly { readonly memberID: string; readonly alarm: string | number }[];
}

export interface WireMemberList {
  readonly header: WireHeader | null;
  readonly members: readonly {
    readonly ID: string;
    readonly name: string;
    readonly isLearner: boolean;
  }[];
}

export function encodeHashKv({ revision = 0 }: HashKvRequest): object {
  return { revision };
}

export function decodeStatus(answer: WireStatus): NodeStatus {
  return {
    memberId: decodeHeader(answer.header).memberId,
    leaderId: answer.leader,
    raftTerm: exact(answer.raftTerm),
    raftIndex: exact(answer.raftIndex),
    version: answer.version,
    dbSizeBytes: exact(answer.dbSize),
  };
}

export function decodeHashKv(answer: WireHashKv): HashKvResponse {
  return {
    header: decodeHeader(answer.header),
    hash: answer.hash,
    compactRevision: exact(answer.compact_revision),
  };
}

export function decodeAlarms({ alarms }: WireAlarms): AlarmsResponse {
  return {
    alarms: alarms.map(({ memberID, alarm }) => ({
      memberId: memberID,
      alarm: String(alarm).toUpperCase(),
    })),
  };
}

export function decodeMemberList({ header, members }: WireMemberList): MemberListResponse {
  return {
    header: decodeHeader(header),
    members: members.map(({ ID, name, isLearner }) => ({ id: ID, name, isLearner })),
  };
}
