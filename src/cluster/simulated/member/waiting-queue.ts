import type { RangeRequest, RangeResponse } from "../../../core/client.js";
import { EtcdRefusal } from "./etcd-refusal.js";

/** What locks and elections have in common: keys below a prefix, the oldest of which is first. */
export interface Queue {
  readonly prefix: KeyRange;
  /** Of the key of whoever waits. */
  readonly createRevision: number;
  isLeft: boolean;
}

export interface KeyRange {
  readonly key: string;
  readonly rangeEnd: string;
}

export interface QueueOptions {
  readonly range: (request: RangeRequest) => Promise<RangeResponse>;
  /** Resolves when the key is gone, at once where it already was at or after this revision. */
  readonly nextDeletionOf: (key: string, revision: number) => Promise<void>;
  /** How many older keys may be there all the same. */
  readonly allowed: number;
}

export const unknownCode = 2;

export function prefixOf(name: string): KeyRange {
  return { key: `${name}/`, rangeEnd: `${name}0` };
}

/** Waits for the youngest of the older keys, then looks again. */
export async function untilFirst(
  queue: Queue,
  { range, nextDeletionOf, allowed }: QueueOptions,
): Promise<void> {
  const { prefix, createRevision } = queue;
  for (;;) {
    const { header, kvs } = await range({
      ...prefix,
      maxCreateRevision: createRevision - 1,
      sort: { target: "create", order: "descend" },
      keysOnly: true,
    });
    const [youngest] = kvs;
    if (queue.isLeft || youngest === undefined || kvs.length <= allowed) return;
    await nextDeletionOf(youngest.key, header.revision);
  }
}

/** etcd hands on what its own client told it, with the words and without the code. */
export async function withoutCode<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof EtcdRefusal)) throw error;
    throw new EtcdRefusal({ code: unknownCode, details: error.error.details });
  }
}
