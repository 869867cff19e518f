import type { CommandModule } from "yargs";
import { nemeses } from "../../nemeses/index.js";
import { scenarios } from "../../scenarios/index.js";
import { workloads } from "../../workloads/index.js";
import { plantedBugs, type PlantedBug } from "../cluster/simulated/bugs.js";
import { capabilities, nodeNames } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import type { Nemesis } from "../core/nemesis.js";
import { kindsHit } from "../runner/aimed-choice.js";
import { namesFrom } from "./arguments.js";
import { bedCapabilities, bedsThatCan } from "./bed-capabilities.js";
import type { VerifyArguments } from "./list-verify.js";
import { printJson } from "./say.js";

interface Arguments extends VerifyArguments {
  readonly what: string | undefined;
  readonly verify: boolean;
}

interface Row {
  readonly name: string;
  readonly summary: string;
  readonly needs?: readonly string[];
  /** Kinds that `--target` may ask it for in a cluster of five nodes; none where it takes no target. */
  readonly targets?: readonly string[];
  /** Whether this machine has what real nodes need for it, in words; where it was looked at. */
  readonly thisMachine?: string;
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
    Object.values(nemeses).map((nemesis) => ({
      name: nemesis.name,
      summary: nemesis.summary,
      needs: needsOf(nemesis),
      targets: kindsHit(nemesis, fiveNodes),
    })),
  scenarios: () =>
    Object.values(scenarios).map(({ name, bug: { title, issues, fixedIn } }) => ({
      name,
      summary: [
        title,
        ...(issues.length > 0 ? [issues.map((issue) => `etcd #${issue}`).join(", ")] : []),
        fixedIn === undefined ? "fixed in no release that is known" : `fixed in ${fixedIn}`,
      ].join("; "),
    })),
  bugs: () =>
    Object.entries<PlantedBug>(plantedBugs).map(([name, { summary, breaks }]) => ({
      name,
      summary: `${summary} (breaks: ${breaks})`,
    })),
};

const fiveNodes = { nodes: nodeNames(5), capabilities: bedCapabilities.docker };

function needsOf({ needs, minNodes }: Nemesis): string[] {
  return [
    ...needs.map((need) => capabilities[need]),
    ...(minNodes === undefined ? [] : [`at least ${minNodes} nodes`]),
    `a cluster of the kind ${bedsThatCan(needs).join(" or ")}`,
  ];
}

export const listCommand: CommandModule<object, Arguments> = {
  command: "list [what]",
  describe: `Explain what there is: ${Object.keys(tables).join(", ")}`,

  builder: (yargs) =>
    yargs.positional("what", { type: "string" }).options({
      verify: {
        type: "boolean",
        default: false,
        describe: "With nemeses: see one fault of each in force and over on a real cluster",
      },
      etcd: {
        type: "string",
        describe: "With --verify: a version, debian:<suite>, an image, or the path of a binary",
      },
      nemesis: {
        type: "string",
        array: true,
        default: [],
        describe: "With --verify: these alone, separated by commas",
      },
      seed: { type: "number", describe: "With --verify: chooses the same faults again" },
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }),

  async handler(given) {
    const { what, json } = given;
    if (given.verify) {
      await verifyNemesesOnly(given);
      return;
    }
    mustVerify(given);
    const wanted = what === undefined ? Object.keys(tables) : namesFrom("what", [what], tables);
    const rows = wanted.map((name) => [name, tables[name]?.() ?? []] as const);
    if (what === "nemeses") {
      await listOnThisMachine(rows[0]?.[1] ?? [], json);
      return;
    }
    if (json) printJson(Object.fromEntries(rows));
    else for (const [title, entries] of rows) print(title, entries);
  },
};

/** Loaded here and not above: a list needs no client of Docker. */
async function verifyNemesesOnly(given: Arguments): Promise<void> {
  if (given.what !== "nemeses") {
    throw new UsageError(
      "--verify tries nemeses and nothing else: give it to `ordeal list nemeses`",
    );
  }
  const { verifyAll } = await import("./list-verify.js");
  await verifyAll(given);
}

/** What would be without effect is refused rather than passed over. */
function mustVerify({ etcd, nemesis, seed }: Arguments): void {
  if (etcd === undefined && nemesis.length === 0 && seed === undefined) return;
  throw new UsageError("--etcd, --nemesis and --seed are for --verify: give it too");
}

/** Only who asks for nemeses alone waits for it: everything is tried in containers. */
async function listOnThisMachine(rows: readonly Row[], json: boolean): Promise<void> {
  const { askMachine } = await import("./machine-needs.js");
  const say = await askMachine();
  const told = rows.map((row) => {
    const nemesis = nemeses[row.name];
    return nemesis ? { ...row, thisMachine: say(nemesis) } : row;
  });
  if (json) printJson({ nemeses: told });
  else print("nemeses", told);
}

function print(title: string, rows: readonly Row[]): void {
  const width = Math.max(14, ...rows.map(({ name }) => name.length + 2));
  const lines = rows.flatMap(({ name, summary, needs, targets, demonstrates, thisMachine }) => [
    `  ${name.padEnd(width)}${summary}`,
    ...(demonstrates === undefined
      ? []
      : [`  ${"".padEnd(width)}expected to end invalid: ${demonstrates}`]),
    ...(needs ?? []).map((need) => `  ${"".padEnd(width)}needs: ${need}`),
    ...(targets === undefined ? [] : [`  ${"".padEnd(width)}--target: ${targetsInWords(targets)}`]),
    ...(thisMachine === undefined ? [] : [`  ${"".padEnd(width)}this machine: ${thisMachine}`]),
  ]);
  process.stdout.write(`${title}\n${lines.join("\n")}\n`);
}

function targetsInWords(kinds: readonly string[]): string {
  return kinds.length === 0 ? "none can be asked for" : `${kinds.join(", ")}, or nodes such as n2`;
}
