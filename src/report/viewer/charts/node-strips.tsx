import { useEffect, useRef, useState } from "preact/hooks";
import type { Band } from "../data/fault-bands.js";
import { moment, tick, tickStep, ticksIn } from "../data/format.js";
import { margins } from "../view/margins.js";
import { useView, type ViewStore } from "../view/view-state.js";

/** What is to be said of a node over a stretch of time. Times in seconds. */
export interface NodeStrip {
  readonly node: string;
  readonly from: number;
  readonly to: number;
  /** Its class in the style sheet. */
  readonly kind: string;
  readonly words: string;
  /** Where there is no room for the words. */
  readonly short: string;
}

interface Props {
  readonly label: string;
  readonly nodes: readonly string[];
  readonly strips: readonly NodeStrip[];
  readonly bands: readonly Band[];
  readonly store: ViewStore;
}

const { left } = margins;
const rowHeight = 26;
const axisHeight = 26;
const letterWidth = 6.6;

/** More than this no eye tells apart, and each is an element. */
const maxStrips = 4000;

/** A row of strips for each node over the run's time axis, with the faults that hit it as bands. */
export function NodeStrips({ label, nodes, strips, bands, store }: Props) {
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

  const inView = strips.filter((strip) => strip.to >= from && strip.from <= to);
  const height = nodes.length * rowHeight + axisHeight;
  const x = (seconds: number) =>
    left +
    ((Math.min(Math.max(seconds, from), to) - from) / (to - from)) * (width - left - margins.right);
  const step = tickStep(to - from, (width - left) / 110);
  const ticks = ticksIn(from, to, step);

  return (
    <div ref={frame} class="node-strips">
      <svg width={width} height={height} role="img" aria-label={label}>
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
        {inView.slice(0, maxStrips).map((strip, number) => (
          <Strip
            key={number}
            strip={strip}
            row={nodes.indexOf(strip.node)}
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

function Strip({ strip, row, x0, x1 }: { strip: NodeStrip; row: number; x0: number; x1: number }) {
  if (row < 0) return null;
  const width = Math.max(1, x1 - x0 - 1);
  const y = row * rowHeight + 4;
  const { node, from, to, kind, words, short } = strip;
  const label = [words, short].find((text) => text.length * letterWidth < width - 8) ?? "";
  return (
    <g class={`strip ${kind}`}>
      <title>{`${node}, ${moment(from)} to ${moment(to)}: ${words}`}</title>
      <rect x={x0} y={y} width={width} height={rowHeight - 8} rx={2} />
      {label !== "" && (
        <text x={x0 + 5} y={y + (rowHeight - 8) / 2}>
          {label}
        </text>
      )}
    </g>
  );
}
