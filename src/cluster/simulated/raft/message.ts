import type { Entry, Snapshot } from "./log-entry.js";

/** What members say to each other. `term` is the sender's, but for pre-votes. */
export type Message<Data, State> =
  | {
      readonly type: "append";
      readonly term: number;
      readonly prevIndex: number;
      readonly prevTerm: number;
      readonly entries: readonly Entry<Data>[];
      readonly commit: number;
    }
  /** Synced up to `match`; where it does not fit, what to go on from. */
  | {
      readonly type: "appended";
      readonly term: number;
      readonly fits: boolean;
      readonly match: number;
    }
  | {
      readonly type: "heartbeat";
      readonly term: number;
      readonly commit: number;
      /** Of the reads that wait for a quorum. */
      readonly round: number;
    }
  | { readonly type: "alive"; readonly term: number; readonly round: number }
  | {
      readonly type: "ask-vote";
      readonly term: number;
      /** Only whether one would: `term` is the one that would begin, and nothing is promised. */
      readonly isPreVote: boolean;
      readonly lastIndex: number;
      readonly lastTerm: number;
    }
  | {
      readonly type: "vote";
      readonly term: number;
      readonly isPreVote: boolean;
      readonly isGranted: boolean;
    }
  | { readonly type: "snapshot"; readonly term: number; readonly snapshot: Snapshot<State> }
  | { readonly type: "propose"; readonly term: number; readonly data: Data }
  | { readonly type: "ask-read"; readonly term: number; readonly read: number }
  | {
      readonly type: "read";
      readonly term: number;
      readonly read: number;
      readonly index: number;
    };
