import { type BugName, plantedBugs } from "../../cluster/simulated/bugs.js";
import type { Proof } from "./proof.js";
import { proofs, waiting } from "./proof-table.js";
import { tryRow } from "./prove.js";

/** Whom a bug must be found by, and by whom it was in how many trials. */
interface Row {
  readonly bug: BugName;
  readonly workload: string;
  readonly named: readonly string[];
  readonly found: ReadonlyMap<string, number>;
}

const seldom = "·";

/** The table of bugs by checkers in Markdown, as it comes out with these seeds. */
export async function matrix(
  seeds: readonly number[],
  { onRow }: { readonly onRow: (bug: BugName) => void },
): Promise<string> {
  const rows: Row[] = [];
  const falseAlarms = new Map<string, number>();
  for (const proof of proofs) {
    onRow(proof.bug);
    const found = await countObjections(proof, seeds, true);
    const { workload } = proof.trial;
    rows.push({ bug: proof.bug, workload, named: proof.checkers, found });
    for (const [checker, count] of await countObjections(proof, seeds, false)) {
      falseAlarms.set(checker, (falseAlarms.get(checker) ?? 0) + count);
    }
  }
  const checkers = [...new Set(rows.flatMap(({ named, found }) => [...named, ...found.keys()]))];
  const cells = ({ named, found }: Row) =>
    checkers.map((checker) => {
      const count = found.get(checker) ?? 0;
      if (count === 0) return seldom;
      return named.includes(checker) ? `**${count}**` : `${count}`;
    });
  const all = seeds.length * proofs.length;
  return [
    line(["planted bug", "it breaks", "workload", ...checkers]),
    line(["---", "---", "---", ...checkers.map(() => "---")]),
    ...rows.map((row) =>
      line([`\`${row.bug}\``, plantedBugs[row.bug].breaks, row.workload, ...cells(row)]),
    ),
    line([
      `none, in ${all} trials of the same kinds`,
      "",
      "",
      ...checkers.map((checker) => `${falseAlarms.get(checker) ?? 0}`),
    ]),
    "",
    "Waiting for what can show them:",
    ...[...new Set(waiting.map(({ waitsFor }) => waitsFor))].map((waitsFor) => {
      const bugs = waiting.filter((one) => one.waitsFor === waitsFor);
      return `- ${waitsFor}: ${bugs.map(({ bug }) => `\`${bug}\``).join(", ")}`;
    }),
  ].join("\n");
}

async function countObjections(proof: Proof, seeds: readonly number[], isPlanted: boolean) {
  const counts = new Map<string, number>();
  for await (const { findings } of tryRow(proof, seeds, { isPlanted })) {
    for (const checker of findings.keys()) counts.set(checker, (counts.get(checker) ?? 0) + 1);
  }
  return counts;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
