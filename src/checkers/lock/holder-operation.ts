import type { Operation } from "../../core/operation.js";

/** What whoever holds a lock, or leads an election, can show: its own key, and what that hangs on. */
export interface Holder {
  readonly key: string;
  /** A decimal string. */
  readonly lease: string;
  /** Of the key. Elections tell it, locks do not. */
  readonly createRevision?: number;
}

/**
 * What clients ask for around locks and elections. `name` is the lock's or the election's; each has
 * one resource, which its holders read and write. Every value is written once in a run.
 */
export type HolderInput =
  /** Seconds. */
  | { readonly f: "grant"; readonly ttl: number }
  | { readonly f: "lock"; readonly name: string; readonly lease: string }
  | {
      readonly f: "campaign";
      readonly name: string;
      readonly lease: string;
      readonly value: number;
    }
  /** Of the resource. Without a holder by somebody who only looks. */
  | { readonly f: "read"; readonly name: string; readonly by?: Holder }
  /** Of the resource; the client is held up so long before it sends it. */
  | {
      readonly f: "write";
      readonly name: string;
      readonly by: Holder;
      readonly value: number;
      readonly heldUpMs: number;
    }
  | {
      readonly f: "proclaim";
      readonly name: string;
      readonly by: Holder;
      readonly value: number;
    }
  /** Who holds it: the oldest of its keys. */
  | { readonly f: "owner" | "leader"; readonly name: string }
  | { readonly f: "keepalive"; readonly lease: string }
  | { readonly f: "unlock" | "resign"; readonly name: string; readonly by: Holder }
  | { readonly f: "revoke"; readonly lease: string };

/** Text only where it is something that no client can have written, null where there is nothing. */
export type ResourceValue = number | string | null;

export type HolderOutput =
  | { readonly type: "granted"; readonly lease: string; readonly ttl: number }
  | { readonly type: "held"; readonly holder: Holder }
  /** `revision` is the store's at that moment; `modRevision` is 0 where there is nothing. */
  | {
      readonly type: "found";
      readonly value: ResourceValue;
      readonly modRevision: number;
      readonly revision: number;
    }
  | { readonly type: "written"; readonly revision: number }
  /** The fence: whoever asked does not hold it any more, and nothing was done. */
  | { readonly type: "refused" }
  | {
      readonly type: "owner";
      readonly key: string;
      readonly createRevision: number;
      readonly revision: number;
    }
  | { readonly type: "nobody" }
  /** 0 where there is no such lease (any more). */
  | { readonly type: "renewed"; readonly ttl: number }
  /** Whether or not there was still something to let go of. */
  | { readonly type: "released" };

export type HolderOperation = Operation<HolderInput, HolderOutput>;

export function outputOf({ outcome }: HolderOperation): HolderOutput | undefined {
  return outcome.type === "ok" ? outcome.output : undefined;
}

/** Words for sentences. */
export interface HolderWords {
  /** "lock". */
  readonly noun: string;
  /** "held" as in "process 3 held lock a". */
  readonly held: string;
  /** "lock key". */
  readonly key: string;
}

export const lockWords: HolderWords = { noun: "lock", held: "held", key: "lock key" };
export const electionWords: HolderWords = { noun: "election", held: "led", key: "leader key" };
