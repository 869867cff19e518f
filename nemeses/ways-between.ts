import { isAskedFor, isNamed } from "../src/core/asked-targets.js";
import type { Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";
import { inWords, weighted } from "./targets.js";

/** Which ways between nodes a fault of the network hits: around one, around the leader, or all. */
export type WaysKind = "one" | "leader" | "all";

/** A node to which packets come, and whose. */
export interface Way {
  readonly at: string;
  readonly from: readonly string[];
}

export interface WaysPlan {
  readonly kind: WaysKind;
  /** In words: "n1 on the one side and n2 and n3 on the other". */
  readonly subject: string;
  readonly nodes: readonly string[];
  /** One for each node to which packets come. */
  readonly ways: readonly Way[];
}

const weights: Readonly<Record<WaysKind, number>> = { one: 2, leader: 3, all: 2 };

/** Undefined where none that was asked for can be had with all its ways. */
export function chooseWays(
  situation: Situation,
  random: Random,
  canBeHad: (way: Way) => boolean,
): WaysPlan | undefined {
  const { nodes, leader } = situation;
  const named = nodes.filter((node) => isNamed(situation, node));
  const one = named.length === 0 ? undefined : random.pick(named);
  const plans = [
    ...aroundNode("one", one, nodes),
    ...aroundNode("leader", leader, nodes),
    ...everywhere(nodes),
  ].filter((plan) => plan.ways.every(canBeHad) && isAskedFor(situation, plan.nodes));
  if (plans.length === 0) return undefined;
  return weighted(plans, ({ kind }) => weights[kind], random);
}

/** Both directions; none where there is nobody else. */
function aroundNode(
  kind: WaysKind,
  node: string | undefined,
  nodes: readonly string[],
): WaysPlan[] {
  const others = nodes.filter((other) => other !== node);
  if (node === undefined || others.length === 0) return [];
  const remark = kind === "leader" ? " (the leader)" : "";
  return [
    {
      kind,
      subject: `${node}${remark} on the one side and ${inWords(others)} on the other`,
      nodes: [node],
      ways: [{ at: node, from: others }, ...others.map((at) => ({ at, from: [node] }))],
    },
  ];
}

/** With two nodes that is what goes on around one of them. */
function everywhere(nodes: readonly string[]): WaysPlan[] {
  if (nodes.length < 3) return [];
  const ways = nodes.map((at) => ({ at, from: nodes.filter((other) => other !== at) }));
  return [{ kind: "all", subject: inWords(nodes), nodes, ways }];
}
