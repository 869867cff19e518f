import type { KeyValue, WatchEvent, WatchResponse } from "../src/core/client.js";
import type { Step } from "./watch-input.js";

const letter = "x";
const padded = /^([\d.]+):(x{100,})$/;

/** The value as it is sent. */
export function sentValue({ value, pad = 0 }: Step & { readonly type: "put" }): string {
  return pad === 0 ? value : `${value}:${letter.repeat(pad)}`;
}

/** The value as histories have it: a long pad is told by its length, so that they stay small. */
export function recordedValue(text: string): string {
  const [, value, pad] = padded.exec(text) ?? [];
  return value === undefined || pad === undefined ? text : `${value}:${letter}${pad.length}`;
}

export function recordedKeyValue(kv: KeyValue): KeyValue {
  return { ...kv, value: recordedValue(kv.value) };
}

export function recordedResponse(response: WatchResponse): WatchResponse {
  return { ...response, events: response.events.map(recordedEvent) };
}

function recordedEvent({ type, kv, prevKv }: WatchEvent): WatchEvent {
  return {
    type,
    kv: recordedKeyValue(kv),
    ...(prevKv && { prevKv: recordedKeyValue(prevKv) }),
  };
}
