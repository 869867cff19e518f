import { stdout } from "node:process";
import { parseArgs } from "node:util";
import { fuzz, type FuzzResult, type Tally } from "./fuzz.js";
import { targets } from "./targets.js";

// npm run fuzz -- --histories 1000000 [--seed N] [--model NAME] [--from HISTORY]
const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    model: { type: "string" },
    from: { type: "string", default: "0" },
  },
});
process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = targets.filter(({ name }) => !values.model || isOf(name, values.model));
  if (chosen.length === 0) {
    say(`expected a --model such as ${targets.map(({ name }) => name).join("; ")}`);
    return 64;
  }
  const histories = Number(values.histories);
  const seed = Number(values.seed);
  say(`${histories.toLocaleString("en")} histories of ${chosen.length} models, seed ${seed}`);
  const every = Math.max(1, Math.ceil(histories / 20));
  const result = await fuzz(chosen, {
    seed,
    histories,
    from: Number(values.from),
    onProgress: (done) => {
      if (done % every === 0) say(`${done.toLocaleString("en")} without disagreement`);
    },
  });
  say(tableOf(result.tallies));
  if (!result.trouble) return 0;
  say(troubleOf(result.trouble, seed));
  return 1;
}

/** "kv" is also "kv, no hints". */
function isOf(name: string, model: string): boolean {
  return name === model || name.startsWith(`${model},`);
}

function tableOf(tallies: readonly Tally[]): string {
  const rows = tallies.map(({ name, histories, valid, invalid, unknown, engines, cpuMs }) => {
    const decided = [...engines]
      .sort(([, a], [, b]) => b - a)
      .map(([engine, count]) => `${engine} ${count}`)
      .join(", ");
    return `| ${[name, histories, valid, invalid, unknown, decided, (cpuMs / 1000).toFixed(1)].join(" | ")} |`;
  });
  const total = tallies.reduce((sum, { histories }) => sum + histories, 0);
  const seconds = tallies.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000;
  return [
    "",
    "| model | histories | valid | invalid | unknown | decided by | CPU s |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `${total.toLocaleString("en")} histories in ${seconds.toFixed(1)} s of CPU`,
  ].join("\n");
}

function troubleOf(
  { target, history, complaint, testCase }: NonNullable<FuzzResult["trouble"]>,
  seed: number,
): string {
  const only = values.model ? ` --model ${values.model}` : "";
  return [
    "",
    `DISAGREEMENT on ${target}: ${complaint.message}`,
    `again with: --seed ${seed} --from ${history} --histories ${history + 1}${only}`,
    "",
    testCase,
  ].join("\n");
}

function say(text: string): void {
  stdout.write(`${text}\n`);
}
