import type { RequestErrorFacts } from "../core/classify-error.js";
import type { Input, Outcome } from "../core/operation.js";
import { keyOf } from "./columns.js";

/** "write register/3 5", "cas register/3 expected=5 value=6": the kind, the key, then the rest. */
export function describeInput(input: Input): string {
  const key = keyOf(input);
  const rest = Object.entries(input).filter(
    ([name]) => name !== "f" && !(name === "key" && key !== undefined),
  );
  const [only] = rest;
  // A lone value needs no name: everybody knows what is written.
  const words =
    rest.length === 1 && only?.[0] === "value"
      ? [describeValue(only[1])]
      : rest.map(([name, value]) => `${name}=${describeValue(value)}`);
  return [input.f, ...(key === undefined ? [] : [key]), ...words].join(" ");
}

/** "value=5 modRevision=12", "unavailable: leader changed", "no answer before the run ended". */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.type === "ok") return describeOutput(outcome.output);
  if (outcome.error) return describeError(outcome.error);
  return "no answer before the run ended";
}

function describeOutput(output: unknown): string {
  if (output === undefined) return "done";
  if (typeof output !== "object" || output === null || Array.isArray(output)) {
    return describeValue(output);
  }
  const words = Object.entries(output).map(([name, value]) => `${name}=${describeValue(value)}`);
  return words.length === 0 ? "done" : words.join(" ");
}

export function describeError({ code, details }: RequestErrorFacts): string {
  return `${codeName(code)}: ${details}`;
}

/** "DEADLINE_EXCEEDED" for 4; names from gRPC's list of status codes. */
export function codeName(code: number): string {
  return codeNames[code] ?? `code ${code}`;
}

const codeNames = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

function describeValue(value: unknown): string {
  if (typeof value === "string") return /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
  if (value === undefined) return "undefined";
  const whole = JSON.stringify(value);
  if (!Array.isArray(value) || whole.length <= longestList) return whole;
  const shown = value.slice(0, itemsShown).map((item) => JSON.stringify(item));
  const more = value.length - shown.length;
  return more <= 0 ? whole : `[${shown.join(",")},… ${more} more]`;
}

/** A list beyond so many letters is told by its beginning. */
const longestList = 600;
const itemsShown = 3;
