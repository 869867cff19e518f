import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { plantedBugs } from "../../cluster/simulated/bugs.js";
import type { Proof } from "./proof.js";
import { proofs } from "./proof-table.js";
import { tryRow } from "./prove.js";

/** By checker, in how many trials of a row it objected. */
export interface RowCounts {
  readonly found: Readonly<Record<string, number>>;
  /** Without the bug, in the first `controls` of the seeds. */
  readonly falseAlarms: Readonly<Record<string, number>>;
}

/** So many of a row's trials are made without its bug as well. */
const controls = 2;

/** One row of the table of proofs, by its place, with these seeds. */
export async function rowCounts(place: number, seeds: readonly number[]): Promise<RowCounts> {
  const proof = proofs[place];
  if (!proof) throw new RangeError(`there is no row ${place}, only ${proofs.length} rows`);
  return {
    found: await countObjections(proof, seeds, true),
    falseAlarms: await countObjections(proof, seeds.slice(0, controls), false),
  };
}

async function countObjections(proof: Proof, seeds: readonly number[], isPlanted: boolean) {
  const counts: Record<string, number> = {};
  for await (const { findings } of tryRow(proof, seeds, { isPlanted })) {
    for (const checker of findings.keys()) counts[checker] = (counts[checker] ?? 0) + 1;
  }
  return counts;
}

const mainFile = fileURLToPath(new URL("main.ts", import.meta.url));

/**
 * The table of bugs in Markdown, with whom each was found by. Each row is made by a process of its
 * own, as many at a time as there are processors.
 */
export async function matrix(
  { from, count }: { readonly from: number; readonly count: number },
  { onRow }: { readonly onRow: (words: string) => void },
): Promise<string> {
  const rows: RowCounts[] = [];
  let next = 0;
  const work = async () => {
    for (let place = next++; place < proofs.length; place = next++) {
      const words = ["--row", `${place}`, "--from", `${from}`, "--seeds", `${count}`];
      const { stdout } = await execa("npx", ["tsx", mainFile, ...words]);
      rows[place] = JSON.parse(stdout) as RowCounts;
      onRow(`${proofs[place]?.bug} by ${proofs[place]?.trial.workload}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return asMarkdown(rows, count);
}

function asMarkdown(rows: readonly RowCounts[], count: number): string {
  const alarms = new Map<string, number>();
  for (const { falseAlarms } of rows) {
    for (const [checker, times] of Object.entries(falseAlarms)) {
      alarms.set(checker, (alarms.get(checker) ?? 0) + times);
    }
  }
  const told = [...alarms].map(([checker, times]) => `${checker} ${times}`).join(", ");
  const trials = rows.length * Math.min(count, controls);
  return [
    line(["planted bug", "it breaks", "workload", `found in so many of ${count} seeds by`]),
    line(["---", "---", "---", "---"]),
    ...proofs.map((proof, place) => {
      const { bug, trial, checkers } = proof;
      return line([
        `\`${bug}\``,
        plantedBugs[bug].breaks,
        trial.workload,
        foundBy(checkers, rows[place]?.found ?? {}),
      ]);
    }),
    line([`none, in ${trials} trials of the same kinds`, "", "", told || "nobody"]),
  ].join("\n");
}

/** Those that had to find it first, in bold. */
function foundBy(named: readonly string[], found: Readonly<Record<string, number>>): string {
  const others = Object.keys(found).filter((checker) => !named.includes(checker));
  return [
    ...named.map((checker) => `**${checker} ${found[checker] ?? 0}**`),
    ...others.map((checker) => `${checker} ${found[checker]}`),
  ].join(", ");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
