import type { OperatedMember } from "../../core/client.js";

/**
 * What clients ask for around the members of their cluster. They add learners alone, which nobody
 * ever starts: nothing depends on those, and no vote is at stake. Each has a number that is used once
 * in a run, and addresses that are its own (learner-address.ts). Ids are decimal strings.
 */
export type MembershipInput =
  | { readonly f: "add"; readonly learner: number; readonly address: string }
  | {
      readonly f: "update";
      readonly learner: number;
      readonly id: string;
      readonly address: string;
    }
  | { readonly f: "remove"; readonly learner: number; readonly id: string }
  /** Not linearizable: as the member knows it by itself, which may be old. */
  | { readonly f: "list"; readonly linearizable: boolean };

export type MembershipOutput =
  | { readonly type: "added"; readonly member: OperatedMember }
  | { readonly type: "done" }
  | { readonly type: "listed"; readonly members: readonly OperatedMember[] };
