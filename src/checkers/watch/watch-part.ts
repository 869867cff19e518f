import type { WatchResponse } from "../../core/client.js";
import type { Operation } from "../../core/operation.js";
import type { WatchMessage, WatchPart } from "./watch-record.js";

/** How a workload tells of a message: histories hold many of them, so what is not there is left out. */
export function partOf(response: WatchResponse): WatchPart {
  const { header, watchId, created, canceled, cancelReason, compactRevision } = response;
  return {
    id: watchId,
    rev: header.revision,
    ...(created && { created }),
    ...(canceled && { canceled }),
    ...(cancelReason !== undefined && { reason: cancelReason }),
    ...(compactRevision !== 0 && { compacted: compactRevision }),
    ...(response.fragment && { fragment: true }),
    ...(response.events.length > 0 && { events: response.events }),
  };
}

/** All that an operation was told on its way, where all of its parts are of `partOf`. */
export function messagesOf({ parts = [] }: Operation): readonly WatchMessage[] {
  return parts.map(({ index, atNs, part }) => {
    const { id, rev, reason, ...told } = part as WatchPart;
    return {
      index,
      atNs,
      watchId: id,
      revision: rev,
      created: told.created === true,
      canceled: told.canceled === true,
      ...(reason !== undefined && { cancelReason: reason }),
      compactRevision: told.compacted ?? 0,
      fragment: told.fragment === true,
      events: told.events ?? [],
    };
  });
}

/**
 * Those of each watch among all of its stream, with those that are for all. A message of a watch
 * that is not among these ids is left out.
 */
export function messagesByWatch(
  watchIds: readonly number[],
  messages: readonly WatchMessage[],
): ReadonlyMap<number, readonly WatchMessage[]> {
  const byWatch = new Map(watchIds.map((id): [number, WatchMessage[]] => [id, []]));
  for (const message of messages) {
    if (message.watchId === -1 && isProgress(message)) {
      for (const own of byWatch.values()) own.push(message);
    } else byWatch.get(message.watchId)?.push(message);
  }
  return byWatch;
}

/** It says how far the watch has come, and nothing else. */
export function isProgress({ created, canceled, events }: WatchMessage): boolean {
  return !created && !canceled && events.length === 0;
}
