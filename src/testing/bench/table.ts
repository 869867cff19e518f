import type { Case } from "./cases.js";
import type { Measurement } from "./measurement.js";

export interface Row {
  readonly name: string;
  readonly go: string;
  readonly first: string;
  readonly steady: string;
  readonly engine: string;
  readonly memory: string;
  readonly engines: string;
  readonly verdict: string;
  readonly target: string;
  readonly met: string;
  readonly times: string;
}

const columns: readonly (readonly [keyof Row, string])[] = [
  ["name", "history"],
  ["go", "Go Porcupine"],
  ["first", "first run"],
  ["steady", "steady"],
  ["engine", "engines alone"],
  ["memory", "MB over input"],
  ["engines", "engines"],
  ["verdict", "verdict"],
  ["target", "target"],
  ["met", "met"],
  ["times", "times faster"],
];

export const tableHead = [
  lineOf(columns.map(([, title]) => title)),
  lineOf(columns.map(() => "---")),
].join("\n");

export function tableLine(row: Row): string {
  return lineOf(columns.map(([column]) => row[column]));
}

export function rowOf(its: Case, measured: Measurement | string): Row {
  const { name, go, target } = its;
  const goText = go === undefined ? "" : (go.failed ?? range(go.fromMs, go.toMs));
  const empty = { name, go: goText, first: "", steady: "", engine: "", memory: "", engines: "" };
  if (typeof measured === "string") {
    return { ...empty, verdict: measured, target: targetText(target), met: "no", times: "" };
  }
  const { firstMs, steadyMs = firstMs, engineMs, memoryMb, engines, verdict, wrong } = measured;
  const times = go && go.fromMs / steadyMs;
  return {
    name,
    go: goText,
    first: ms(firstMs),
    steady: ms(steadyMs),
    engine: ms(engineMs),
    memory: memoryMb.toFixed(0),
    engines: engines.join(", "),
    verdict: [verdict, wrong, slowestText(measured), counterexampleText(measured)]
      .filter(Boolean)
      .join("; "),
    target: targetText(target),
    met: metText(its, measured),
    times:
      times === undefined || !Number.isFinite(times)
        ? ""
        : `${go?.failed === undefined ? "" : "> "}${times >= 100 ? times.toFixed(0) : times.toPrecision(2)}`,
  };
}

function metText({ go, target }: Case, measured: Measurement): string {
  const { firstMs, steadyMs = firstMs, engineMs, memoryMb, counterexample, verdict } = measured;
  if (verdict === "unknown" || verdict === "wrong") return "no";
  const missed = [
    exceeds(steadyMs, target.steadyMs) && "steady",
    exceeds(firstMs, target.firstMs) && "first",
    exceeds(engineMs, target.engineMs) && "engines",
    exceeds(memoryMb, target.memoryMb) && "memory",
    go && exceeds(steadyMs * (target.timesFaster ?? 0), go.fromMs) && "times",
    exceeds(counterexample?.cpuMs, target.counterexample?.cpuMs) && "counterexample",
    exceeds(counterexample?.operations, target.counterexample?.operations) && "its size",
  ].filter((each) => typeof each === "string");
  if (Object.keys(target).length === 0) return "";
  return missed.length === 0 ? "yes" : `no: ${missed.join(", ")}`;
}

function exceeds(measured: number | undefined, most: number | undefined): boolean {
  return most !== undefined && measured !== undefined && measured > most;
}

function targetText(target: Case["target"]): string {
  const { steadyMs, firstMs, engineMs, timesFaster, memoryMb, counterexample } = target;
  return [
    steadyMs !== undefined && `< ${ms(steadyMs)}`,
    firstMs !== undefined && `first < ${ms(firstMs)}`,
    engineMs !== undefined && `engines < ${ms(engineMs)}`,
    timesFaster !== undefined && (timesFaster === 1 ? "no slower" : `${timesFaster} times`),
    memoryMb !== undefined && `< ${memoryMb} MB`,
    counterexample && `< ${ms(counterexample.cpuMs)}, <= ${counterexample.operations} ops`,
  ]
    .filter((each) => typeof each === "string")
    .join("; ");
}

function counterexampleText({ counterexample }: Measurement): string | undefined {
  return counterexample && `${counterexample.operations} ops in ${ms(counterexample.cpuMs)}`;
}

function slowestText({ slowestMs }: Measurement): string | undefined {
  return slowestMs === undefined ? undefined : `the slowest ${ms(slowestMs)}`;
}

function range(from: number, to: number): string {
  if (!Number.isFinite(from)) return "out of reach";
  return from === to ? ms(from) : `${ms(from)} to ${ms(to)}`;
}

export function ms(value: number): string {
  if (value >= 999.5) return `${(value / 1_000).toPrecision(3)} s`;
  return `${value >= 9.95 ? value.toFixed(0) : value.toPrecision(2)} ms`;
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
