import type { Comparison } from "../rollout-record.js";

type Unit = Comparison["unit"];

/** "99.97 %", "4.2 ms", "1.35 s", "1,250 ops/s", "0.5 a minute". */
export function valueInWords(value: number, unit: Unit): string {
  switch (unit) {
    case "%":
      return `${rounded(value, 2)} %`;
    case "ms":
      return isSeconds(value)
        ? `${rounded(value / 1000, 2)} s`
        : `${rounded(value, decimalsOf(value))} ms`;
    case "ops/s":
      return `${rounded(value, decimalsOf(value))} ops/s`;
    case "1/min":
      return `${rounded(value, 2)} a minute`;
  }
}

/**
 * Compared minus baseline, with the interval if there is one: "+1.2 points [−0.3, +2.7]". Points are
 * those of a percentage; "%" is a part of the baseline.
 */
export function differenceInWords({ scale, unit, difference, interval }: Comparison): string {
  if (difference === undefined) return "not measured";
  const numbers = [difference, ...(interval ? [interval.low, interval.high] : [])];
  const largest = Math.max(...numbers.map((number) => Math.abs(number)));
  const inSeconds = scale === "difference" && unit === "ms" && isSeconds(largest);
  const divisor = inSeconds ? 1000 : 1;
  const decimals = inSeconds ? 2 : decimalsOf(largest);
  const [mean = "", ...bounds] = numbers.map((number) => signed(number / divisor, decimals));
  const words = `${mean} ${inSeconds ? "s" : unitOfDifference({ scale, unit }, mean)}`;
  return bounds.length > 0 ? `${words} [${bounds.join(", ")}]` : words;
}

/** How much worse it may be: "at most 5 points lower", "at most 1 s longer", "not judged". */
export function thresholdInWords(comparison: Comparison): string {
  const { threshold } = comparison;
  return threshold === undefined ? "not judged" : `at most ${harmInWords(comparison, threshold)}`;
}

/** So much worse, `amount` being above zero: "5 points lower", "25 % higher", "1 s longer". */
export function harmInWords({ scale, unit, worse }: Comparison, amount: number): string {
  if (scale === "difference" && unit === "ms") {
    return `${valueInWords(amount, "ms")} ${worse === "higher" ? "longer" : "shorter"}`;
  }
  const number = rounded(amount, decimalsOf(amount));
  return `${number} ${unitOfDifference({ scale, unit }, number)} ${worse}`;
}

function unitOfDifference(
  { scale, unit }: Pick<Comparison, "scale" | "unit">,
  number: string,
): string {
  if (scale === "percent") return "%";
  if (unit === "%") return /^[+−]?1$/.test(number) ? "point" : "points";
  return unit === "1/min" ? "a minute" : unit;
}

function isSeconds(ms: number): boolean {
  return Math.abs(ms) >= 1000;
}

/** As many decimals as leave about three digits. */
function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return 0;
  if (size >= 1) return 1;
  return size >= 0.1 ? 2 : 3;
}

function signed(value: number, decimals: number): string {
  const words = rounded(Math.abs(value), decimals);
  if (words === "0") return words;
  return `${value < 0 ? "−" : "+"}${words}`;
}

function rounded(value: number, decimals: number): string {
  const words = Math.abs(value).toLocaleString("en", { maximumFractionDigits: decimals });
  return value < 0 && words !== "0" ? `−${words}` : words;
}
