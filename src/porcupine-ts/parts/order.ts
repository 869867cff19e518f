/**
 * What an engine says of a part. "valid" comes with an order of the part's operations, by number:
 * all that returned, and those of the others that it makes use of. "undecided": this engine cannot
 * tell.
 */
export type Decision =
  | { readonly outcome: "valid"; readonly order: Int32Array }
  | { readonly outcome: "invalid" }
  | { readonly outcome: "undecided" };

/**
 * A search that goes on in steps: `run` for a while, look whether there is time and memory left,
 * and `run` again. All that it does is a function of what it was given, never of when it was
 * interrupted.
 */
export interface SteppedSearch {
  /**
   * Goes on for at most about `steps` steps. "found": `order` gives an order. "impossible": there is
   * none. "open": not decided yet.
   */
  run(steps: number): "found" | "impossible" | "open";
  /** After "found". */
  order(): Int32Array;
  /**
   * How many returns, from the first one on, it has accounted for at most so far. After
   * "impossible" no order accounts for the whole; what begins the history with so many returns has
   * one.
   */
  readonly reached: number;
  /** Configurations looked at. */
  readonly visited: number;
  /** Memory in use, estimated. */
  bytes(): number;
  /** Lets other searches have what this one used; it must not be asked anything any more. */
  release?(): void;
}
