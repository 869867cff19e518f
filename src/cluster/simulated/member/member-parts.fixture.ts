import type { KeyValue, TxnOperation, WatchEvent, WatchResponse } from "../../../core/client.js";
import type { Timer } from "../scheduler.js";
import { Store } from "../store/store.js";
import type { WatchedStore } from "./watcher.js";

/** Timers that fire when the test lets time pass. */
export class Timers {
  nowMs = 0;
  #waiting: { readonly atMs: number; readonly act: () => void }[] = [];

  readonly after = (ms: number, act: () => void): Timer => {
    const timer = { atMs: this.nowMs + ms, act };
    this.#waiting.push(timer);
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== timer);
      },
    };
  };

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#waiting
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((one, other) => one.atMs - other.atMs);
      if (!next) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.nowMs = next.atMs;
      next.act();
    }
    this.nowMs = untilMs;
  }
}

export type Write = { readonly put: string; readonly value?: string } | { readonly delete: string };

export interface WritableStore extends WatchedStore {
  /** All of it in one revision, if it changes anything. */
  write(...writes: readonly Write[]): void;
  compact(revision: number): void;
}

/** The history of a few keys, as plainly as can be. */
export class SmallStore implements WritableStore {
  compactRevision = 0;
  readonly #keys = new Map<string, KeyValue>();
  readonly #history: WatchEvent[][] = [];

  get revision(): number {
    return this.#history.length + 1;
  }

  write(...writes: readonly Write[]): void {
    const revision = this.revision + 1;
    const events = writes.flatMap((write) => {
      const event = "put" in write ? this.#put(write, revision) : this.#delete(write, revision);
      return event ? [event] : [];
    });
    if (events.length > 0) this.#history.push(events);
  }

  compact(revision: number): void {
    this.compactRevision = revision;
  }

  eventsOf(revision: number): readonly WatchEvent[] {
    if (revision < this.compactRevision) throw new Error(`revision ${revision} is compacted`);
    return this.#history[revision - 2] ?? [];
  }

  #put({ put: key, value = "" }: { put: string; value?: string }, revision: number): WatchEvent {
    const prevKv = this.#keys.get(key);
    const kv = {
      key,
      value,
      createRevision: prevKv?.createRevision ?? revision,
      modRevision: revision,
      version: (prevKv?.version ?? 0) + 1,
      lease: "0",
    };
    this.#keys.set(key, kv);
    return { type: "put", kv, ...(prevKv && { prevKv }) };
  }

  #delete({ delete: key }: { delete: string }, modRevision: number): WatchEvent | undefined {
    const prevKv = this.#keys.get(key);
    if (!prevKv) return undefined;
    this.#keys.delete(key);
    const kv = { key, value: "", createRevision: 0, modRevision, version: 0, lease: "0" };
    return { type: "delete", kv, prevKv };
  }
}

/** A member's own store. */
export class RealStore implements WritableStore {
  readonly #store = Store.empty(new Set());

  get revision(): number {
    return this.#store.revision;
  }

  get compactRevision(): number {
    return this.#store.compactRevision;
  }

  write(...writes: readonly Write[]): void {
    const success = writes.map((write): TxnOperation => {
      if ("delete" in write) return { type: "delete-range", request: { key: write.delete } };
      return { type: "put", request: { key: write.put, value: write.value ?? "" } };
    });
    this.#store.apply({ type: "txn", request: { compare: [], success, failure: [] } });
  }

  compact(revision: number): void {
    this.#store.apply({ type: "compact", revision });
  }

  eventsOf(revision: number): readonly WatchEvent[] {
    return this.#store.eventsOf(revision);
  }
}

/** One line for each answer. */
export function lineOf(response: WatchResponse): string {
  const { watchId, created, canceled, compactRevision, fragment, events, header } = response;
  const told = events.map(({ type, kv }) => `${type} ${kv.key}@${kv.modRevision}`).join(", ");
  if (created) return `${watchId} created${canceled ? " and canceled" : ""}`;
  if (canceled) {
    return `${watchId} canceled${compactRevision > 0 ? ` below ${compactRevision}` : ""}`;
  }
  if (told === "") return `${watchId} progress ${header.revision}`;
  return `${watchId} ${told}${fragment ? " ..." : ""}`;
}
