/** An operation placed in an order, by its index in the history, and the state after it. */
export interface LinearizationPoint<State> {
  readonly operation: number;
  readonly state: State;
}

/** An operation that cannot come next, and why. */
export interface Stuck {
  readonly operation: number;
  /** A clause such as "it read 4, but the key held 5". */
  readonly reason: string;
}

/** Why a part has no order. Operations are indexes into the history that was checked. */
export interface Counterexample<State> {
  /** A few operations that contradict each other all by themselves, ascending. */
  readonly operations: readonly number[];
  /**
   * Those of them that had not returned yet when the contradiction was complete. They need not have
   * taken effect by then; but if they had, then with the answer that came later.
   */
  readonly pending: readonly number[];
  /**
   * True where none of `operations` may be left out: may-leave-out.ts. False: time ran out. Mostly
   * the times of each matter too: could it have happened at any time or never, the others would
   * have an order. Not always: the first write of a chain of swaps is named so that the second has
   * something to swap, and its times may say no more than those of the second.
   */
  readonly isMinimal: boolean;
  /** In which orders `operations` can be put, and why none of them accounts for all. */
  readonly attempts: Attempts<State>;
  /**
   * An order of the longest beginning of the part that has one, and of as many more operations as
   * can be. Empty where time ran out, or where nothing at all can be placed.
   */
  readonly linearizablePrefix: readonly LinearizationPoint<State>[];
  /** The operations one of which would have to come next, and why it cannot. */
  readonly stuck: readonly Stuck[];
}

export interface Attempts<State> {
  /** Those that come farthest first. */
  readonly shown: readonly Attempt<State>[];
  /** How many more there are. */
  readonly others: number;
  /** False: there are even more than those, too many to count. */
  readonly isComplete: boolean;
}

/** An order of some operations which agrees with time and answers, and after which none can come. */
export interface Attempt<State> {
  readonly order: readonly LinearizationPoint<State>[];
  /** What could come next by its times, but not by its answer. */
  readonly stuck: readonly Stuck[];
  /** What was called only after `waitsFor`, which is not placed, had returned. */
  readonly waiting: readonly { readonly operation: number; readonly waitsFor: number }[];
}
