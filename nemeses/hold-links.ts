import { isAskedFor } from "../src/core/asked-targets.js";
import type { Cluster, Link } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import type { Random } from "../src/core/random.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, weighted } from "./targets.js";

export type HoldKind = "to-leader" | "to-one" | "from-leader" | "one-way" | "both-ways";

export interface HoldLinksSpec extends FaultSpec {
  readonly nemesis: "hold-links";
  readonly kind: HoldKind;
  readonly links: readonly Link[];
  readonly holdMs: number;
  /**
   * For links that are held already: what came in the first so many milliseconds after that is let
   * go, in its order, and the rest stays. Undefined to hold all.
   */
  readonly letGoFirstMs?: number;
  /** How the end begins. Undefined to let go all at once. */
  readonly inTurn?: InTurn;
}

/**
 * What these senders sent in the first so many milliseconds is let go, one after the other, before the
 * rest is: as from a network whose ways recover one by one.
 */
interface InTurn {
  readonly senders: readonly string[];
  readonly firstMs: number;
  readonly gapMs: number;
}

/**
 * How long messages are held, in milliseconds, at least and at most: until an election is near;
 * until a new leader is there, while members still listen on the connections that these messages are
 * on (rafthttp gives one up after 5 s without a byte); and until they no longer do.
 */
const durations = [
  { leastMs: 200, mostMs: 900, weight: 2 },
  { leastMs: 1_000, mostMs: 4_500, weight: 4 },
  { leastMs: 6_000, mostMs: 10_000, weight: 1 },
];

/**
 * In turn, in milliseconds: a member that hears nothing from its leader asks again after half a second,
 * and looks for another after a second.
 */
const first = { leastMs: 550, mostMs: 1_000 };
const gap = { leastMs: 10, mostMs: 60 };

/**
 * Messages between members wait on their way and come in their order later, as on a network that
 * stalls and recovers. Together with a pause of the leader this brings back old confirmations at the
 * worst of times, as in https://github.com/etcd-io/etcd/issues/20418.
 */
export const holdLinks: Nemesis<HoldLinksSpec> = {
  name: "hold-links",
  summary:
    "holds back what reaches one node or the leader, what the leader sends, or what goes between two nodes, one way or both; lets it go in its order",
  needs: ["hold-links"],
  minNodes: 2,

  choose(situation, random) {
    const { leastMs, mostMs } = weighted(durations, ({ weight }) => weight, random);
    const holdMs = Math.round(leastMs + random.fraction() * (mostMs - leastMs));
    const plans = (Object.keys(kinds) as HoldKind[]).flatMap((kind) => {
      const made = kinds[kind].plan(situation, random);
      const isPossible = made?.links.every((link) => canBeHeld(situation, link)) === true;
      return isPossible && isAimed(situation, made.nodes) ? [{ kind, made }] : [];
    });
    if (plans.length === 0) return undefined;
    const { kind, made } = weighted(plans, (plan) => kinds[plan.kind].weight, random);
    const inTurn =
      kind === "to-leader" ? inTurnOf(made.links, random.fork(`${holdMs}`)) : undefined;
    return { nemesis: "hold-links", kind, ...made, holdMs, ...(inTurn && { inTurn }) };
  },

  inject: (cluster, { links, letGoFirstMs }) =>
    forEachNode(receiversOf(links), (node) =>
      cluster.harm("hold-links").inflict(node, {
        from: sendersTo(node, links),
        ...(letGoFirstMs !== undefined && { letGoFirstMs }),
      }),
    ),
  proveInForce: (cluster, { links }) =>
    proveForEach(receiversOf(links), (node) => cluster.harm("hold-links").probeInForce(node)),
  heal: (cluster, { links, inTurn }) =>
    forEachNode(receiversOf(links), async (node) => {
      try {
        if (inTurn) await letGoInTurn(cluster, node, inTurn);
      } finally {
        await cluster.harm("hold-links").remedy(node);
      }
    }),
  proveOver: (cluster, { links }) =>
    proveForEach(receiversOf(links), (node) => cluster.harm("hold-links").probeOver(node)),
};

/** A stream of its own, so that other choices stay the same. */
function inTurnOf(links: readonly Link[], random: Random): InTurn | undefined {
  const between = ({ leastMs, mostMs }: typeof first) =>
    Math.round(leastMs + random.fraction() * (mostMs - leastMs));
  const senders = random.shuffle(links.map(({ from }) => from));
  const inTurn = { senders, firstMs: between(first), gapMs: between(gap) };
  return random.pick([true, false]) ? inTurn : undefined;
}

async function letGoInTurn(
  cluster: Cluster,
  node: string,
  { senders, firstMs, gapMs }: InTurn,
): Promise<void> {
  for (const from of senders) {
    // Healing twice is safe: the second time nothing is held any more.
    const { held = [] } = cluster.state(node);
    if (!held.some((link) => link.from === from && link.to === node)) continue;
    await cluster.harm("hold-links").inflict(node, { from: [from], letGoFirstMs: firstMs });
    await cluster.sleep(gapMs);
  }
}

interface Plan {
  readonly nodes: readonly string[];
  readonly description: string;
  readonly links: readonly Link[];
}

type MakePlan = (situation: Situation, random: Random) => Plan | undefined;

/** Every kind draws its choices whether or not it is taken, so that choices stay the same. */
const kinds: Readonly<Record<HoldKind, { readonly weight: number; readonly plan: MakePlan }>> = {
  "to-leader": {
    weight: 4,
    plan: ({ nodes, leader }) => inbound(nodes, leader, " (the leader)"),
  },
  "to-one": { weight: 2, plan: ({ nodes }, random) => inbound(nodes, random.pick(nodes), "") },
  "from-leader": { weight: 2, plan: ({ nodes, leader }) => outbound(nodes, leader) },
  "one-way": { weight: 2, plan: ({ nodes }, random) => between(nodes, random, "one-way") },
  "both-ways": { weight: 1, plan: ({ nodes }, random) => between(nodes, random, "both-ways") },
};

/**
 * What does not arrive cannot be seen to wait, and nothing can be done in a frozen container. A
 * message that is held already is another fault's.
 */
function canBeHeld({ state }: Situation, { from, to }: Link): boolean {
  const isOfThese = (link: Link) => [link.from, link.to].every((end) => end === from || end === to);
  return [from, to].every((node) => {
    const { process, cut, held = [] } = state(node);
    return process !== "frozen" && ![...cut, ...held].some(isOfThese);
  });
}

/** Two nodes with nothing between them are no target of a kind: neither is taken from the cluster. */
function isAimed(situation: Situation, hit: readonly string[]): boolean {
  const isOfNoKind = hit.length > 1 && situation.target?.kinds !== undefined;
  return !isOfNoKind && isAskedFor(situation, hit);
}

function inbound(
  nodes: readonly string[],
  node: string | undefined,
  remark: string,
): Plan | undefined {
  const others = nodes.filter((other) => other !== node);
  if (node === undefined || others.length === 0) return undefined;
  return {
    nodes: [node],
    description: `${node}${remark} gets nothing of what it is sent by ${inWords(others)}: it is held back`,
    links: others.map((from) => ({ from, to: node })),
  };
}

function outbound(nodes: readonly string[], leader: string | undefined): Plan | undefined {
  const others = nodes.filter((other) => other !== leader);
  if (leader === undefined || others.length === 0) return undefined;
  return {
    nodes: [leader],
    description: `${leader} (the leader) sends to ${inWords(others)}, and all of it is held back`,
    links: others.map((to) => ({ from: leader, to })),
  };
}

function between(
  nodes: readonly string[],
  random: Random,
  kind: "one-way" | "both-ways",
): Plan | undefined {
  const [from, to] = random.shuffle(nodes);
  if (from === undefined || to === undefined) return undefined;
  return kind === "one-way"
    ? {
        nodes: [from, to],
        description: `${from} sends to ${to}, and all of it is held back`,
        links: [{ from, to }],
      }
    : {
        nodes: [from, to],
        description: `${from} and ${to} send to each other, and all of it is held back`,
        links: [
          { from, to },
          { from: to, to: from },
        ],
      };
}

function receiversOf(links: readonly Link[]): string[] {
  return [...new Set(links.map(({ to }) => to))];
}

function sendersTo(node: string, links: readonly Link[]): string[] {
  return links.filter(({ to }) => to === node).map(({ from }) => from);
}
