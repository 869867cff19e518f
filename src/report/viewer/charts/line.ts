import type uPlot from "uplot";

/** How a line of a chart looks; `tell` words its value in the legend. */
export interface LineStyle {
  readonly label: string;
  readonly stroke: string;
  /** Lengths of dashes and gaps in pixels; none for an unbroken line. */
  readonly dash: number[];
}

export function line(
  { label, stroke, dash }: LineStyle,
  tell: (value: number) => string,
): uPlot.Series {
  return {
    label,
    stroke,
    dash,
    width: 1.75,
    points: { show: false },
    spanGaps: false,
    value: (_plot, value: number | null) => (value === null ? "–" : tell(value)),
  };
}
