import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Band } from "../data/fault-bands.js";
import { tick, tickStep, ticksIn } from "../data/format.js";
import { margins } from "../view/margins.js";
import type { Palette } from "../view/theme.js";
import type { ViewStore } from "../view/view-state.js";

export interface ChartAxis {
  readonly scale: uPlot.Scale;
  readonly axis: uPlot.Axis;
}

// uPlot declares its distributions as an ambient enum, which has no value to import.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
export const logarithmic = 3 as uPlot.Scale.Distr;

interface Props {
  readonly label: string;
  readonly data: uPlot.AlignedData;
  readonly series: readonly uPlot.Series[];
  readonly y: ChartAxis;
  readonly bands: readonly Band[];
  readonly palette: Palette;
  readonly store: ViewStore;
  /** Painted below the lines. */
  readonly paint?: (plot: uPlot) => void;
}

const height = 230;

/** Lines over the run's time axis, with faults as bands; follows the view that all drawings share. */
export function Chart({ label, data, series, y, bands, palette, store, paint }: Props) {
  const frame = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const axis = {
      stroke: palette.soft,
      grid: { stroke: palette.line, width: 1 },
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        padding: [8, margins.right, 0, 0],
        legend: { show: true },
        cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        scales: {
          x: { time: false, auto: false, range: (_plot, min, max) => [min, max] },
          y: y.scale,
        },
        axes: [
          {
            ...axis,
            size: 34,
            splits: (_plot, _axis, min, max) => ticksIn(min, max, tickStep(max - min, 8)),
            values: (plot, splits) => {
              const { min = 0, max = 1 } = plot.scales.x ?? {};
              const step = tickStep(max - min, 8);
              return splits.map((split) => tick(split, step));
            },
          },
          { ...axis, size: margins.left, ...y.axis },
        ],
        series: [
          {
            label: "time",
            value: (_plot, value: number | null) =>
              value === null ? "–" : `${value.toFixed(2)} s`,
          },
          ...series,
        ],
        hooks: {
          drawClear: [
            (shown) => {
              paintBands(shown, bands, palette);
            },
          ],
          drawAxes: paint ? [paint] : [],
          setSelect: [
            (shown) => {
              const { left, width } = shown.select;
              if (width < 4) return;
              store.set({
                from: shown.posToVal(left, "x"),
                to: shown.posToVal(left + width, "x"),
              });
              shown.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      data,
      element,
    );
    const follow = () => {
      const { from, to } = store.get();
      plot.setScale("x", { min: from, max: to });
    };
    follow();
    // Charts may lag a little behind the timeline, so that a drag of it stays smooth.
    let pending: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = store.subscribe(() => {
      clearTimeout(pending);
      pending = setTimeout(() => {
        const { from, to } = store.get();
        if (plot.scales.x?.min !== from || plot.scales.x.max !== to) follow();
      }, 90);
    });
    const observer = new ResizeObserver(() => {
      const width = Math.max(200, element.clientWidth);
      if (width !== plot.width) plot.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      clearTimeout(pending);
      unsubscribe();
      observer.disconnect();
      plot.destroy();
    };
  }, [data, series, y, bands, palette, store, paint]);

  return (
    <div class="chart" role="group" aria-label={label}>
      <div ref={frame} />
    </div>
  );
}

function paintBands(plot: uPlot, bands: readonly Band[], palette: Palette): void {
  const { ctx: context, bbox } = plot;
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  for (const band of bands) {
    const x0 = plot.valToPos(band.from, "x", true);
    const x1 = plot.valToPos(band.to, "x", true);
    context.fillStyle = palette.faults[band.kind % palette.faults.length] ?? palette.soft;
    context.globalAlpha = 0.12;
    context.fillRect(x0, bbox.top, Math.max(1, x1 - x0), bbox.height);
  }
  context.restore();
}
