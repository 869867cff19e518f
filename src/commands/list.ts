import type { CommandModule } from "yargs";
import { nemeses } from "../../nemeses/index.js";
import { workloads } from "../../workloads/index.js";
import { plantedBugs, type PlantedBug } from "../cluster/simulated/bugs.js";
import { capabilities } from "../core/cluster.js";
import { namesFrom } from "./arguments.js";
import { bedsThatCan } from "./bed-capabilities.js";
import { printJson } from "./say.js";

interface Arguments {
  readonly what: string | undefined;
  readonly json: boolean;
}

interface Row {
  readonly name: string;
  readonly summary: string;
  readonly needs?: readonly string[];
  /** Why it is expected to end invalid. */
  readonly demonstrates?: string;
}

const tables: Readonly<Record<string, () => readonly Row[]>> = {
  workloads: () =>
    Object.entries(workloads).map(([name, { summary, demonstrates }]) => ({
      name,
      summary,
      ...(demonstrates !== undefined && { demonstrates }),
    })),
  nemeses: () =>
    Object.values(nemeses).map(({ name, summary, needs, minNodes }) => ({
      name,
      summary,
      needs: [
        ...needs.map((need) => capabilities[need]),
        ...(minNodes === undefined ? [] : [`at least ${minNodes} nodes`]),
        `a cluster of the kind ${bedsThatCan(needs).join(" or ")}`,
      ],
    })),
  bugs: () =>
    Object.entries<PlantedBug>(plantedBugs).map(([name, { summary, breaks }]) => ({
      name,
      summary: `${summary} (breaks: ${breaks})`,
    })),
};

export const listCommand: CommandModule<object, Arguments> = {
  command: "list [what]",
  describe: `Explain what there is: ${Object.keys(tables).join(", ")}`,

  builder: (yargs) =>
    yargs.positional("what", { type: "string" }).options({
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }),

  handler({ what, json }) {
    const wanted = what === undefined ? Object.keys(tables) : namesFrom("what", [what], tables);
    const rows = wanted.map((name) => [name, tables[name]?.() ?? []] as const);
    if (json) printJson(Object.fromEntries(rows));
    else for (const [title, entries] of rows) print(title, entries);
  },
};

function print(title: string, rows: readonly Row[]): void {
  const width = Math.max(14, ...rows.map(({ name }) => name.length + 2));
  const lines = rows.flatMap(({ name, summary, needs, demonstrates }) => [
    `  ${name.padEnd(width)}${summary}`,
    ...(demonstrates === undefined
      ? []
      : [`  ${"".padEnd(width)}expected to end invalid: ${demonstrates}`]),
    ...(needs ?? []).map((need) => `  ${"".padEnd(width)}needs: ${need}`),
  ]);
  process.stdout.write(`${title}\n${lines.join("\n")}\n`);
}
