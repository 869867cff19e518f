import { expect, it } from "vitest";
import type { StatusEvent } from "../core/history.js";
import { statusSpans } from "./status-spans.js";

function said(atNs: number, node: string, leaderId: string, raftTerm: number): StatusEvent {
  const memberId = `id-${node}`;
  const status = { memberId, leaderId, raftTerm, raftIndex: 9, version: "3.5.30", dbSizeBytes: 1 };
  return { index: atNs, atNs, node, status };
}

it("puts equal answers in a row together and names the leader's node", () => {
  const spans = statusSpans([
    said(1, "n1", "id-n2", 2),
    said(2, "n2", "id-n2", 2),
    said(3, "n1", "id-n2", 2),
    said(5, "n1", "id-n1", 3),
  ]);
  expect(spans).toEqual([
    { node: "n1", fromNs: 1, toNs: 3, says: { leader: "n2", term: 2 } },
    { node: "n2", fromNs: 2, toNs: 2, says: { leader: "n2", term: 2 } },
    { node: "n1", fromNs: 5, toNs: 5, says: { leader: "n1", term: 3 } },
  ]);
});

it("tells a member without a leader from one that did not answer", () => {
  const silent: StatusEvent = { index: 2, atNs: 2, node: "n1" };
  expect(statusSpans([said(1, "n1", "0", 4), silent])).toEqual([
    { node: "n1", fromNs: 1, toNs: 1, says: { term: 4 } },
    { node: "n1", fromNs: 2, toNs: 2 },
  ]);
});

it("shows a leader that never answered itself by its member id", () => {
  expect(statusSpans([said(1, "n1", "id-n9", 4)])[0]?.says).toEqual({
    leader: "member id-n9",
    term: 4,
  });
});
