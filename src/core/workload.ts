import type { Checker } from "./checker.js";
import type { FullClient } from "./client.js";
import type { Clock } from "./clock.js";
import type { Input, ResponseHeader } from "./operation.js";
import type { Random } from "./random.js";

export interface Answer<Output> {
  readonly output: Output;
  /** Of the last answer that the operation got. */
  readonly header?: ResponseHeader;
}

/** What one worker thread does. Kept by its thread for the whole run, across processes. */
export interface Thread<I extends Input = Input, Output = unknown> {
  /** Called when the operation is about to be invoked. Its choices come from the seed alone. */
  next(): I;
  /** Told of each ok answer, so that a later operation can build on it. */
  saw?(input: I, output: Output): void;
  /** Told of each operation that did not take effect, or of which nobody knows. */
  missed?(input: I, outcome: "fail" | "info"): void;
  /** What it was told before need not hold any more, not even that revisions name what they did. */
  forget?(): void;
}

/** What an operation may use that takes longer than one answer. */
export interface InvokeContext {
  /** The run's, by which it may wait. */
  readonly clock: Clock;
  /** Aborted when the load is over: whatever waits then comes to its end. */
  readonly over: AbortSignal;
  /** Records at once what it was told on its way, such as an event of a watch. Plain JSON. */
  tell(part: unknown): void;
}

export interface ThreadContext {
  readonly thread: number;
  readonly threads: number;
  readonly random: Random;
}

/**
 * What clients do, and which checkers judge it. Made anew for each run, since it may keep state
 * that its threads share. Members are methods, so that a workload of any operation type can stand
 * where Workload is asked for: the runner hands it only the operations that it made itself.
 */
export interface Workload<I extends Input = Input, Output = unknown> {
  readonly name: string;
  /** Kinds of operation (`f`): the coverage gate wants each of them to have ended ok. */
  readonly kinds: readonly string[];
  /** Rare ones that older versions did not have: where there is any, one must have ended ok. */
  readonly newerKinds?: readonly string[];
  thread(context: ThreadContext): Thread<I, Output>;
  invoke(client: FullClient, input: I, context: InvokeContext): Promise<Answer<Output>>;
  /**
   * A client that was let down by its node goes on with the next one, as those do that know all
   * endpoints. Default: a thread stays with its node.
   */
  readonly failsOver?: boolean;
  /**
   * Others may compact while it goes on: none of its operations asks for an old revision, of its own
   * accord or through a watch, and its checkers expect no compaction. Default: it must not be done.
   */
  readonly toleratesCompaction?: true;
  /**
   * The cluster may be set back to an older state while it goes on. Each operation is one RPC, sent
   * half a second after it was invoked at the latest; an answer without a header is a refusal; what
   * an answered one did is in a snapshot or not as `isInSnapshot` says; its threads `forget` all that
   * they know of the cluster. Default: it must not be done.
   */
  readonly toleratesRewind?: true;
  /**
   * Whether an operation is in a snapshot, by the revisions that its answer names and that the
   * snapshot goes up to; undefined where they do not tell. Default: where the answer's is not newer.
   */
  isInSnapshot?(input: I, revisions: SnapshotRevisions): boolean | undefined;
  /** Why it must not be set back, as the end of a sentence; undefined where it may, or nobody asked. */
  readonly whyNoRewind?: string;
  /**
   * Clients add and remove members: those whom nobody starts, so that no vote is at stake. Whatever
   * else adds or removes members would be in their way. Default: they are given once and for all.
   */
  readonly changesMembers?: true;
  /** What it asks for is known to etcd since this version, such as "3.4". */
  readonly leastVersion?: string;
  /** A failed read-only operation counts as `fail`, whatever the error: it has no effect. */
  isReadOnly(input: I): boolean;
  /** The reads after healing, and the node that each is to be asked of. */
  finalOperations(nodes: readonly string[]): Iterable<{ readonly node: string; readonly input: I }>;
  readonly checkers: Readonly<Record<string, Checker<I, Output>>>;
  /** Two of its checkers that judge the same thing by different means, to be compared. */
  readonly opinions?: Opinions;
}

export interface SnapshotRevisions {
  /** In the header of the operation's answer. */
  readonly told: number;
  /** The newest in the snapshot. */
  readonly snapshot: number;
}

/** Names of checkers. */
export interface Opinions {
  /** The judge, by values and times alone. */
  readonly first: string;
  /** By what etcd says of itself. */
  readonly second: string;
}
