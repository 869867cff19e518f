import { type CellResult, cellResults, worstFirst } from "./cell-results.js";
import { legible } from "../../report/legible.js";
import type { Night, NightRun, RunOutcome } from "./night.js";
import { clusterInWords, loadInWords, reasonsOf } from "./night-in-words.js";

/**
 * A night as JUnit XML, the form that the Jenkins plugin reads: a test case a cell. A violation is
 * a failure; what left no clear verdict is an error, so that it never counts as passed.
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
export function junitXml(night: Night): string {
  const cells = cellResults(night);
  const count = (...outcomes: readonly string[]) =>
    cells.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const suite = attributes({
    name: `ordeal soak ${night.name}`,
    tests: cells.length,
    failures: count("invalid"),
    errors: count("failed", "unknown"),
    skipped: count("not reached"),
    time: secondsOf(night.runs),
    // The schema takes no fraction and no zone.
    timestamp: night.startedAt.slice(0, "2026-01-01T00:00:00".length),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite${suite}>`,
    ...propertiesOf(night),
    ...cells.map(testCase),
    "</testsuite>",
    "",
  ].join("\n");
}

function propertiesOf({ seed, budget, tool, shard, ended, caveat }: Night): readonly string[] {
  const properties = {
    seed,
    budget,
    tool,
    ended: ended ?? "not recorded",
    ...(shard && { shard: `${shard.part}/${shard.of}` }),
    ...(caveat !== undefined && { caveat }),
  };
  return [
    "  <properties>",
    ...Object.entries(properties).map(
      ([name, value]) => `    <property${attributes({ name, value })}/>`,
    ),
    "  </properties>",
  ];
}

function testCase({ cell, outcome, runs, attempts }: CellResult): string {
  const testcase = attributes({
    classname: loadInWords(cell),
    name: clusterInWords(cell),
    time: secondsOf(attempts),
  });
  if (outcome === "valid") return `  <testcase${testcase}/>`;
  const child =
    outcome === "not reached"
      ? '<skipped message="not reached"/>'
      : troubleOf(
          outcome,
          worstFirst.flatMap((one) => runs.filter((run) => run.outcome === one)),
        );
  return `  <testcase${testcase}>\n    ${child}\n  </testcase>`;
}

const elements = { invalid: "failure", failed: "error", unknown: "error" } as const;
const types = {
  invalid: "violation",
  failed: "failed",
  unknown: "inconclusive",
  valid: "valid",
} as const;

/** Of a test case many readers show but one failure or error: it tells of all its runs. */
function troubleOf(outcome: Exclude<RunOutcome, "valid">, worstRunsFirst: readonly NightRun[]) {
  const tag = elements[outcome];
  const troubled = worstRunsFirst.filter((run) => run.outcome !== "valid");
  const message = troubled.slice(0, 1).flatMap(reasonsOf)[0] ?? "";
  const text = troubled.map(textOf).join("\n\n");
  return `<${tag}${attributes({ message, type: types[outcome] })}>${escapeText(text)}</${tag}>`;
}

function textOf(run: NightRun): string {
  const { number, outcome, seed, command } = run;
  return [`${types[outcome]}, run ${number}`, ...reasonsOf(run), `seed ${seed}`, command].join(
    "\n",
  );
}

function secondsOf(runs: readonly NightRun[]): string {
  return (runs.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join("");
}

function escapeText(text: string): string {
  return asNumbers(legible(text), /[&<>"\r]/g);
}

/** For values in double quotes, of whose tabs and line breaks a parser would make spaces. */
function escapeAttribute(text: string): string {
  return asNumbers(escapeText(text), /[\t\n]/g);
}

function asNumbers(text: string, characters: RegExp): string {
  return text.replaceAll(characters, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
