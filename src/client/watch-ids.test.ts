import { expect, it } from "vitest";
import type { WatchResponse } from "../core/client.js";
import { watchIds } from "./watch-ids.js";

function response(watchId: number, rest: Partial<WatchResponse> = {}): WatchResponse {
  return {
    header: { clusterId: "1", memberId: "1", revision: 1, raftTerm: 1 },
    ...{ watchId, created: false, canceled: false, compactRevision: 0, fragment: false },
    events: [],
    ...rest,
  };
}

const created = { created: true };

it("changes nothing where the server takes the ids that it is given", () => {
  const ids = watchIds();
  ids.ask(7);
  ids.ask(3);
  for (const answer of [response(7, created), response(3, created), response(7), response(-1)]) {
    expect(ids.asAsked(answer)).toBe(answer);
  }
  expect(ids.serversId(7)).toBe(7);
});

it("gives back the ids that were asked for where the server numbers watches itself", () => {
  const ids = watchIds();
  ids.ask(7);
  ids.ask(0);
  expect(ids.asAsked(response(0, created)).watchId).toBe(7);
  expect(ids.asAsked(response(1, created)).watchId).toBe(0);
  expect(ids.asAsked(response(0)).watchId).toBe(7);
  expect(ids.asAsked(response(1, { canceled: true })).watchId).toBe(0);
  expect([ids.serversId(7), ids.serversId(0)]).toEqual([0, 1]);
});

it("counts a watch that was refused", () => {
  const ids = watchIds();
  ids.ask(7);
  ids.ask(8);
  expect(ids.asAsked(response(-1, { ...created, canceled: true })).watchId).toBe(-1);
  expect(ids.asAsked(response(0, created)).watchId).toBe(8);
});

it("leaves progress that is of all watches alone", () => {
  const ids = watchIds();
  ids.ask(7);
  ids.asAsked(response(0, created));
  expect(ids.asAsked(response(-1)).watchId).toBe(-1);
});
