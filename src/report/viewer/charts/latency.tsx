import { useCallback, useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { Columns } from "../../columns.js";
import type { Band } from "../data/fault-bands.js";
import { span } from "../data/format.js";
import type { Report } from "../data/load.js";
import type { Series } from "../data/series.js";
import type { Palette } from "../view/theme.js";
import type { ViewStore } from "../view/view-state.js";
import { Chart, type ChartAxis, logarithmic } from "./chart.js";
import { line } from "./line.js";

interface Props {
  readonly report: Report;
  readonly series: Series;
  readonly bands: readonly Band[];
  readonly palette: Palette;
  readonly store: ViewStore;
}

export function Latency({ report, series, bands, palette, store }: Props) {
  const { columns } = report;
  const data = useMemo<uPlot.AlignedData>(
    () => [series.times, gaps(series.p50), gaps(series.p95), gaps(series.p99)],
    [series],
  );
  const lines = useMemo<uPlot.Series[]>(
    () => [
      line({ label: "p50", stroke: palette.p50, dash: [] }, span),
      line({ label: "p95", stroke: palette.p95, dash: [6, 3] }, span),
      line({ label: "p99", stroke: palette.p99, dash: [2, 3] }, span),
    ],
    [palette],
  );
  const y = useMemo<ChartAxis>(() => {
    const [low, high] = rangeOf(columns);
    const powers = Array.from(
      { length: Math.round(Math.log10(high / low)) + 1 },
      (_, power) => low * 10 ** power,
    );
    return {
      scale: { distr: logarithmic, auto: false, range: [low, high] },
      axis: { splits: () => powers, values: (_plot, splits) => splits.map(span) },
    };
  }, [columns]);
  const paint = useCallback(
    (plot: uPlot) => {
      paintPoints(plot, columns, palette);
    },
    [columns, palette],
  );
  return (
    <Chart
      label="Latency over time"
      data={data}
      series={lines}
      y={y}
      bands={bands}
      palette={palette}
      store={store}
      paint={paint}
    />
  );
}

function gaps(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

/** Powers of ten around all latencies. */
function rangeOf({ count, start, end }: Columns): [number, number] {
  let low = Infinity;
  let high = 0;
  for (let i = 0; i < count; i++) {
    const took = (end[i] ?? NaN) - (start[i] ?? 0);
    if (took > 0 && took < low) low = took;
    if (took > high) high = took;
  }
  if (!(high > 0)) return [1e-3, 1];
  const floor = 10 ** Math.floor(Math.log10(low));
  return [floor, Math.max(floor * 10, 10 ** Math.ceil(Math.log10(high)))];
}

/**
 * A point for each answered operation, in the shape of its outcome. Points that fall on one spot
 * are painted once: a hundred thousand have no more spots than the plot has pixels.
 */
function paintPoints(plot: uPlot, columns: Columns, palette: Palette): void {
  const { ctx: context, bbox } = plot;
  const min = plot.scales.x?.min ?? 0;
  const max = plot.scales.x?.max ?? 1;
  const size = Math.max(2, Math.round(1.5 * devicePixelRatio));
  const across = Math.ceil(bbox.width / size) + 1;
  const down = Math.ceil(bbox.height / size) + 1;
  const low = Math.log10(plot.scales.y?.min ?? 1e-3);
  const high = Math.log10(plot.scales.y?.max ?? 1);
  context.save();
  for (const outcome of [0, 1, 2]) {
    const taken = new Uint8Array(across * down);
    context.fillStyle = [palette.ok, palette.fail, palette.info][outcome] ?? palette.soft;
    context.strokeStyle = context.fillStyle;
    context.globalAlpha = outcome === 0 ? 0.38 : 0.95;
    context.lineWidth = devicePixelRatio;
    for (let i = 0; i < columns.count; i++) {
      if (columns.outcome[i] !== outcome) continue;
      const start = columns.start[i] ?? 0;
      const took = (columns.end[i] ?? NaN) - start;
      if (!(took > 0) || start < min || start > max) continue;
      const column = Math.floor((((start - min) / (max - min)) * bbox.width) / size);
      const share = (Math.log10(took) - low) / (high - low);
      const row = Math.floor(((1 - share) * bbox.height) / size);
      const spot = row * across + column;
      if (taken[spot] === 1) continue;
      taken[spot] = 1;
      const x = bbox.left + column * size;
      const y = bbox.top + row * size;
      if (outcome === 0) context.fillRect(x, y, size, size);
      else paintMark(context, { x, y, size, isCross: outcome === 1 });
    }
  }
  context.restore();
}

/** A cross for a failure, a ring for what nobody knows. */
function paintMark(
  context: CanvasRenderingContext2D,
  { x, y, size, isCross }: { x: number; y: number; size: number; isCross: boolean },
): void {
  const reach = size * 1.1;
  context.beginPath();
  if (isCross) {
    context.moveTo(x - reach, y - reach);
    context.lineTo(x + reach, y + reach);
    context.moveTo(x - reach, y + reach);
    context.lineTo(x + reach, y - reach);
  } else {
    context.arc(x, y, reach, 0, 2 * Math.PI);
  }
  context.stroke();
}
