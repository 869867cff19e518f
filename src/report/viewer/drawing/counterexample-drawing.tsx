import { useId, useMemo } from "preact/hooks";
import type { Attempt } from "../../../core/checker.js";
import type { Band } from "../data/fault-bands.js";
import { moment, momentFormat } from "../data/format.js";
import type { DrawnOperation } from "./drawn-operation.js";
import { momentsInOrder } from "./moments-in-order.js";
import { bentScale } from "./time-scale.js";

interface Props {
  readonly label: string;
  readonly operations: readonly DrawnOperation[];
  readonly bands: readonly Band[];
  readonly chosen: number | undefined;
  readonly hovered: number | undefined;
  /** The order that comes farthest: its operations get their numbers in it. */
  readonly farthest: Attempt | undefined;
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
  const marks = marksOf(drawn, props.farthest, scale.x);

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
              mark={marks.get(operation.index)}
              props={props}
            />
          ))}
        </svg>
      </div>
      <figcaption>
        Each bar runs from the call to its answer; the operation took effect at some moment within
        it. {scale.isBent && "The order is exact; long waits are drawn shorter than they were. "}
        {marks.size > 0 &&
          "The numbers show the order that comes farthest; what is crossed out has no place in it."}
      </figcaption>
    </figure>
  );
}

function Bar({
  operation,
  y,
  x,
  hatch,
  mark,
  props,
}: {
  operation: DrawnOperation;
  y: number;
  x: (seconds: number) => number;
  hatch: string;
  mark: Mark | undefined;
  props: Props;
}) {
  const { index, start, end, outcome, description, node, process } = operation;
  const isOpen = isEndless(operation);
  const { from: x0, to: x1 } = extentOf(operation, x);
  const isMarked = props.hovered === index || props.chosen === index;
  const textX = Math.min(x0, right - description.length * letterWidth);
  const barY = y + rowHeight - barHeight - 5;
  const words = `${description}, ${outcome}; ${node} process ${process}; ${moment(start)} to ${end === undefined ? "no answer" : moment(end)}${mark ? `; ${mark.words}` : ""}`;
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
      {mark && <MarkOnBar mark={mark} y={barY + barHeight / 2} />}
    </g>
  );
}

/** What never was answered may still take effect: its bar has no end. */
function isEndless({ end, outcome }: DrawnOperation): boolean {
  return end === undefined || outcome === "info";
}

function extentOf(
  operation: DrawnOperation,
  x: (seconds: number) => number,
): { readonly from: number; readonly to: number } {
  const from = x(operation.start);
  if (isEndless(operation)) return { from, to: right };
  return { from, to: Math.max(from + 4, x(operation.end ?? operation.start)) };
}

/** What the order that comes farthest makes of an operation. */
interface Mark {
  readonly x: number;
  /** Its number in the order, or a cross. */
  readonly sign: string;
  readonly words: string;
}

function marksOf(
  drawn: readonly DrawnOperation[],
  farthest: Attempt | undefined,
  x: (seconds: number) => number,
): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  if (!farthest) return marks;
  const byIndex = new Map(drawn.map((operation) => [operation.index, operation]));
  const placed = farthest.order.flatMap(({ index }) => byIndex.get(index) ?? []);
  const places = momentsInOrder(placed.map((operation) => extentOf(operation, x)));
  for (const [number, { index }] of placed.entries()) {
    const sign = String(number + 1);
    const words = `number ${sign} in the order that comes farthest`;
    marks.set(index, { x: places[number] ?? left, sign, words });
  }
  for (const { index } of farthest.blocked) {
    const operation = byIndex.get(index);
    if (!operation) continue;
    const { from, to } = extentOf(operation, x);
    const words = "no place in the order that comes farthest";
    marks.set(index, { x: (from + to) / 2, sign: "×", words });
  }
  return marks;
}

function MarkOnBar({ mark: { x, sign }, y }: { mark: Mark; y: number }) {
  return (
    <g class={sign === "×" ? "point blocked" : "point"}>
      <circle cx={x} cy={y} r={barHeight / 2} />
      <text x={x} y={y}>
        {sign}
      </text>
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
