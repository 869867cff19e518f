import { useMemo } from "preact/hooks";
import type { Band } from "../data/fault-bands.js";
import { tick } from "../data/format.js";
import type { Report } from "../data/load.js";
import type { ViewStore } from "../view/view-state.js";
import { type NodeStrip, NodeStrips } from "./node-strips.js";

interface Props {
  readonly report: Report;
  readonly bands: readonly Band[];
  readonly store: ViewStore;
}

/** Which version of etcd each node ran: a strip for each node. */
export function Versions({ report, bands, store }: Props) {
  const strips = useMemo(() => stripsOf(report), [report]);
  const { nodes } = report.data.header.cluster;
  return (
    <NodeStrips
      label={`Version of etcd on each node: ${summaryOf(strips, nodes)}`}
      {...{ nodes, strips, bands, store }}
    />
  );
}

/** More than one was seen, so that it is worth showing. */
export function haveChanged({ data }: Report): boolean {
  return new Set(data.versions.map(({ version }) => version)).size > 1;
}

/** In the order in which they were first seen: their colours. */
function stripsOf({ data }: Report): readonly NodeStrip[] {
  const versions = [...new Set(data.versions.map(({ version }) => version))];
  return data.versions.map(({ node, fromNs, toNs, version }) => ({
    node,
    from: fromNs / 1e9,
    to: toNs / 1e9,
    kind: `tone-${(versions.indexOf(version) % 7) + 1}`,
    words: version,
    short: version.slice(version.lastIndexOf(".")),
  }));
}

/** "n1 3.4.23, 3.5.30 from 12 s; n2 ...". */
function summaryOf(strips: readonly NodeStrip[], nodes: readonly string[]): string {
  return nodes
    .map((node) => {
      const own = strips.filter((strip) => strip.node === node);
      const changes = own.filter(({ words }, index) => words !== own[index - 1]?.words);
      const each = changes.map(({ words, from }) => `${words} from ${tick(from, 1)}`);
      return `${node} ${each.join(", ") || "never answered"}`;
    })
    .join("; ");
}
