import type { Columns } from "../../columns.js";

/** Figures over time: a point for each bucket, at its middle. Seconds, and seconds of latency. */
export interface Series {
  readonly times: Float64Array;
  readonly ok: Float64Array;
  readonly fail: Float64Array;
  readonly info: Float64Array;
  /** Of ok operations; NaN where a bucket has none. */
  readonly p50: Float64Array;
  readonly p95: Float64Array;
  readonly p99: Float64Array;
}

/** Operations a second (by the time they ended), and percentiles of the latency of the ok ones. */
export function seriesOf(columns: Columns, duration: number): Series {
  const width = bucketWidth(duration);
  const buckets = Math.max(1, Math.ceil(duration / width));
  const make = () => new Float64Array(buckets);
  const rates = [make(), make(), make()];
  const latencies: number[][] = Array.from({ length: buckets }, () => []);
  for (let i = 0; i < columns.count; i++) {
    const start = columns.start[i] ?? 0;
    const end = columns.end[i] ?? NaN;
    const at = Number.isNaN(end) ? start : end;
    const bucket = Math.min(buckets - 1, Math.floor(at / width));
    const rate = rates[columns.outcome[i] ?? 0];
    if (rate) rate[bucket] = (rate[bucket] ?? 0) + 1 / width;
    if (columns.outcome[i] === 0 && !Number.isNaN(end)) latencies[bucket]?.push(end - start);
  }
  const series = { times: make(), p50: make(), p95: make(), p99: make() };
  // The last bucket is as short as what is left of the run.
  const rest = duration - (buckets - 1) * width;
  for (const rate of rates) rate[buckets - 1] = ((rate[buckets - 1] ?? 0) * width) / rest;
  for (const [bucket, values] of latencies.entries()) {
    values.sort((a, b) => a - b);
    series.times[bucket] = Math.min(duration, (bucket + 0.5) * width);
    series.p50[bucket] = percentile(values, 0.5);
    series.p95[bucket] = percentile(values, 0.95);
    series.p99[bucket] = percentile(values, 0.99);
  }
  const [ok = make(), fail = make(), info = make()] = rates;
  return { ...series, ok, fail, info };
}

/** The nearest-rank percentile of ascending values; NaN of none. */
function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? NaN;
}

/** About 120 buckets, of a length that people can name. */
export function bucketWidth(duration: number): number {
  const widths = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
  return widths.find((width) => duration / width <= 120) ?? duration / 120;
}
