import { isAskedFor } from "../src/core/asked-targets.js";
import { clients, type Cluster, type Link } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";
import { inWords, some, weighted } from "./targets.js";

export type PartitionKind = "one" | "leader" | "halves" | "ring" | "bridge" | "one-way" | "clients";

export interface PartitionSpec extends FaultSpec {
  readonly nemesis: "partition";
  readonly kind: PartitionKind;
  /** Names the cut to the cluster. */
  readonly cut: string;
  readonly links: readonly Link[];
  /** How often it comes and goes before it stays. Default: never. */
  readonly flaps?: Flaps;
}

interface Flaps {
  readonly times: number;
  /** How long each time, and as long between: below an election timeout. */
  readonly everyMs: number;
}

/** The network between some nodes carries nothing, or that between clients and some nodes. */
export const partition: Nemesis<PartitionSpec> = {
  name: "partition",
  summary:
    "cuts the network between nodes: one node or the leader alone, a minority, a ring of majorities, two halves with one node between them, one direction only; or that between clients and some nodes; sometimes on and off before",
  needs: ["partition"],
  minNodes: 2,

  choose(situation, random) {
    const cut = `partition-${random.below(2 ** 32).toString(16)}`;
    const flaps = { times: 2 + random.below(3), everyMs: random.pick([50, 100, 250]) };
    const isFlapping = random.below(6) === 0;
    const plans = Object.entries(kinds).flatMap(([kind, { weight, plan }]) => {
      const made = plan(situation, random);
      const isPossible = made && made.links.every((link) => canCarryRules(situation, link.to));
      return isPossible && isAskedFor(situation, made.nodes)
        ? [{ kind: kind as PartitionKind, weight, made }]
        : [];
    });
    if (plans.length === 0) return undefined;
    const { kind, made } = weighted(plans, ({ weight }) => weight, random);
    if (!isFlapping) return { nemesis: "partition", kind, cut, ...made };
    const description = `${made.description}, on and off ${flaps.times} times before`;
    return { nemesis: "partition", kind, cut, ...made, description, flaps };
  },

  async inject(cluster, spec) {
    await flap(cluster, spec);
    await cluster.cut(spec.cut, spec.links);
  },
  proveInForce: (cluster, { links }) => cluster.probeCut(links),
  heal: (cluster, { cut }) => cluster.mend(cut),
  proveOver: (cluster, { links }) => cluster.probeMended(links),
};

async function flap(cluster: Cluster, { cut, links, flaps }: PartitionSpec): Promise<void> {
  const { times = 0, everyMs = 0 } = flaps ?? {};
  for (let flapped = 0; flapped < times; flapped++) {
    await cluster.cut(cut, links);
    await cluster.sleep(everyMs);
    await cluster.mend(cut);
    await cluster.sleep(everyMs);
  }
}

interface Plan {
  readonly nodes: readonly string[];
  readonly description: string;
  readonly links: readonly Link[];
}

type MakePlan = (situation: Situation, random: Random) => Plan | undefined;

/** Every kind draws its choices whether or not it is taken, so that choices stay the same. */
const kinds: Readonly<Record<PartitionKind, { readonly weight: number; readonly plan: MakePlan }>> =
  {
    one: { weight: 2, plan: ({ nodes }, random) => alone(nodes, pickOrNone(nodes, random), "") },
    leader: {
      weight: 4,
      plan: ({ nodes, leader }) => alone(nodes, leader, " (the leader)"),
    },
    halves: { weight: 2, plan: ({ nodes }, random) => halves(nodes, random) },
    ring: { weight: 2, plan: ({ nodes }, random) => ring(nodes, random) },
    bridge: { weight: 1, plan: ({ nodes }, random) => bridge(nodes, random) },
    "one-way": { weight: 2, plan: ({ nodes }, random) => oneWay(nodes, random) },
    clients: { weight: 1, plan: ({ nodes }, random) => withoutClients(nodes, random) },
  };

/** Rules are where packets arrive, and nothing can be put into a frozen container. */
function canCarryRules(situation: Situation, node: string): boolean {
  return situation.state(node).process !== "frozen";
}

function pickOrNone(nodes: readonly string[], random: Random): string | undefined {
  return nodes.length === 0 ? undefined : random.pick(nodes);
}

function alone(
  nodes: readonly string[],
  node: string | undefined,
  remark: string,
): Plan | undefined {
  const others = nodes.filter((other) => other !== node);
  if (node === undefined || others.length === 0) return undefined;
  return {
    nodes: [node],
    description: `${node}${remark} is cut off from ${inWords(others)}`,
    links: bothWays([node], others),
  };
}

function halves(nodes: readonly string[], random: Random): Plan | undefined {
  const size = Math.floor((nodes.length - 1) / 2);
  const minority = some(nodes, size, random);
  // A minority of one is what the kind "one" does.
  if (size < 2) return undefined;
  const majority = nodes.filter((node) => !minority.includes(node));
  return {
    nodes: minority,
    description: `${inWords(minority)} (a minority) are cut off from ${inWords(majority)}`,
    links: bothWays(minority, majority),
  };
}

/**
 * The nodes stand in a circle and reach only so many neighbours on either side that each sees a
 * majority, and no two the same one. With fewer than five a majority is everybody's.
 */
function ring(nodes: readonly string[], random: Random): Plan | undefined {
  const circle = random.shuffle(nodes);
  const count = circle.length;
  if (count < 5) return undefined;
  const reach = Math.ceil(Math.floor(count / 2) / 2);
  const isFar = (from: number, to: number) => {
    const distance = Math.abs(from - to);
    return Math.min(distance, count - distance) > reach;
  };
  const links = circle.flatMap((from, at) =>
    circle.flatMap((to, other) => (isFar(at, other) ? [{ from, to }] : [])),
  );
  // An even ring of two neighbours each may leave nothing to cut.
  if (links.length === 0) return undefined;
  return {
    nodes,
    description: `each node sees a majority, no two the same: the ring ${circle.join(", ")} reaches ${reach} on either side`,
    links,
  };
}

/** Two halves that share one node: each of the two is a majority with it where the number is odd. */
function bridge(nodes: readonly string[], random: Random): Plan | undefined {
  const [middle, ...others] = random.shuffle(nodes);
  if (middle === undefined || others.length < 2) return undefined;
  const half = Math.floor(others.length / 2);
  const [left, right] = [others.slice(0, half).sort(), others.slice(half).sort()];
  const verb = left.length === 1 ? "is" : "are";
  return {
    nodes: nodes.filter((node) => node !== middle),
    description: `${inWords(left)} ${verb} cut off from ${inWords(right)}, and ${middle} reaches them all`,
    links: bothWays(left, right),
  };
}

/** The members go on among themselves; requests to these wait for an answer that does not come. */
function withoutClients(nodes: readonly string[], random: Random): Plan | undefined {
  if (nodes.length < 2) return undefined;
  const majority = Math.floor(nodes.length / 2) + 1;
  const counts = [1, 1, Math.max(1, nodes.length - majority), majority];
  const unreached = some(nodes, random.pick(counts), random);
  return {
    nodes: unreached,
    description: `${inWords(unreached)} cannot be reached by clients, while the members reach each other`,
    links: unreached.map((to) => ({ from: clients, to })),
  };
}

function oneWay(nodes: readonly string[], random: Random): Plan | undefined {
  const node = pickOrNone(nodes, random);
  const isDeaf = random.below(2) === 0;
  const others = nodes.filter((other) => other !== node);
  if (node === undefined || others.length === 0) return undefined;
  return isDeaf
    ? {
        nodes: [node],
        description: `${node} hears nothing from ${inWords(others)}, but they hear it`,
        links: others.map((from) => ({ from, to: node })),
      }
    : {
        nodes: [node],
        description: `${node} is not heard by ${inWords(others)}, but it hears them`,
        links: others.map((to) => ({ from: node, to })),
      };
}

function bothWays(side: readonly string[], others: readonly string[]): Link[] {
  return side.flatMap((a) =>
    others.flatMap((b) => [
      { from: a, to: b },
      { from: b, to: a },
    ]),
  );
}
