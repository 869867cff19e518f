import type { Rewind } from "./rewind.js";

/** The outcome of a probe, with what was seen in a few words. */
export interface Proof {
  readonly holds: boolean;
  readonly evidence: string;
  /** Where the cluster was seen to be set back to an older state. */
  readonly rewind?: Rewind;
}
