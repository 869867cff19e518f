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
 * Nodes to stop in some way: running ones only. As long as a majority is at work, one is left at
 * work, with those that are down or cut off counted in: several nemeses together would else stop
 * everything most of the time. A majority is stopped on purpose, from a whole cluster, and leaves at
 * least one node running where there is more than one. Undefined where nothing fits just now.
 */
export function chooseTargets(situation: Situation, random: Random): Targets | undefined {
  const { nodes, leader } = situation;
  const running = nodes.filter((node) => isRunning(situation, node));
  const atWork = running.filter((node) => seesMajority(situation, node));
  const spare = nodes.length === 1 ? 1 : atWork.length - majorityOf(nodes);
  // With none to spare, only what is out of the game already may be harmed further.
  const candidates = spare > 0 ? running : running.filter((node) => !atWork.includes(node));

  const possible: Readonly<Record<TargetKind, boolean>> = {
    one: candidates.length > 0,
    leader: leader !== undefined && candidates.includes(leader),
    // With a single node to spare it is the same as one.
    minority: spare >= 2,
    majority: atWork.length === nodes.length && majorityOf(nodes) < nodes.length,
  };
  const kinds = (Object.keys(weights) as TargetKind[]).filter((kind) => possible[kind]);
  if (kinds.length === 0) return undefined;
  const kind = weighted(kinds, (k) => weights[k], random);
  const count = { one: 1, leader: 1, minority: spare, majority: majorityOf(nodes) }[kind];
  const chosen = some(candidates, count, random);
  return { kind, nodes: kind === "leader" && leader !== undefined ? [leader] : chosen };
}

function majorityOf(nodes: readonly string[]): number {
  return Math.floor(nodes.length / 2) + 1;
}

function isRunning({ state }: Situation, node: string): boolean {
  return state(node).process === "running";
}

/** Whether it runs and can talk, in both directions, with enough others that run. */
export function seesMajority(situation: Situation, node: string): boolean {
  const { nodes, state } = situation;
  const isCutFrom = (other: string) =>
    state(node).cut.some(({ from, to }) => from === other || to === other);
  const partners = nodes.filter(
    (other) => other !== node && isRunning(situation, other) && !isCutFrom(other),
  );
  return isRunning(situation, node) && partners.length + 1 >= majorityOf(nodes);
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
