/** "12.345 s": a moment of the run, to the millisecond. */
export function moment(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

/** "12.345678 s": a moment as exactly as it is kept. */
export function exactMomentOfNs(ns: number | undefined): string {
  return ns === undefined ? "–" : `${(ns / 1e9).toFixed(6)} s`;
}

/** Moments near each other, with as many digits as it takes to tell them apart. */
export function momentFormat(moments: readonly number[]): (seconds: number) => string {
  const inOrder = [...new Set(moments)].sort((a, b) => a - b);
  const gaps = inOrder.slice(1).map((at, i) => at - (inOrder[i] ?? at));
  const closest = Math.min(1, ...gaps.filter((gap) => gap >= 1e-6));
  const digits = Math.min(6, Math.max(3, Math.ceil(-Math.log10(closest))));
  return (seconds) => `${seconds.toFixed(digits)} s`;
}

export function momentOfNs(ns: number | undefined): string {
  return ns === undefined ? "–" : moment(ns / 1e9);
}

/** A length of time in the unit that suits it: "3.21 ms", "1.2 s", "2 min 5 s". */
export function span(seconds: number): string {
  if (seconds < 0.001) return `${trim(seconds * 1e6, 0)} µs`;
  if (seconds < 1) return `${trim(seconds * 1e3, seconds < 0.1 ? 2 : 0)} ms`;
  if (seconds < 120) return `${trim(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 7200) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "12,345" */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** "1 operation", "2 operations" */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** The time of a tick, with no more digits than its step needs. */
export function tick(seconds: number, step: number): string {
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  return `${seconds.toFixed(digits)} s`;
}

/** The multiples of a step from `from` to `to`, both included. */
export function ticksIn(from: number, to: number, step: number): number[] {
  // A view that was zoomed and zoomed back misses its ends by a rounding error.
  const first = Math.ceil(from / step - 1e-6);
  const last = Math.floor(to / step + 1e-6);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** A step of 1, 2 or 5 times a power of ten, for about `wanted` ticks over `length`. */
export function tickStep(length: number, wanted: number): number {
  const rough = length / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough) ?? 10;
  return factor * power;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
