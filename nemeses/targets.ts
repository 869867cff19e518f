import type { Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";

/** Which of the running nodes a fault hits. */
export type TargetKind = "one" | "minority" | "majority" | "leader";

export interface Targets {
  readonly kind: TargetKind;
  /** In the cluster's order. */
  readonly nodes: readonly string[];
}

/**
 * How often each kind is chosen, of all that are possible. Without a majority nothing moves, and
 * that is worth seeing, but a run in which it is the rule proves little.
 */
const weights: Readonly<Record<TargetKind, number>> = {
  one: 3,
  leader: 3,
  minority: 3,
  majority: 1,
};

/**
 * Nodes to stop in some way: running ones only. A minority is counted with those that are down
 * already, so that progress goes on; a majority is stopped on purpose, from a whole cluster, and
 * leaves at least one node running where there is more than one. Undefined where none runs.
 */
export function chooseTargets(situation: Situation, random: Random): Targets | undefined {
  const { nodes, leader } = situation;
  const running = nodes.filter((node) => situation.state(node).process === "running");
  if (running.length === 0) return undefined;
  const down = nodes.length - running.length;
  const spare = Math.floor((nodes.length - 1) / 2) - down;
  const majority = Math.floor(nodes.length / 2) + 1;

  const possible: Readonly<Record<TargetKind, boolean>> = {
    one: true,
    leader: leader !== undefined && running.includes(leader),
    // With a single node to spare it is the same as one.
    minority: spare >= 2,
    majority: down === 0 && majority < nodes.length,
  };
  const kinds = (Object.keys(weights) as TargetKind[]).filter((kind) => possible[kind]);
  const kind = weighted(kinds, (k) => weights[k], random);
  const chosen = some(running, { one: 1, leader: 1, minority: spare, majority }[kind], random);
  return { kind, nodes: kind === "leader" && leader !== undefined ? [leader] : chosen };
}

/** In words: "n1 and n4 (a minority)". */
export function describeTargets({ kind, nodes }: Targets): string {
  const what = {
    one: "",
    leader: " (the leader)",
    minority: " (a minority)",
    majority: " (a majority)",
  };
  return `${inWords(nodes)}${what[kind]}`;
}

/** "n1", "n1 and n2", "n1, n2 and n3". */
export function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? "no node";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** `count` of the items, in their own order. */
export function some<T>(items: readonly T[], count: number, random: Random): T[] {
  const chosen = new Set(random.shuffle(items).slice(0, count));
  return items.filter((item) => chosen.has(item));
}

/** One of the choices, each as often as its weight says. There must be one. */
export function weighted<T>(
  choices: readonly T[],
  weightOf: (choice: T) => number,
  random: Random,
): T {
  return random.pick(choices.flatMap((choice) => Array<T>(weightOf(choice)).fill(choice)));
}
