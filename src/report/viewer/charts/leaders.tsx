import { useEffect, useRef, useState } from "preact/hooks";
import type { StatusSpan } from "../../report-data.js";
import type { Band } from "../data/fault-bands.js";
import { moment, tick, tickStep, ticksIn } from "../data/format.js";
import type { Report } from "../data/load.js";
import { margins } from "../view/margins.js";
import { useView, type ViewStore } from "../view/view-state.js";

interface Props {
  readonly report: Report;
  readonly bands: readonly Band[];
  readonly store: ViewStore;
}

const { left } = margins;
const rowHeight = 26;
const axisHeight = 26;
const letterWidth = 6.6;

/** More than this no eye tells apart, and each is an element. */
const maxSpans = 4000;

/** Whom each member held for the leader, and in which term: a strip for each node. */
export function Leaders({ report, bands, store }: Props) {
  const { from, to } = useView(store);
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  const { nodes } = report.data.header.cluster;
  const strips = stripsOf(report).filter((strip) => strip.to >= from && strip.from <= to);
  const shown = strips.slice(0, maxSpans);
  const height = nodes.length * rowHeight + axisHeight;
  const x = (seconds: number) =>
    left +
    ((Math.min(Math.max(seconds, from), to) - from) / (to - from)) * (width - left - margins.right);
  const step = tickStep(to - from, (width - left) / 110);
  const ticks = ticksIn(from, to, step);

  return (
    <div ref={frame} class="leaders">
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`Leader and term as each node saw them: ${summaryOf(report)}`}
      >
        {ticks.map((at) => (
          <line key={at} class="grid" x1={x(at)} x2={x(at)} y1={0} y2={height - axisHeight + 4} />
        ))}
        {bands.map((band) =>
          nodes.map((node, number) =>
            band.nodes.includes(node) && band.to > from && band.from < to ? (
              <rect
                key={`${band.fault} ${node}`}
                class={`fault-fill fault-${(band.kind % 6) + 1}`}
                x={x(band.from)}
                width={Math.max(1, x(band.to) - x(band.from))}
                y={number * rowHeight}
                height={rowHeight}
              />
            ) : null,
          ),
        )}
        {nodes.map((node, number) => (
          <text key={node} class="row-label" x={0} y={number * rowHeight + rowHeight / 2}>
            {node}
          </text>
        ))}
        {shown.map((strip, number) => (
          <Strip
            key={number}
            strip={strip}
            row={nodes.indexOf(strip.node)}
            leader={strip.says?.leader === undefined ? -1 : nodes.indexOf(strip.says.leader)}
            x0={x(strip.from)}
            x1={x(strip.to)}
          />
        ))}
        {ticks.map((at) => (
          <text
            key={at}
            class="tick"
            x={Math.min(Math.max(x(at), left + 14), width - margins.right - 14)}
            y={height - 6}
          >
            {tick(at, step)}
          </text>
        ))}
      </svg>
    </div>
  );
}

interface DrawnStrip extends Pick<StatusSpan, "node" | "says"> {
  readonly from: number;
  readonly to: number;
}

/** Members are asked now and then: what one said holds until it says something else. */
function stripsOf({ data, duration }: Report): readonly DrawnStrip[] {
  const next = new Map<string, number>();
  return data.statuses
    .toReversed()
    .map(({ node, says, fromNs }) => {
      const from = fromNs / 1e9;
      const strip = { node, from, to: next.get(node) ?? duration, ...(says ? { says } : {}) };
      next.set(node, from);
      return strip;
    })
    .reverse();
}

function Strip({
  strip,
  row,
  leader,
  x0,
  x1,
}: {
  strip: DrawnStrip;
  row: number;
  leader: number;
  x0: number;
  x1: number;
}) {
  if (row < 0) return null;
  const width = Math.max(1, x1 - x0 - 1);
  const y = row * rowHeight + 4;
  const { says } = strip;
  const isOwn = says?.leader === strip.node;
  const words = !says
    ? "no answer"
    : says.leader === undefined
      ? `no leader · term ${says.term}`
      : `${isOwn ? "★ " : ""}${says.leader} · term ${says.term}`;
  const short = !says ? "" : `${isOwn ? "★" : ""}${says.leader ?? "–"}·${says.term}`;
  const label = [words, short].find((text) => text.length * letterWidth < width - 8) ?? "";
  const kind = !says ? "silent" : leader < 0 ? "leaderless" : `leader-${(leader % 7) + 1}`;
  return (
    <g class={`strip ${kind} ${isOwn ? "own" : ""}`}>
      <title>{`${strip.node}, ${moment(strip.from)} to ${moment(strip.to)}: ${words}`}</title>
      <rect x={x0} y={y} width={width} height={rowHeight - 8} rx={2} />
      {label !== "" && (
        <text x={x0 + 5} y={y + (rowHeight - 8) / 2}>
          {label}
        </text>
      )}
    </g>
  );
}

function summaryOf({ data }: Report): string {
  const terms = data.statuses.flatMap(({ says }) => (says ? [says.term] : []));
  const leaders = [...new Set(data.statuses.flatMap(({ says }) => says?.leader ?? []))];
  if (terms.length === 0) return "no member ever answered";
  return `terms ${Math.min(...terms)} to ${Math.max(...terms)}, leaders ${leaders.join(", ")}`;
}
