import { useId, useMemo } from "preact/hooks";
import type { Band } from "../data/fault-bands.js";
import { moment, momentFormat } from "../data/format.js";
import type { DrawnOperation } from "./drawn-operation.js";
import { bentScale } from "./time-scale.js";

interface Props {
  readonly label: string;
  readonly operations: readonly DrawnOperation[];
  readonly bands: readonly Band[];
  readonly chosen: number | undefined;
  readonly hovered: number | undefined;
  readonly onHover: (index: number | undefined) => void;
  readonly onChoose: (index: number) => void;
}

const width = 1040;
const left = 132;
const right = width - 16;
const rowHeight = 46;
const barHeight = 16;
const axisHeight = 44;
const bandHeight = 20;
const letterWidth = 7.3;

/** A few operations as bars on a time axis, one a row, in the order in which they began. */
export function CounterexampleDrawing(props: Props) {
  const { operations } = props;
  const hatch = useId();
  const drawn = useMemo(() => operations.toSorted((a, b) => a.start - b.start), [operations]);
  const first = Math.min(...drawn.map(({ start }) => start));
  const last = Math.max(...drawn.map(({ start, end }) => end ?? start));
  const pad = Math.max((last - first) * 0.02, 1e-5);
  const moments = drawn.flatMap(({ start, end }) => (end === undefined ? [start] : [start, end]));
  const scale = bentScale([first - pad, ...moments, last + pad], { left, right });
  const bands = props.bands.filter((band) => band.to > first && band.from < last);
  const lanes = [...new Set(bands.map(({ lane }) => lane))];
  const top = lanes.length * bandHeight + (lanes.length > 0 ? 6 : 0);
  const height = top + drawn.length * rowHeight + axisHeight;
  const bottom = height - axisHeight;

  return (
    <figure class="counterexample">
      <div class="scroll" tabIndex={0} role="region" aria-label={props.label}>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          role="group"
          aria-label={`${drawn.length} operations on a time axis`}
        >
          <defs>
            <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
              <path class="hatch-line" d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" />
            </pattern>
          </defs>
          {bands.map((band) => {
            const x0 = scale.x(band.from);
            const x1 = scale.x(band.to);
            const y = lanes.indexOf(band.lane) * bandHeight;
            return (
              <g key={band.fault} class={`band fault-${(band.kind % 6) + 1}`}>
                <title>{band.description}</title>
                <rect class="fault-fill" x={x0} y={y} width={x1 - x0} height={bottom - y} />
                <rect class="fault-lane" x={x0} y={y} width={x1 - x0} height={bandHeight - 3} />
                <text x={x0 + 6} y={y + bandHeight / 2 - 1}>
                  {fit(`${band.nemesis}: ${band.description}`, x1 - x0 - 12)}
                </text>
              </g>
            );
          })}
          <Ticks moments={moments} x={scale.x} top={top} bottom={bottom} />
          {drawn.map((operation, row) => (
            <Bar
              key={operation.index}
              operation={operation}
              y={top + row * rowHeight}
              x={scale.x}
              hatch={hatch}
              props={props}
            />
          ))}
        </svg>
      </div>
      <figcaption>
        Each bar runs from the call to its answer; the operation took effect at some moment within
        it. {scale.isBent && "The order is exact; long waits are drawn shorter than they were."}
      </figcaption>
    </figure>
  );
}

function Bar({
  operation,
  y,
  x,
  hatch,
  props,
}: {
  operation: DrawnOperation;
  y: number;
  x: (seconds: number) => number;
  hatch: string;
  props: Props;
}) {
  const { index, start, end, outcome, description, node, process } = operation;
  const x0 = x(start);
  // What never was answered may still take effect: its bar has no end.
  const isOpen = end === undefined || outcome === "info";
  const x1 = isOpen ? right : Math.max(x0 + 4, x(end));
  const isMarked = props.hovered === index || props.chosen === index;
  const textX = Math.min(x0, right - description.length * letterWidth);
  const barY = y + rowHeight - barHeight - 5;
  const words = `${description}, ${outcome}; ${node} process ${process}; ${moment(start)} to ${end === undefined ? "no answer" : moment(end)}`;
  return (
    <g
      class={`bar ${outcome} ${isMarked ? "marked" : ""}`}
      role="button"
      tabindex={0}
      aria-label={words}
      onMouseEnter={() => {
        props.onHover(index);
      }}
      onMouseLeave={() => {
        props.onHover(undefined);
      }}
      onClick={() => {
        props.onChoose(index);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        props.onChoose(index);
      }}
    >
      <rect class="row" x={0} y={y + 1} width={width} height={rowHeight - 2} />
      <text class="who" x={8} y={y + 18}>
        {node}
      </text>
      <text class="process" x={8} y={y + 34}>
        process {process}
      </text>
      <text class="what" x={Math.max(left, textX)} y={y + 17}>
        {description}
      </text>
      <rect class="body" x={x0} y={barY} width={x1 - x0} height={barHeight} rx={2} />
      {outcome === "info" && (
        <rect fill={`url(#${hatch})`} x={x0} y={barY} width={x1 - x0} height={barHeight} />
      )}
      {isOpen && (
        <path class="arrow" d={`M${x1 - 5},${barY} l7,${barHeight / 2} l-7,${barHeight / 2}`} />
      )}
      {outcome === "fail" && (
        <path class="cross" d={`M${x0 + 3},${barY + 3} l10,10 M${x0 + 3},${barY + 13} l10,-10`} />
      )}
    </g>
  );
}

/** A line at each moment, and its time below where there is room. */
function Ticks({
  moments,
  x,
  top,
  bottom,
}: {
  moments: readonly number[];
  x: (seconds: number) => number;
  top: number;
  bottom: number;
}) {
  const label = momentFormat(moments);
  const labels = [...new Set(moments)].sort((a, b) => a - b);
  const free = [-Infinity, -Infinity];
  return (
    <g class="ticks" aria-hidden="true">
      <line class="axis" x1={left} x2={right} y1={bottom + 1} y2={bottom + 1} />
      {labels.map((at) => {
        const place = x(at);
        // Two lines of labels, so that neighbours do not touch.
        const line = free.findIndex((end) => place - 30 > end);
        if (line >= 0) free[line] = place + 30;
        return (
          <g key={at}>
            <line x1={place} x2={place} y1={top} y2={bottom + 4} />
            {line >= 0 && (
              <text x={place} y={bottom + 17 + line * 15}>
                {label(at)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function fit(text: string, room: number): string {
  const letters = Math.floor(room / 6.2);
  if (text.length <= letters) return text;
  return letters < 4 ? "" : `${text.slice(0, letters - 1)}…`;
}
