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
