import type { Random } from "../../../core/random.js";
import type { Scheduler } from "../scheduler.js";
import type { Entry } from "./log-entry.js";

export interface RaftDiskOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly syncMs: { readonly least: number; readonly most: number };
  /** To the process, when it can look at it. */
  readonly deliver: (act: () => void) => void;
}

/** A term, and for whom this member voted in it. */
interface Ballot {
  readonly term: number;
  readonly vote: string | undefined;
}

/**
 * The log and the vote of a member, which outlive its process. What is written is there for the
 * next process; what is synced is there after a power failure.
 */
export class RaftDisk<Data> {
  readonly #options: RaftDiskOptions;
  #entries: Entry<Data>[] = [];
  /** The last entry that is no longer here. */
  #base = { index: 0, term: 0 };
  #ballot: Ballot = { term: 0, vote: undefined };
  #syncedBallot: Ballot = { term: 0, vote: undefined };
  #syncedIndex = 0;
  #waiting: (() => void)[] = [];
  #isSyncing = false;
  /** The process that writes: what an earlier one waits for never comes. */
  #process = 0;

  constructor(options: RaftDiskOptions) {
    this.#options = options;
  }

  get ballot(): Ballot {
    return this.#ballot;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get syncedIndex(): number {
    return this.#syncedIndex;
  }

  /** The lowest index whose term is known. */
  get baseIndex(): number {
    return this.#base.index;
  }

  /** Undefined where the entry is not here (any more). */
  termAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.term;
    return this.#entries[index - this.#base.index - 1]?.term;
  }

  /** Entries from `from` on, to `to` at most, both inclusive. */
  slice(from: number, to: number): readonly Entry<Data>[] {
    const start = from - this.#base.index - 1;
    return this.#entries.slice(Math.max(0, start), to - this.#base.index);
  }

  setBallot(ballot: Ballot): void {
    this.#ballot = ballot;
  }

  append(entries: readonly Entry<Data>[]): void {
    for (const entry of entries) this.#entries.push(entry);
  }

  /** Drops all entries above `index`. */
  truncate(index: number): void {
    this.#entries.length = Math.max(0, Math.min(this.#entries.length, index - this.#base.index));
    this.#syncedIndex = Math.min(this.#syncedIndex, index);
  }

  /** Drops all entries up to `index`, which were applied. */
  compact(index: number): void {
    const term = this.termAt(index);
    if (term === undefined || index <= this.#base.index) return;
    this.#entries.splice(0, index - this.#base.index);
    this.#base = { index, term };
  }

  /** Begins anew behind a snapshot, which is on the disk as a whole when this returns. */
  install(index: number, term: number): void {
    this.#entries = [];
    this.#base = { index, term };
    this.#syncedIndex = index;
  }

  /** Calls `done` when all that is written now is synced. One sync is under way at a time. */
  sync(done: () => void): void {
    this.#waiting.push(done);
    if (!this.#isSyncing) this.#begin();
  }

  /** The process died: what it wrote is there, and in time on the disk itself. */
  crash(): void {
    this.#forgetProcess();
    this.#syncedIndex = this.lastIndex;
    this.#syncedBallot = this.#ballot;
  }

  /** All that was not synced is gone. */
  powerFailure(): { readonly lostEntries: number } {
    this.#forgetProcess();
    const lostEntries = this.lastIndex - this.#syncedIndex;
    this.truncate(this.#syncedIndex);
    this.#ballot = this.#syncedBallot;
    return { lostEntries };
  }

  #begin(): void {
    const { scheduler, random, syncMs, deliver } = this.#options;
    const done = this.#waiting;
    const process = this.#process;
    const upTo = this.lastIndex;
    const term = this.termAt(upTo);
    const ballot = this.#ballot;
    this.#waiting = [];
    this.#isSyncing = true;
    const ms = syncMs.least + random.fraction() * (syncMs.most - syncMs.least);
    scheduler.after(ms * 1e6, () => {
      if (process !== this.#process) return;
      this.#isSyncing = false;
      // What was replaced meanwhile is not what was synced.
      if (upTo <= this.lastIndex && this.termAt(upTo) === term) {
        this.#syncedIndex = Math.max(this.#syncedIndex, upTo);
      }
      this.#syncedBallot = ballot;
      if (this.#waiting.length > 0) this.#begin();
      for (const act of done) {
        deliver(() => {
          if (process === this.#process) act();
        });
      }
    });
  }

  #forgetProcess(): void {
    this.#process += 1;
    this.#waiting = [];
    this.#isSyncing = false;
  }
}
