import { closest, distance } from "fastest-levenshtein";
import ms, { type StringValue } from "ms";
import { UsageError } from "../core/errors.js";

/** What an option was given, at once or again and again, separated by commas. */
export function listed(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).filter(Boolean);
}

/** All names, each of which must be in the table. */
export function namesFrom(
  option: string,
  names: readonly string[],
  table: Readonly<Record<string, unknown>>,
): readonly string[] {
  const known = Object.keys(table);
  for (const name of names) {
    if (Object.hasOwn(table, name)) continue;
    throw new UsageError(
      `expected ${option} to be of ${known.join(", ")}, got "${name}"${suggestion(name, known)}`,
    );
  }
  return names;
}

function suggestion(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return distance(name, near) <= 3 ? `: did you mean "${near}"?` : "";
}

/** Seconds as a bare number, else a duration such as 500ms, 90s, 5m or 8h. */
export function durationMs(option: string, text: string): number {
  const duration = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (duration !== undefined && Number.isFinite(duration) && duration > 0) return duration;
  throw new UsageError(
    `expected ${option} to be a duration such as 30, 90s, 5m or 8h, got "${text}"`,
  );
}

function parseDuration(text: string): number | undefined {
  // Typed as if any text could be parsed; it returns undefined on nonsense.
  return text === "" ? undefined : ms(text as StringValue);
}

export function positiveNumber(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`expected ${option} to be a number above 0, got ${value}`);
}

export function wholeNumber(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`expected ${option} to be a whole number from ${least} on, got ${value}`);
}

/** Bytes as a bare number, else with a unit such as 500MB or 20GB. */
export function byteSize(option: string, text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?$/i.exec(text) ?? [];
  const size = Number(digits) * 1024 ** " KMGT".indexOf(unit.toUpperCase() || " ");
  if (Number.isFinite(size) && size > 0) return size;
  throw new UsageError(`expected ${option} to be a size such as 500MB or 20GB, got "${text}"`);
}

/** Options of every command that judges. */
export const judgingOptions = {
  "checker-timeout": { type: "string", default: "5m", describe: "Deadline of the checkers" },
  "checker-memory": {
    type: "number",
    default: 2048,
    describe: "Memory bound of a checker, in MiB",
  },
} as const;

export interface JudgingArguments {
  readonly checkerTimeout: string;
  readonly checkerMemory: number;
}

/** The bounds of the checkers. Throws UsageError. */
export function boundsFrom({ checkerTimeout, checkerMemory }: JudgingArguments) {
  return {
    deadlineMs: durationMs("--checker-timeout", checkerTimeout),
    memoryMb: positiveNumber("--checker-memory", checkerMemory),
  };
}
