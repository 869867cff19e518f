import type { CompactInput, WatchWorkloadInput, WatchWorkloadOutput } from "./watch-input.js";

/** What the threads of a run know of the store together: where it is worth while to watch from. */
export class StoreKnowledge {
  /** The newest revision that any answer told of. */
  head = 1;
  /** The newest revision that a compaction reached for certain; 0 for none. */
  compacted = 0;
  /** The newest that was asked to be compacted, whatever came of it. */
  compactionAsked = 0;
  /** The newest revision at which a key is known to have been deleted; 0 for none. */
  tombstone = 0;

  ask({ revision }: CompactInput): void {
    this.compactionAsked = Math.max(this.compactionAsked, revision);
  }

  learn(input: WatchWorkloadInput, output: WatchWorkloadOutput): void {
    if ("told" in output) {
      for (const { next = 0, compacted = 0 } of output.told) {
        this.head = Math.max(this.head, next - 1);
        this.compacted = Math.max(this.compacted, compacted);
      }
    } else if ("deleted" in output) {
      this.head = Math.max(this.head, output.revision ?? 0);
      if (output.deleted.length > 0) this.tombstone = output.revision ?? 0;
    } else if (input.f === "compact" && "compacted" in output && output.compacted) {
      this.compacted = Math.max(this.compacted, input.revision);
    } else if ("found" in output) {
      for (const { modRevision } of output.found) this.head = Math.max(this.head, modRevision);
    }
  }
}
