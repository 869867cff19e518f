import type { FaultEvent, History, LogEvent } from "./history.js";
import type { Input, Operation } from "./operation.js";

/** "unknown" means that the judge could not tell: it never passes and never hides "invalid". */
export type Validity = "valid" | "invalid" | "unknown";

/** One thing that is wrong, with the operations that show it. */
export interface Finding {
  /** One sentence for people. */
  readonly message: string;
  /** Invocation indexes of the operations that show it, in the order to read them. */
  readonly operations: readonly number[];
  /** The argument step by step, in words. */
  readonly explanation?: readonly string[];
  readonly counterexample?: Counterexample;
}

/**
 * Why a set of operations has no order that agrees with its times and its answers. Of bounded size,
 * however long the history is. Operations by their invocation indexes.
 */
export interface Counterexample {
  /** What the operations are about, such as the key. */
  readonly subject: string;
  /** The fewest operations that contradict each other, in words. */
  readonly operations: readonly { readonly index: number; readonly description: string }[];
  /** How many more there are: where time ran out before they could be made few. Default: none. */
  readonly operationsLeftOut?: number;
  /** Which orders of them were tried. Verdicts of older versions do not say. */
  readonly attempts?: Attempts;
  /**
   * The longest run of the part's operations that still can be ordered: each in the order found,
   * with the state after it. The last one is where every attempt got stuck.
   */
  readonly linearizablePrefix: readonly {
    readonly index: number;
    readonly description: string;
    readonly state: string;
  }[];
  /** How many steps of it are left out, the first ones. Default: none. */
  readonly stepsLeftOut?: number;
  /** Operations none of which can come next after that prefix, and why. */
  readonly stuck: readonly { readonly index: number; readonly reason: string }[];
}

/** All ways to put the few operations into an order, each as far as it goes. */
export interface Attempts {
  /** Those that come farthest first. */
  readonly shown: readonly Attempt[];
  /** How many more there are. */
  readonly others: number;
  /** False: there are even more than those. */
  readonly isComplete: boolean;
}

export interface Attempt {
  /** The operations in this order, with the state after each. */
  readonly order: readonly { readonly index: number; readonly state: string }[];
  /** Each of the others, with a sentence that says why it cannot come next. */
  readonly blocked: readonly { readonly index: number; readonly because: string }[];
  /** All of it in words. */
  readonly words: string;
}

export interface Verdict {
  readonly validity: Validity;
  /** One sentence: what was judged and what came out. */
  readonly summary: string;
  readonly findings: readonly Finding[];
  /** Figures for people and programs, such as counts. Plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** How far a checker has come. */
export interface CheckProgress {
  /** Parts that are judged each by itself; 0 for a checker that has none. */
  readonly partitions: number;
  readonly decided: number;
  /** Configurations that searches have looked at. */
  readonly visited: number;
  readonly elapsedMs: number;
}

export interface CheckContext {
  readonly deadlineMs: number;
  readonly memoryMb: number;
  readonly signal?: AbortSignal;
  /** Called as often as is convenient: whoever shows it decides how often. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

export interface Checker<I extends Input = Input, Output = unknown> {
  check(history: History<I, Output>, context: CheckContext): Promise<Verdict> | Verdict;
  /** For a history that is still being made. Undefined where only the whole can be judged. */
  follow?(): Follower<I, Output>;
}

/**
 * Is told of what happens, in the order of the events, and says at once what is wrong for certain.
 * The verdict is `check`'s all the same: it sees the whole.
 */
export interface Follower<I extends Input = Input, Output = unknown> {
  /** Its outcome is not known yet. */
  invoked?(operation: Operation<I, Output>): void;
  completed?(operation: Operation<I, Output>): Finding | undefined;
  faulted?(event: FaultEvent): void;
  logged?(event: LogEvent): Finding | undefined;
}

const badness: Readonly<Record<Validity, number>> = { valid: 0, unknown: 1, invalid: 2 };

/** The validity of the whole: the worst of its parts. */
export function worst(verdicts: readonly { readonly validity: Validity }[]): Validity {
  return verdicts.reduce<Validity>(
    (soFar, { validity }) => (badness[validity] > badness[soFar] ? validity : soFar),
    "valid",
  );
}
