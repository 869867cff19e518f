import type { WatchEvent } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import { capital, momentOf, who } from "../words.js";
import { isInRange } from "./key-in-range.js";
import type { WatchReading } from "./watch-reading.js";
import type { WatchMessage } from "./watch-record.js";

/** Why an event cannot be: in words, with the operations that say so. */
export interface NoOrigin {
  readonly kind: "nobody" | "failed" | "before-call" | "elsewhere";
  readonly words: string;
  readonly operations: readonly Operation[];
}

/**
 * Which operation an event comes from. A put is found by its value, which is written once; a
 * deletion by its revision where that was acknowledged, else it needs one of unknown outcome that
 * may have made it.
 */
export class Origins {
  readonly #reading: WatchReading;
  readonly #deletions = new PossibleDeletions();

  constructor(reading: WatchReading) {
    this.#reading = reading;
    for (const { operation, facts } of reading.facts) {
      if (facts.write?.outcome !== "maybe") continue;
      for (const change of facts.write.changes) {
        if (change.type === "delete") this.#deletions.add(operation, change);
      }
    }
  }

  /** Undefined where the event may be. */
  trouble(event: WatchEvent, message: WatchMessage): NoOrigin | undefined {
    if (this.#reading.adapter.isOurs?.(event.kv.key) === false) return undefined;
    return event.type === "put" ? this.#ofPut(event, message) : this.#ofDeletion(event, message);
  }

  #ofPut({ kv }: WatchEvent, message: WatchMessage): NoOrigin | undefined {
    const { log } = this.#reading;
    const write = log.writeOf(kv.value);
    if (!write) return { kind: "nobody", words: "which nobody ever asked for", operations: [] };
    const { operation, facts, key } = write;
    const by = [operation];
    if (key !== kv.key) {
      return {
        kind: "elsewhere",
        words: `which ${who(operation)} wrote to ${key}`,
        operations: by,
      };
    }
    if (operation.index > message.index) return beforeCall(operation);
    if (facts.outcome === "never") {
      return {
        kind: "failed",
        words: `although ${who(operation)} was told that it had failed`,
        operations: by,
      };
    }
    if (facts.outcome === "made") {
      if (facts.revision === kv.modRevision) return undefined;
      const words = `although ${who(operation)} was told that it was revision ${facts.revision}`;
      return { kind: "elsewhere", words, operations: by };
    }
    const writer = log.at(kv.modRevision)?.writer;
    return writer && takenBy(writer, by);
  }

  #ofDeletion({ kv }: WatchEvent, message: WatchMessage): NoOrigin | undefined {
    const { log, adapter } = this.#reading;
    const known = log.at(kv.modRevision);
    if (known?.writer) {
      const { writer } = known;
      const isHis = known.events.some(
        ({ key, type, by }) => key === kv.key && type === "delete" && by === writer,
      );
      if (!isHis) return takenBy(writer, []);
      return writer.index > message.index ? beforeCall(writer) : undefined;
    }
    const mayBe =
      adapter.mayLapse?.(kv.key) === true || this.#deletions.before(message.index, kv.key);
    if (mayBe) return undefined;
    const words = "which nobody who may have deleted it had asked for by then";
    return { kind: "nobody", words, operations: [] };
  }
}

function beforeCall(operation: Operation): NoOrigin {
  const words = `which ${who(operation)} asked for only later, at ${momentOf(operation.invokedAtNs)}`;
  return { kind: "before-call", words, operations: [operation] };
}

function takenBy(writer: Operation, others: readonly Operation[]): NoOrigin {
  const words = `although that revision is known to be all of what ${who(writer)} did`;
  return { kind: "elsewhere", words, operations: [...others, writer] };
}

/** Deletions of unknown outcome: when each key, or range of keys, was first asked to be deleted. */
class PossibleDeletions {
  readonly #keys = new Map<string, number>();
  readonly #ranges = new Map<string, { key: string; rangeEnd: string; first: number }>();

  add(
    { index }: Operation,
    { key, rangeEnd }: { readonly key: string; readonly rangeEnd?: string },
  ): void {
    if (rangeEnd === undefined) {
      if (!this.#keys.has(key)) this.#keys.set(key, index);
      return;
    }
    const name = JSON.stringify([key, rangeEnd]);
    if (!this.#ranges.has(name)) this.#ranges.set(name, { key, rangeEnd, first: index });
  }

  before(index: number, key: string): boolean {
    if ((this.#keys.get(key) ?? Infinity) < index) return true;
    for (const range of this.#ranges.values()) {
      if (range.first < index && isInRange(key, range)) return true;
    }
    return false;
  }
}

/** "Process 1 on n2 asked for it at 1.200 s." */
export function askedInWords(operation: Operation): string {
  return `${capital(who(operation))} asked at ${momentOf(operation.invokedAtNs)}.`;
}
