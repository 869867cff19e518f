import type { UnknownReason } from "../budget.js";

/** What decides parts; each is explained in the file, or folder, of that name. */
export type EngineName =
  "zones" | "sweep" | "mutex" | "set" | "fifo-queue" | "register-search" | "general-search";

/** How the attempt to decide a part ended. */
export type SearchEnd =
  | { readonly outcome: "valid"; readonly order: Int32Array }
  /** See `SteppedSearch.reached`. */
  | { readonly outcome: "invalid"; readonly reached: number }
  | { readonly outcome: "unknown"; readonly reason: UnknownReason };

export interface SearchCost {
  readonly engine: EngineName;
  /** Configurations that a search looked at. */
  readonly visited: number;
  /** The most memory that it used at a time, estimated. */
  readonly bytes: number;
  readonly elapsedMs: number;
}
