import type { KeyValue, WatchEvent, WatchResponse } from "../../../core/client.js";

/** Numbers, lengths and tags of a key and its value on the wire, about. */
const overheadBytes = 32;

/**
 * Cuts an answer into pieces below `limit` bytes, all but the last marked as such. A piece has one
 * event at least, so it may be larger.
 */
export function fragmentsOf(response: WatchResponse, limit: number): readonly WatchResponse[] {
  const pieces: WatchEvent[][] = [];
  let bytes = 0;
  for (const event of response.events) {
    const size = sizeOf(event.kv) + (event.prevKv ? sizeOf(event.prevKv) : 0);
    const piece = pieces.at(-1);
    if (piece && bytes + size < limit) {
      piece.push(event);
      bytes += size;
    } else {
      pieces.push([event]);
      bytes = size;
    }
  }
  if (pieces.length < 2) return [response];
  return pieces.map((events, index) => ({
    ...response,
    events,
    fragment: index < pieces.length - 1,
  }));
}

function sizeOf({ key, value }: KeyValue): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value) + overheadBytes;
}
