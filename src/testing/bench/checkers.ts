import { fileURLToPath } from "node:url";
import { type CheckerTimes, type LongRun, timedWorkloads } from "../simulate/time-checkers.js";
import { runNode } from "./run-child.js";
import { ms } from "./table.js";

const program = fileURLToPath(new URL("measure-checkers.js", import.meta.url));
/** A history of a million operations and a checker's own memory beside it. */
const heapMb = 12_000;

/** What one checker took for a history and for one that is about ten times as long. */
export interface Growth {
  readonly workload: string;
  readonly checker: string;
  readonly short: { readonly events: number; readonly cpuMs: number };
  readonly long: { readonly events: number; readonly cpuMs: number };
  readonly isValid: boolean;
}

export interface GrowthOptions {
  /** Only lines that hold it: "checkers, watch". */
  readonly only: string;
  /** Seconds of virtual time; the longer run has ten times as many. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/**
 * The time of every workload's checkers, and how it grows: linear in the history is a growth of 1.
 */
export async function benchCheckers({ only, seconds, say }: GrowthOptions): Promise<Growth[]> {
  say(growthHead);
  const all: Growth[] = [];
  for (const workload of timedWorkloads.filter((name) => `checkers, ${name}`.includes(only))) {
    const short = await timesOf({ workload, seconds });
    const long = await timesOf({ workload, seconds: 10 * seconds });
    const growths = growthsOf({ workload, short, long });
    for (const growth of growths) say(growthLine(growth));
    all.push(...growths);
  }
  return all;
}

async function timesOf(run: LongRun): Promise<CheckerTimes> {
  const args = ["--expose-gc", `--max-old-space-size=${heapMb}`, program, JSON.stringify(run)];
  const { code, output } = await runNode(args);
  const line = output.trim().split("\n").at(-1) ?? "";
  if (code !== 0) throw new Error(`timing the checkers of ${run.workload} ended with ${code}`);
  return JSON.parse(line) as CheckerTimes;
}

export function growthsOf({
  workload,
  short,
  long,
}: {
  readonly workload: string;
  readonly short: CheckerTimes;
  readonly long: CheckerTimes;
}): Growth[] {
  return long.checkers.flatMap(({ name, cpuMs, validity }) => {
    const before = short.checkers.find((one) => one.name === name);
    if (!before) return [];
    return {
      ...{ workload, checker: name },
      short: { events: short.events, cpuMs: before.cpuMs },
      long: { events: long.events, cpuMs },
      isValid: validity === "valid" && before.validity === "valid",
    };
  });
}

export const growthHead = [
  "| workload | checker | events | CPU | events | CPU | growth | valid |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
].join("\n");

export function growthLine({ workload, checker, short, long, isValid }: Growth): string {
  const growth = long.cpuMs / short.cpuMs / (long.events / short.events);
  const cells = [
    ...[workload, checker],
    ...[short, long].flatMap(({ events, cpuMs }) => [events.toLocaleString("en"), ms(cpuMs)]),
    ...[growth.toFixed(2), isValid ? "yes" : "no"],
  ];
  return `| ${cells.join(" | ")} |`;
}
