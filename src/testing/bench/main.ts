import { stdout } from "node:process";
import { parseArgs } from "node:util";
import { allShapes } from "./all-shapes.js";
import { type Case, cases } from "./cases.js";
import { benchCheckers } from "./checkers.js";
import { costOfCheckCommand } from "./check-command.js";
import { machine } from "./machine.js";
import type { Measurement } from "./measurement.js";
import { measureInChild } from "./run-child.js";
import { ms, rowOf, tableHead, tableLine } from "./table.js";

// npm run bench -- [--only TEXT] [--quick] [--shapes] [--json]
// npm run bench -- --only checkers [--quick] [--json]
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    shapes: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
/** In a quick run nothing is longer. */
const mostOperations = values.quick ? 100_000 : Infinity;

process.exitCode = await chosenWork();

async function chosenWork(): Promise<number> {
  if (values.only.startsWith("checkers")) return benchGrowth();
  return values.shapes ? benchShapes() : benchCases();
}

async function benchGrowth(): Promise<number> {
  say(`${machine()}\n`);
  const seconds = values.quick ? 10 : 100;
  const results = await benchCheckers({ only: values.only, seconds, say });
  if (values.json) stdout.write(`${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
  return results.every(({ isValid }) => isValid) ? 0 : 1;
}

async function benchCases(): Promise<number> {
  const chosen = cases.filter(isChosen);
  say(`${machine()}\n`);
  say(tableHead);
  const results: { name: string; measured: Measurement | string }[] = [];
  for (const each of chosen) {
    const { name } = each;
    const countedRuns = values.quick ? 5 : 15;
    const measured = await measureInChild({ list: "cases", name, countedRuns });
    results.push({ name, measured });
    say(tableLine(rowOf(each, measured)));
  }
  if ("ordeal check".includes(values.only) && !values.quick) say(await checkCommandText());
  if (values.json) stdout.write(`${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
  return results.some(({ measured }) => isWrong(measured)) ? 1 : 0;
}

async function checkCommandText(): Promise<string> {
  const operations = 1_000_000;
  const cost = await costOfCheckCommand(operations);
  if (!cost) return "\n`ordeal check`: nothing is built, so it was not measured: npm run build";
  const { verdict, wallMs, cpuMs, peakMb } = cost;
  const isMet = verdict === "valid" && wallMs < 10_000 && peakMb < 1024;
  return [
    `\n\`ordeal check\` of a history.ndjson of ${operations.toLocaleString("en")} operations:`,
    `${verdict}, ${ms(wallMs)} (${ms(cpuMs)} of CPU), at most ${peakMb.toFixed(0)} MB;`,
    `target: < 10 s, < 1024 MB; met: ${isMet ? "yes" : "no"}`,
  ].join(" ");
}

async function benchShapes(): Promise<number> {
  const chosen = allShapes().filter(isChosen);
  say(machine());
  const decided: { name: string; measured: Measurement }[] = [];
  const open: string[] = [];
  let hasWrong = false;
  for (const [index, { name }] of chosen.entries()) {
    const measured = await measureInChild({ list: "shapes", name, countedRuns: 0 });
    if (typeof measured === "string" || measured.verdict === "wrong") {
      hasWrong = true;
      say(`WRONG: ${name}: ${typeof measured === "string" ? measured : (measured.wrong ?? "")}`);
    } else if (measured.verdict === "unknown") open.push(`${name}: ${ms(measured.firstMs)}`);
    else decided.push({ name, measured });
    if ((index + 1) % 50 === 0) say(`${index + 1} of ${chosen.length}`);
  }
  say(shapesText(chosen.length, decided, open));
  if (values.json)
    stdout.write(`${JSON.stringify({ machine: machine(), decided, open }, null, 2)}\n`);
  return hasWrong ? 1 : 0;
}

function shapesText(
  count: number,
  decided: readonly { readonly name: string; readonly measured: Measurement }[],
  open: readonly string[],
): string {
  const sorted = decided.toSorted((a, b) => a.measured.firstMs - b.measured.firstMs);
  const share = (part: number) =>
    sorted[Math.ceil(part * sorted.length) - 1]?.measured.firstMs ?? 0;
  const slowest = sorted.slice(-10).reverse();
  return [
    "",
    `${decided.length} of ${count} shapes decided within 60 s and 1 GB; first run in a process:`,
    `p50 ${ms(share(0.5))}, p90 ${ms(share(0.9))}, p99 ${ms(share(0.99))}, max ${ms(share(1))}`,
    "",
    "the slowest:",
    ...slowest.map(
      ({ name, measured }) => `- ${name}: ${ms(measured.firstMs)}, ${measured.engines.join(", ")}`,
    ),
    ...(open.length > 0 ? ["", "not decided:", ...open.map((each) => `- ${each}`)] : []),
  ].join("\n");
}

function isChosen({ name, operations }: Case): boolean {
  return name.includes(values.only) && operations <= mostOperations;
}

/** Also what ended without any verdict, since "unknown" would have been one. */
function isWrong(measured: Measurement | string): boolean {
  return typeof measured === "string" || measured.verdict === "wrong";
}

/** Not into the JSON. */
function say(text: string): void {
  (values.json ? process.stderr : stdout).write(`${text}\n`);
}
