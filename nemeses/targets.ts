import { isNamed, smallestMinority, type TargetKind } from "../src/core/asked-targets.js";
import type { Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";

export type { TargetKind } from "../src/core/asked-targets.js";

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
  one: 6,
  leader: 6,
  minority: 6,
  majority: 1,
  followers: 1,
  all: 1,
};

/** For faults that would show nothing more if they hit every node at once. */
export const notAll: readonly TargetKind[] = ["one", "leader", "minority", "majority", "followers"];
export const alsoAll: readonly TargetKind[] = [...notAll, "all"];

/**
 * Nodes to stop in some way: running ones only. As long as a majority is at work, one is left at
 * work, with those that are down or cut off counted in: several nemeses together would else stop
 * everything most of the time. A majority is stopped on purpose, from a whole cluster, and leaves at
 * least one node running where there is more than one, unless all of them are stopped. Of all this
 * only what was asked for, if anything was. Undefined where nothing fits just now.
 */
export function chooseTargets(
  situation: Situation,
  random: Random,
  allowed = notAll,
): Targets | undefined {
  const { nodes, leader, target } = situation;
  const running = nodes.filter((node) => isRunning(situation, node));
  const atHand = running.filter((node) => !hasSlowDisk(situation, node));
  const atWork = running.filter((node) => seesMajority(situation, node));
  const spare = nodes.length === 1 ? 1 : atWork.length - majorityOf(nodes);
  // With none to spare, only what is out of the game already may be harmed further.
  const candidates = (spare > 0 ? atHand : atHand.filter((node) => !atWork.includes(node))).filter(
    (node) => isNamed(situation, node),
  );
  const isWhole = atWork.length === nodes.length && atHand.length === nodes.length;
  const followers = nodes.filter((node) => node !== leader);
  const isWanted = (kind: TargetKind) => target?.kinds?.includes(kind) ?? true;
  const areNamed = (wanted: readonly string[]) => wanted.every((node) => isNamed(situation, node));
  // With a single node to spare it is the same as one, and chosen only where it is asked for.
  const leastMinority = target?.kinds ? smallestMinority(nodes) : 2;

  const possible: Readonly<Record<TargetKind, boolean>> = {
    one: candidates.length > 0,
    leader: leader !== undefined && candidates.includes(leader),
    minority: nodes.length > 2 && Math.min(spare, candidates.length) >= leastMinority,
    majority: isWhole && candidates.length >= majorityOf(nodes) && majorityOf(nodes) < nodes.length,
    // Of three they are the others of a majority; of two they are one.
    followers: isWhole && leader !== undefined && nodes.length > 2 && areNamed(followers),
    all: isWhole && nodes.length > 1 && areNamed(nodes),
  };
  const kinds = allowed.filter((kind) => possible[kind] && isWanted(kind));
  if (kinds.length === 0) return undefined;
  const kind = weighted(kinds, (k) => weights[k], random);
  // Drawn whatever the kind, so that one choice does not move all that come after it.
  const order = random.shuffle(candidates);
  const drawn = (count: number) => inTheirOrder(candidates, order.slice(0, count));
  const targets: Readonly<Record<TargetKind, readonly string[]>> = {
    one: drawn(1),
    leader: leader === undefined ? [] : [leader],
    minority: drawn(spare),
    majority: drawn(majorityOf(nodes)),
    followers,
    all: nodes,
  };
  return { kind, nodes: targets[kind] };
}

function majorityOf(nodes: readonly string[]): number {
  return Math.floor(nodes.length / 2) + 1;
}

function isRunning({ state }: Situation, node: string): boolean {
  return state(node).process === "running";
}

/** It is frozen and thawed in turn: nobody else may do either, and who waits for it does not die. */
function hasSlowDisk({ state }: Situation, node: string): boolean {
  return state(node).harms?.includes("disk-slow") === true;
}

/** Whether it runs and can talk, in both directions, with enough others that run. */
export function seesMajority(situation: Situation, node: string): boolean {
  const { nodes, state } = situation;
  const { cut, held = [] } = state(node);
  const isCutFrom = (other: string) =>
    [...cut, ...held].some(({ from, to }) => from === other || to === other);
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
    followers: " (all but the leader)",
    all: " (all of them)",
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
  return inTheirOrder(items, random.shuffle(items).slice(0, count));
}

function inTheirOrder<T>(items: readonly T[], chosen: readonly T[]): T[] {
  const among = new Set(chosen);
  return items.filter((item) => among.has(item));
}

/** One of the choices, each as often as its weight says. There must be one. */
export function weighted<T>(
  choices: readonly T[],
  weightOf: (choice: T) => number,
  random: Random,
): T {
  return random.pick(choices.flatMap((choice) => Array<T>(weightOf(choice)).fill(choice)));
}
