import type { Outcome } from "../core/operation.js";

/** What a live line shows. Counted as the run goes on; the history alone is evidence. */
export interface Progress {
  readonly counts: Record<Outcome["type"], number>;
  /** Descriptions of the faults in force, by number. */
  readonly faults: Map<number, string>;
}

export function newProgress(): Progress {
  return { counts: { ok: 0, fail: 0, info: 0 }, faults: new Map() };
}
