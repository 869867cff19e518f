import { appliesEarly, type Bugs } from "../bugs.js";
import type { Entry, Snapshot } from "../raft/log-entry.js";
import type { Applied, Command } from "../store/command.js";
import type { Store } from "../store/store.js";

/**
 * What is in the log. Members share the object: whoever proposed it knows it again when it is
 * applied, and nobody changes it.
 */
export interface Proposal {
  readonly command: Command;
  /** The member that asks for it. */
  readonly by: string;
}

/** What a member has applied. Kept by its machine, as etcd's backend is by its disk. */
export interface AppliedState {
  store: Store;
  index: number;
  /** What made it of `base`, in the order of the log: kept where a bug may take it back. */
  readonly journal: (Proposal | undefined)[];
  base: { readonly store: Store; readonly index: number };
}

export interface ApplierOptions {
  readonly self: string;
  readonly members: readonly string[];
  readonly state: AppliedState;
  readonly bugs: Bugs;
  /** Each proposal that took effect here, with its answer, at the moment when it may be told. */
  readonly onApplied: (proposal: Proposal, applied: Applied) => void;
  /** The store is another than before. */
  readonly onChange: () => void;
}

interface Early {
  readonly entry: Entry<Proposal>;
  readonly applied: Applied | undefined;
}

/** Applies what the log has committed to the store, in order, each entry once. */
export class Applier {
  readonly #options: ApplierOptions;
  readonly #state: AppliedState;
  /** Applied though they are not committed: only where a bug is planted. */
  #early: Early[] = [];
  #puts = 0;
  readonly #waiting: { readonly index: number; readonly act: () => void }[] = [];

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  get store(): Store {
    return this.#state.store;
  }

  get index(): number {
    return this.#state.index;
  }

  /** Calls `act` as soon as everything up to `index` is applied. */
  whenApplied(index: number, act: () => void): void {
    if (index <= this.#state.index) act();
    else this.#waiting.push({ index, act });
  }

  commit(entries: readonly Entry<Proposal>[]): void {
    const { onApplied } = this.#options;
    for (const entry of entries) {
      const early = this.#early[0]?.entry === entry ? this.#early.shift() : undefined;
      if (!early) this.#takeBackEarly();
      const applied = early ? early.applied : this.#apply(entry);
      this.#state.index = entry.index;
      // After each of them: a watch must be told of a change before what compacts it away.
      if (entry.data) this.#options.onChange();
      if (entry.data && applied) onApplied(entry.data, applied);
    }
    this.#wake();
  }

  /** A leader has these in its own log, and no more than that. */
  appended(entries: readonly Entry<Proposal>[]): void {
    const { bugs, onApplied, onChange } = this.#options;
    // bug dirty-read, lost-write, watch-event-before-commit: applied before they are committed
    if (!appliesEarly(bugs)) return;
    for (const entry of entries) {
      const next = this.#state.index + this.#early.length + 1;
      if (entry.index !== next) return;
      const applied = this.#apply(entry);
      this.#early.push({ entry, applied });
      // bug lost-write: told before it is committed
      if (bugs.has("lost-write") && entry.data && applied) onApplied(entry.data, applied);
    }
    // bug watch-event-before-commit: watches are served from what may be taken back
    if (bugs.has("watch-event-before-commit")) onChange();
  }

  restore({ index, state }: Snapshot<Store>): void {
    this.#early = [];
    this.#state.store = state.clone();
    this.#state.index = index;
    this.#state.journal.length = 0;
    this.#state.base = { store: state.clone(), index };
    this.#options.onChange();
    this.#wake();
  }

  /** What was applied above `index` is no longer in the log. */
  rewind(index: number): void {
    if (index >= this.#state.index + this.#early.length) return;
    this.#early = [];
    this.#rebuild(Math.min(index, this.#state.index));
  }

  #apply({ data, index }: Entry<Proposal>): Applied | undefined {
    const { bugs } = this.#options;
    // Whatever may be taken back must be known again.
    if (bugs.size > 0) this.#state.journal[index - this.#state.base.index - 1] = data;
    if (!data) return undefined;
    return this.#state.store.apply(this.#asAppliedHere(data.command));
  }

  #asAppliedHere(command: Command): Command {
    const { bugs, self, members } = this.#options;
    if (command.type !== "put" || !bugs.has("diverging-member")) return command;
    // bug diverging-member: the last member keeps the old value at every twentieth put
    this.#puts += 1;
    const isHere = self === members.at(-1) && this.#puts % 20 === 0;
    const { kvs } = rangeOf(this.#state.store, command.request.key);
    const [before] = kvs;
    if (!isHere || !before) return command;
    return { type: "put", request: { ...command.request, value: before.value } };
  }

  #takeBackEarly(): void {
    if (this.#early.length === 0) return;
    this.#early = [];
    this.#rebuild(this.#state.index);
  }

  #rebuild(index: number): void {
    const { base, journal } = this.#state;
    const kept = Math.max(0, index - base.index);
    journal.length = Math.min(journal.length, kept);
    this.#state.store = base.store.clone();
    for (const proposal of journal) if (proposal) this.#state.store.apply(proposal.command);
    this.#state.index = index;
  }

  #wake(): void {
    const { index } = this.#state;
    if (this.#waiting.length === 0) return;
    const ready = this.#waiting.filter((waiting) => waiting.index <= index);
    if (ready.length === 0) return;
    const left = this.#waiting.filter((waiting) => waiting.index > index);
    this.#waiting.splice(0, this.#waiting.length, ...left);
    for (const { act } of ready) act();
  }
}

function rangeOf(store: Store, key: string) {
  const found = store.range({ key });
  return "error" in found ? { kvs: [] } : found;
}
