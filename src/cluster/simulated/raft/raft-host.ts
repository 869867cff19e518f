import type { Random } from "../../../core/random.js";
import type { Timer } from "../scheduler.js";
import type { Entry, Snapshot } from "./log-entry.js";
import type { Message } from "./message.js";

/** What the consensus of one member stands on: all its effects go through here. */
export interface RaftHost<Data, State> {
  readonly random: Random;
  /** By this member's own timers, which run at its clock's rate and stand still while it is paused. */
  after(ms: number, act: () => void): Timer;
  /** It may be lost, held up, or overtaken. */
  send(to: string, message: Message<Data, State>): void;
  /** A leader has put these into its own log: nothing is certain yet. */
  appended(entries: readonly Entry<Data>[]): void;
  /** Committed, and synced here: to be applied, in order, each once. */
  commit(entries: readonly Entry<Data>[]): void;
  /** Of all that was committed to this host so far. */
  takeSnapshot(): State;
  /** Replaces all that was applied. */
  restore(snapshot: Snapshot<State>): void;
  /** Entries above it were taken back. Unless a bug is planted none of them was ever committed. */
  rewind(index: number): void;
  /** Called when the leader that it knows, or the term, has changed. */
  leaderChanged(leader: string | undefined, term: number): void;
}

export type ReadIndex =
  /** All that is applied up to here is what a linearizable read must see. */
  { readonly type: "ok"; readonly index: number } | { readonly type: "leader-changed" };

export interface RaftStatus {
  readonly term: number;
  readonly leader: string | undefined;
  readonly commitIndex: number;
  readonly lastIndex: number;
}
