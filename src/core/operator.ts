import type { ListedMember } from "./client.js";

/** A member with where the others reach it. */
export interface OperatedMember extends ListedMember {
  readonly peerUrls: readonly string[];
}

/**
 * What an operator may ask of a member, over a connection of its own. Each call is one RPC with a
 * deadline, never repeated, and rejects with RequestError where etcd does not comply, and with
 * nothing else. Ids are decimal strings.
 */
export interface OperatorClient {
  readonly node: string;
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
  removeMember(id: string): Promise<void>;
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
