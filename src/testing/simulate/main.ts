import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { anyTrial } from "./any-trial.js";
import { matrix, rowCounts } from "./matrix.js";
import { simulate } from "./simulate.js";

// npm run simulate -- --seeds 1000 [--from SEED]
// npm run simulate -- --matrix [--seeds 10]
const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    matrix: { type: "boolean", default: false },
    /** Of the matrix, for the processes that it is made by. */
    row: { type: "string" },
  },
});

const from = Number(values.from);
process.exitCode = await chosenWork();

async function chosenWork(): Promise<number> {
  if (values.row !== undefined) return printRow(Number(values.row), Number(values.seeds ?? 10));
  if (values.matrix) return printMatrix(Number(values.seeds ?? 10));
  return tryAll(from, Number(values.seeds ?? 1_000));
}

async function printRow(place: number, count: number): Promise<number> {
  const seeds = Array.from({ length: count }, (_, index) => from + index);
  say(JSON.stringify(await rowCounts(place, seeds)));
  return 0;
}

/** The planted bugs by the checkers that find them, as Markdown on standard output. */
async function printMatrix(count: number): Promise<number> {
  const onRow = (words: string) => {
    stderr.write(`${words}\n`);
  };
  say(await matrix({ from, count }, { onRow }));
  return 0;
}

/** Clusters without a planted bug: whatever comes out invalid or breaks is a bug of ours. */
async function tryAll(from: number, count: number): Promise<number> {
  const verdicts = new Map<string, number>();
  let operations = 0;
  let failures = 0;
  const every = Math.max(1, Math.ceil(count / 20));
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await outcomeOf(seed);
    operations += outcome.operations;
    verdicts.set(outcome.verdict, (verdicts.get(outcome.verdict) ?? 0) + 1);
    if (outcome.trouble !== undefined) {
      failures += 1;
      say(`seed ${seed}: ${outcome.trouble}`);
      say(`  again: npm run simulate -- --seeds 1 --from ${seed}`);
      say(`  it is: ${JSON.stringify(anyTrial(seed))}`);
    }
    if ((seed - from + 1) % every === 0) say(`${seed - from + 1} seeds`);
  }
  const tally = [...verdicts].sort().map(([verdict, times]) => `${times} ${verdict}`);
  say(`${count} seeds from ${from}, ${operations} operations: ${tally.join(", ")}`);
  return failures === 0 ? 0 : 1;
}

interface Outcome {
  readonly verdict: string;
  readonly operations: number;
  /** A false alarm or a crash, in words. */
  readonly trouble?: string;
}

async function outcomeOf(seed: number): Promise<Outcome> {
  try {
    const { history, verdict } = await simulate(anyTrial(seed));
    const { validity, sentence } = verdict;
    return {
      verdict: validity,
      operations: history.operations.length,
      ...(validity === "invalid" && { trouble: `a false alarm: ${sentence}` }),
    };
  } catch (error) {
    const trouble = `a crash: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { verdict: "crashed", operations: 0, trouble };
  }
}

function say(line: string): void {
  stdout.write(`${line}\n`);
}
