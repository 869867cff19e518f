/**
 * What a user of this library writes: a sequential specification, and what was recorded.
 */

/** What `step` returns where an operation cannot happen in a state. */
export const illegal: unique symbol = Symbol("illegal");
export type Illegal = typeof illegal;

/**
 * A sequential specification. Every function must be pure: the search calls them in any order and
 * as often as it likes. `init` and `step` suffice; the rest makes answers faster or clearer.
 *
 * Where `output` is undefined the operation never returned, so that nobody knows its answer, or
 * it returned nothing.
 */
export interface Model<State, Input, Output> {
  init(): State;

  /**
   * The state after the operation, or `illegal` where no correct system in `state` gives this
   * answer. Never changes `state`. An operation that never returned may be left out altogether, so
   * one that would change nothing here may as well be illegal.
   */
  step(state: State, input: Input, output: Output | undefined): State | Illegal;

  /**
   * The part of the system that an operation is about, such as its key. Parts must be independent
   * of each other; each is searched by itself, which is far cheaper. Default: one part.
   */
  partition?(input: Input): string;

  /**
   * Whether two states behave alike. Default: equal by structure, for which states must be plain
   * data: numbers, strings, arrays, plain objects, maps, sets.
   */
  equal?(a: State, b: State): boolean;

  /** To be fast with `equal`: equal states must have equal hashes. Without it states are compared in turn. */
  hash?(state: State): string | number;

  /**
   * True only where the operation, if legal in a state, leaves that state as it is, whatever the
   * state. Spares much work. A write of the value that happens to be there does not count.
   */
  readOnly?(input: Input, output: Output | undefined): boolean;

  /**
   * False only where no sequence of operations that do not reset (`resets`) can lead from `state`,
   * in which the operation is illegal, to a state in which it is legal. Lets the search turn back
   * early where states only grow: a text that is appended to, a counter. Default: true.
   */
  mayStillAllow?(state: State, input: Input, output: Output | undefined): boolean;

  /** Must be true for each operation that `mayStillAllow` does not reckon with. Default: false. */
  resets?(input: Input): boolean;

  /**
   * The value that the operation overwrites the state with, for registers. Together with `observes`
   * this keeps counterexamples telling: see minimise.ts. Undefined: it overwrites nothing.
   */
  produces?(input: Input, output: Output | undefined): string | number | undefined;

  /**
   * The value that the operation found, for registers; of one that never returned, the value that
   * it would need. Null: it depends on the state, but on no one value ("it did not hold 5").
   * Undefined: it does not depend on the state.
   */
  observes?(input: Input, output: Output | undefined): string | number | null | undefined;

  /**
   * For registers: says so, and what each operation does to one. Histories in which no value that
   * was found was written twice are then decided in no time: engines/zones/.
   */
  readonly register?: RegisterView<Input, Output> | undefined;

  /** For models whose states carry a revision, such as etcd's: engines/sweep.ts. */
  readonly revisions?: RevisionView<Input, Output> | undefined;

  /** For locks: engines/mutex.ts. */
  readonly mutex?: MutexView<Input, Output> | undefined;

  /** For sets that only grow and are read as a whole: engines/set.ts. */
  readonly set?: SetView<Input, Output> | undefined;

  /** For queues that are first in, first out: engines/fifo-queue/. */
  readonly queue?: QueueView<Input, Output> | undefined;

  /**
   * Where another thread can get this model. Without it the search that serves any model keeps to
   * one thread, since functions cannot be sent to another.
   */
  readonly origin?: ModelOrigin | undefined;

  describeOperation?(input: Input, output: Output | undefined): string;
  describeState?(state: State): string;
  /** Why `step` says illegal here, as a clause such as "it read 4, but the key held 5". */
  explain?(state: State, input: Input, output: Output | undefined): string;
}

/** A module, as a URL (`import.meta.url` in its own file), and the name that it exports a model by. */
export interface ModelOrigin {
  readonly module: string;
  readonly name: string;
}

/** A model as a register: what it holds is one of these values, and all that ever matters is which. */
export interface RegisterView<Input, Output> {
  readonly initial: string | number;
  /**
   * What the operation does; it must be legal in exactly the states that this says. Undefined: that
   * cannot be said in these terms, and the part that it is in is searched like any other. Never
   * asked about operations that are `readOnly` and never returned.
   */
  classify(input: Input, output: Output | undefined): RegisterAction | undefined;
}

export type RegisterAction =
  /** Legal where the register holds `value`, which it leaves there. */
  | { readonly kind: "read"; readonly value: string | number }
  /** Legal everywhere. */
  | { readonly kind: "write"; readonly value: string | number }
  /** Legal where the register holds `from`, and did replace it. One that was refused only looks. */
  | { readonly kind: "cas"; readonly from: string | number; readonly to: string | number }
  /** Legal where the register holds anything but `value`, which it leaves there. */
  | { readonly kind: "differs"; readonly value: string | number }
  /** Legal everywhere, and leaves everything as it is. */
  | { readonly kind: "nothing" };

/**
 * A model whose states carry a revision, a whole number that only grows. Every operation that
 * returned tells the one that it left or found, so that all their orders agree, but for those that
 * look at one revision.
 */
export interface RevisionView<Input, Output> {
  /**
   * Undefined: that cannot be said of it, and the part that it is in is searched like any other.
   * Asked of operations that returned.
   */
  classify(input: Input, output: Output | undefined): RevisionAction | undefined;
}

export interface RevisionAction {
  readonly at: number;
  /**
   * True: legal only in states of a smaller revision than `at`, and leads to one of revision `at`.
   * False: legal only in states of revision `at`, whose behaviour it leaves as it is.
   */
  readonly moves: boolean;
  /** True: it leads to the same state from every state in which it is legal. Default: false. */
  readonly overwrites?: boolean;
}

/** A lock, free at first. Who holds it must not matter. */
export interface MutexView<Input, Output> {
  /**
   * "acquire" is legal where it is free and leaves it held, "release" the other way round, whether
   * it returned or not. Undefined: it is neither, and the part is searched like any other.
   */
  classify(input: Input, output: Output | undefined): "acquire" | "release" | undefined;
}

/** A set, empty at first, from which nothing is ever removed. */
export interface SetView<Input, Output> {
  /** Undefined: none of these. Never asked about operations that are `readOnly` and never returned. */
  classify(input: Input, output: Output | undefined): SetAction | undefined;
}

export type SetAction =
  /** Legal everywhere; does nothing where the element is there already. */
  | { readonly kind: "add"; readonly element: string | number }
  /** Legal where the set holds these elements and no other; each is named once. */
  | { readonly kind: "read"; readonly elements: readonly (string | number)[] }
  /** Legal everywhere, and leaves everything as it is. */
  | { readonly kind: "nothing" };

/** A queue, empty at first. */
export interface QueueView<Input, Output> {
  /** Undefined: none of these. Never asked about operations that are `readOnly` and never returned. */
  classify(input: Input, output: Output | undefined): QueueAction | undefined;
}

export type QueueAction =
  /** Legal everywhere. */
  | { readonly kind: "enqueue"; readonly value: string | number }
  /** Takes what was enqueued first of all that is there; legal where that is `value`. It returned. */
  | { readonly kind: "dequeue"; readonly value: string | number }
  /** Takes what was enqueued first if there is anything; nobody knows what. It never returned. */
  | { readonly kind: "dequeueUnknown" }
  /** Legal where nothing is in the queue. */
  | { readonly kind: "empty" }
  /** Legal everywhere, and leaves everything as it is. */
  | { readonly kind: "nothing" };

/**
 * An operation as recorded. Times are numbers of any unit; `call` <= `return`. Where a call and a
 * return have the same time the call counts as first: operations that touch are concurrent.
 */
export interface Operation<Input, Output> {
  readonly input: Input;
  readonly output?: Output | undefined;
  readonly call: number;
  /** Undefined: it never returned. It may take effect at any time after its call, or never. */
  readonly return?: number | undefined;
}
