import { useMemo } from "preact/hooks";
import type uPlot from "uplot";
import type { Band } from "../data/fault-bands.js";
import type { Series } from "../data/series.js";
import type { Palette } from "../view/theme.js";
import type { ViewStore } from "../view/view-state.js";
import { Chart, type ChartAxis } from "./chart.js";
import { line } from "./line.js";

interface Props {
  readonly series: Series;
  readonly bands: readonly Band[];
  readonly palette: Palette;
  readonly store: ViewStore;
}

export function Throughput({ series, bands, palette, store }: Props) {
  const data = useMemo<uPlot.AlignedData>(
    () => [series.times, series.ok, series.fail, series.info],
    [series],
  );
  const lines = useMemo<uPlot.Series[]>(
    () => [
      line({ label: "ok", stroke: palette.ok, dash: [] }, perSecond),
      line({ label: "fail", stroke: palette.fail, dash: [6, 3] }, perSecond),
      line({ label: "info", stroke: palette.info, dash: [2, 3] }, perSecond),
    ],
    [palette],
  );
  const y = useMemo<ChartAxis>(
    () => ({
      scale: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.08)] },
      axis: { values: (_plot, splits) => splits.map((split) => `${split}/s`) },
    }),
    [],
  );
  return (
    <Chart
      label="Operations a second over time"
      data={data}
      series={lines}
      y={y}
      bands={bands}
      palette={palette}
      store={store}
    />
  );
}

function perSecond(value: number): string {
  return `${value.toFixed(1)}/s`;
}
