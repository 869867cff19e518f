import { expect, it } from "vitest";
import type { StatusEvent } from "../core/history.js";
import { versionSpans } from "./version-spans.js";

function said(atNs: number, node: string, version: string): StatusEvent {
  const memberId = `id-${node}`;
  const status = { memberId, leaderId: "0", raftTerm: 1, raftIndex: 9, version, dbSizeBytes: 1 };
  return { index: atNs, atNs, node, status };
}

function silent(atNs: number, node: string): StatusEvent {
  return { index: atNs, atNs, node };
}

it("puts equal answers in a row together, node by node", () => {
  const spans = versionSpans([
    said(1, "n1", "3.4.23"),
    said(2, "n2", "3.4.23"),
    said(3, "n1", "3.4.23"),
    said(4, "n2", "3.5.16"),
    said(5, "n1", "3.5.16"),
    said(6, "n2", "3.4.23"),
  ]);
  expect(spans).toEqual([
    { node: "n1", fromNs: 1, toNs: 3, version: "3.4.23" },
    { node: "n2", fromNs: 2, toNs: 2, version: "3.4.23" },
    { node: "n2", fromNs: 4, toNs: 4, version: "3.5.16" },
    { node: "n1", fromNs: 5, toNs: 5, version: "3.5.16" },
    { node: "n2", fromNs: 6, toNs: 6, version: "3.4.23" },
  ]);
});

it("tells nothing of a time in which a member did not answer", () => {
  const spans = versionSpans([
    silent(1, "n1"),
    said(2, "n1", "3.5.30"),
    silent(3, "n1"),
    silent(4, "n1"),
    said(5, "n1", "3.5.30"),
  ]);
  expect(spans.map(({ fromNs, toNs }) => [fromNs, toNs])).toEqual([
    [2, 2],
    [5, 5],
  ]);
  expect(versionSpans([silent(1, "n1")])).toEqual([]);
});
