import {
  type BugMatrix,
  type Cell,
  cellWords,
  medianToDetection,
  outcomeOf,
  outcomeWords,
  seconds,
} from "../campaign/bugs/matrix.js";
import { printable } from "../core/printable.js";

/** A cell as soon as it is over. */
export function cellLine(cell: Cell): string {
  const time = medianToDetection(cell);
  const after = time === undefined ? "" : `, found after ${seconds(time)}`;
  const [first] = cell.tries;
  const trouble =
    outcomeOf(cell) === "as-expected"
      ? ""
      : `\n    ${printable(first?.sentence ?? cell.impossible ?? "")}`;
  return `${cell.version.padEnd(8)} ${cell.scenario}: ${cellWords(cell)}${after}: ${spokenOutcome(cell)}${trouble}`;
}

/** In capitals where somebody has to look at it. */
function spokenOutcome(cell: Cell): string {
  const outcome = outcomeOf(cell);
  const words = outcomeWords[outcome];
  return outcome === "as-expected" || outcome === "impossible" ? words : words.toUpperCase();
}

/** For a terminal: a line for each case, with what was found. */
export function matrixText({ cells }: BugMatrix): string[] {
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  return names.flatMap((name) => {
    const row = cells.filter(({ scenario }) => scenario === name);
    const found = row.flatMap(({ tries }) => tries).find(({ caughtBy }) => caughtBy.length > 0);
    return [
      `${name}${issuesIn(row[0])}: ${row[0]?.title ?? ""}`,
      `    ${row.map((cell) => `${cell.version}: ${cellWords(cell)}`).join("; ")}`,
      ...(found ? [`    found by ${found.caughtBy.join(", ")}: ${printable(found.sentence)}`] : []),
    ];
  });
}

function issuesIn(cell: Cell | undefined): string {
  const issues = cell?.issues ?? [];
  return issues.length === 0 ? "" : ` (${issues.map((issue) => `#${issue}`).join(", ")})`;
}

/** The table of cases by versions. */
export function markdownOf({ cells, command }: BugMatrix): string {
  const versions = [...new Set(cells.map(({ version }) => version))];
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  const rows = names.map((name) => {
    const row = cells.filter(({ scenario }) => scenario === name);
    const issues = (row[0]?.issues ?? []).map(
      (issue) => `[#${issue}](https://github.com/etcd-io/etcd/issues/${issue})`,
    );
    const words = versions.map((version) => {
      const cell = row.find((one) => one.version === version);
      return cell ? wordsIn(cell) : "";
    });
    const known = issues.length === 0 ? "" : ` (${issues.join(", ")})`;
    return `| \`${name}\`${known} | ${words.join(" | ")} |`;
  });
  return [
    `\`${command}\``,
    "",
    `| case | ${versions.join(" | ")} |`,
    `| --- | ${versions.map(() => "---").join(" | ")} |`,
    ...rows,
    "",
  ].join("\n");
}

function wordsIn(cell: Cell): string {
  const time = medianToDetection(cell);
  const words = time === undefined ? cellWords(cell) : `${cellWords(cell)}, ${seconds(time)}`;
  const outcome = outcomeOf(cell);
  return outcome === "as-expected" || outcome === "impossible"
    ? words
    : `**${words}: ${outcomeWords[outcome]}**`;
}
