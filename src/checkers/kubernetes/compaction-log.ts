import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import { type KubernetesOperation, pageOf } from "./kubernetes-operation.js";
import type { Trouble } from "./trouble.js";

/** A compaction, at the event at which it was asked for or acknowledged. */
interface Reached {
  readonly event: number;
  readonly revision: number;
  readonly by: Operation;
}

/** Which compactions there were, and whether what etcd says of old revisions agrees with them. */
export class CompactionLog {
  /** Ever larger revisions, in the order of events. */
  readonly #asked: Reached[] = [];
  #acknowledged: readonly Reached[] | undefined;
  readonly #answers: Reached[] = [];

  /** In the order of their calls. */
  add(operation: KubernetesOperation): void {
    const { input, index, completedIndex, outcome } = operation;
    if (input.f !== "compact") return;
    const { revision } = input;
    if (outcome.type !== "fail" && !isRefused(operation)) {
      raise(this.#asked, { event: index, revision, by: operation });
    }
    if (outcome.type === "ok" && completedIndex !== undefined && !isRefused(operation)) {
      this.#answers.push({ event: completedIndex, revision, by: operation });
    }
  }

  /** When all were added. */
  *troublesOf(operation: KubernetesOperation): Generator<Trouble> {
    const { input, index, completedIndex = Infinity, outcome } = operation;
    if (input.f !== "list" && input.f !== "compact") return;
    if (input.revision === undefined || outcome.type !== "ok") return;
    const asked = `${who(operation)} ${input.f === "list" ? "listed" : "compacted"} at revision ${input.revision}`;
    if ("refused" in outcome.output) {
      if (outcome.output.refused === "future") {
        yield {
          message: `${asked}, which it had been told of, and was told that it is to come`,
          operations: [operation],
        };
        return;
      }
      const reached = lastBefore(this.#asked, completedIndex)?.revision ?? 0;
      // A compaction at the same revision refuses another, but not a list.
      if (input.f === "list" ? reached > input.revision : reached >= input.revision) return;
      yield {
        message: `${asked} and was told that it is compacted, although nobody had asked for that`,
        operations: [operation],
      };
    } else if (pageOf(operation)) {
      const done = lastBefore(this.#inOrder(), index);
      if (!done || done.revision <= input.revision) return;
      yield {
        message: `${asked} and was answered, although ${who(done.by)} had compacted at ${done.revision}`,
        operations: [done.by, operation],
      };
    }
  }

  #inOrder(): readonly Reached[] {
    if (!this.#acknowledged) {
      const rising: Reached[] = [];
      for (const reached of this.#answers.sort((a, b) => a.event - b.event)) raise(rising, reached);
      this.#acknowledged = rising;
    }
    return this.#acknowledged;
  }
}

function isRefused({ outcome }: KubernetesOperation): boolean {
  return outcome.type === "ok" && "refused" in outcome.output;
}

function raise(rising: Reached[], reached: Reached): void {
  if (reached.revision > (rising.at(-1)?.revision ?? 0)) rising.push(reached);
}

/** The last of what came before the event. */
function lastBefore(rising: readonly Reached[], event: number): Reached | undefined {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle]?.event ?? Infinity) >= event) high = middle;
    else low = middle + 1;
  }
  return rising[low - 1];
}
