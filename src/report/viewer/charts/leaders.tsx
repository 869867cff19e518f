import { useMemo } from "preact/hooks";
import type { StatusSpan } from "../../report-data.js";
import type { Band } from "../data/fault-bands.js";
import type { Report } from "../data/load.js";
import type { ViewStore } from "../view/view-state.js";
import { type NodeStrip, NodeStrips } from "./node-strips.js";

interface Props {
  readonly report: Report;
  readonly bands: readonly Band[];
  readonly store: ViewStore;
}

/** Whom each member held for the leader, and in which term: a strip for each node. */
export function Leaders({ report, bands, store }: Props) {
  const strips = useMemo(() => stripsOf(report), [report]);
  return (
    <NodeStrips
      label={`Leader and term as each node saw them: ${summaryOf(report)}`}
      nodes={report.data.header.cluster.nodes}
      {...{ strips, bands, store }}
    />
  );
}

/** Members are asked now and then: what one said holds until it says something else. */
function stripsOf({ data, duration }: Report): readonly NodeStrip[] {
  const { nodes } = data.header.cluster;
  const next = new Map<string, number>();
  return data.statuses
    .toReversed()
    .map((span) => {
      const from = span.fromNs / 1e9;
      const strip = { from, to: next.get(span.node) ?? duration, ...inWords(span, nodes) };
      next.set(span.node, from);
      return strip;
    })
    .reverse();
}

function inWords({ node, says }: StatusSpan, nodes: readonly string[]) {
  if (!says) return { node, kind: "silent", words: "no answer", short: "" };
  const { leader, term } = says;
  const isOwn = leader === node;
  const place = leader === undefined ? -1 : nodes.indexOf(leader);
  return {
    node,
    kind: `${place < 0 ? "leaderless" : `tone-${(place % 7) + 1}`}${isOwn ? " own" : ""}`,
    words:
      leader === undefined
        ? `no leader · term ${term}`
        : `${isOwn ? "★ " : ""}${leader} · term ${term}`,
    short: `${isOwn ? "★" : ""}${leader ?? "–"}·${term}`,
  };
}

function summaryOf({ data }: Report): string {
  const terms = data.statuses.flatMap(({ says }) => (says ? [says.term] : []));
  const leaders = [...new Set(data.statuses.flatMap(({ says }) => says?.leader ?? []))];
  if (terms.length === 0) return "no member ever answered";
  return `terms ${Math.min(...terms)} to ${Math.max(...terms)}, leaders ${leaders.join(", ")}`;
}
