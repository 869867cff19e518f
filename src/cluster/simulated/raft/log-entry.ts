/** One place in the replicated log. Shared among members, so never changed. */
export interface Entry<Data> {
  readonly term: number;
  /** From 1. */
  readonly index: number;
  /** Undefined in the entry that each new leader begins with. */
  readonly data: Data | undefined;
}

/** What a member had applied up to `index`, for one that fell behind. */
export interface Snapshot<State> {
  readonly index: number;
  readonly term: number;
  readonly state: State;
}
