import type { MembershipClient } from "./client.js";

/**
 * What an operator may ask of a member, over a connection of its own. Each call is one RPC with a
 * deadline, never repeated, and rejects with RequestError where etcd does not comply, and with
 * nothing else. Ids are decimal strings.
 */
export interface OperatorClient extends MembershipClient {
  readonly node: string;
  /** Refused with "in sync" where the learner is too far behind. */
  promoteMember(id: string): Promise<void>;
  /** To be asked of the leader itself. */
  moveLeader(toId: string): Promise<void>;
  /** Rewrites the member's database; it answers nobody meanwhile. */
  defragment(): Promise<void>;
  /**
   * The member's whole database, with a SHA-256 of all that goes before at its end. Each piece is
   * handed over as it comes, in order; resolves once etcd says that nothing is left to come.
   */
  saveSnapshot(take: (piece: Uint8Array) => void): Promise<void>;
  raiseAlarm(alarm: "NOSPACE" | "CORRUPT", memberId: string): Promise<void>;
  disarm(alarm: "NOSPACE" | "CORRUPT", memberId: string): Promise<void>;
  close(): void;
}
