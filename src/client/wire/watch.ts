import type { WatchCreateRequest, WatchEvent, WatchResponse } from "../../core/client.js";
import {
  decodeHeader,
  decodeKeyValue,
  encodeRangeEnd,
  exact,
  type WireHeader,
  type WireKeyValue,
} from "./common.js";

export interface WireWatch {
  readonly header: WireHeader | null;
  readonly watch_id: string;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: string;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly WireEvent[];
}

interface WireEvent {
  readonly type: "Put" | "Delete";
  readonly kv: WireKeyValue | null;
  readonly prev_kv: WireKeyValue | null;
}

export function encodeWatchCreate(request: WatchCreateRequest): object {
  const { watchId, key, startRevision, prevKv, progressNotify, filters, fragment } = request;
  return {
    create_request: {
      watch_id: watchId,
      key: Buffer.from(key),
      ...encodeRangeEnd(request),
      ...(startRevision !== undefined && { start_revision: startRevision }),
      ...(prevKv !== undefined && { prev_kv: prevKv }),
      ...(progressNotify !== undefined && { progress_notify: progressNotify }),
      ...(filters && { filters: filters.map((filter) => filterTypes[filter]) }),
      ...(fragment !== undefined && { fragment }),
    },
  };
}

const filterTypes = { "no-put": "Noput", "no-delete": "Nodelete" } as const;

export function encodeWatchCancel(watchId: number): object {
  return { cancel_request: { watch_id: watchId } };
}

export const watchProgressRequest: object = { progress_request: {} };

export function decodeWatch(answer: WireWatch): WatchResponse {
  return {
    header: decodeHeader(answer.header),
    watchId: exact(answer.watch_id),
    created: answer.created,
    canceled: answer.canceled,
    ...(answer.cancel_reason !== "" && { cancelReason: answer.cancel_reason }),
    compactRevision: exact(answer.compact_revision),
    fragment: answer.fragment,
    events: answer.events.map(decodeEvent),
  };
}

const eventTypes = { Put: "put", Delete: "delete" } as const;

function decodeEvent({ type, kv, prev_kv }: WireEvent): WatchEvent {
  if (kv === null) throw new TypeError("an event without a key");
  return {
    type: eventTypes[type],
    kv: decodeKeyValue(kv),
    ...(prev_kv && { prevKv: decodeKeyValue(prev_kv) }),
  };
}
