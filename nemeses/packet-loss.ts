import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, weighted } from "./targets.js";

export type PacketLossKind = "one" | "leader" | "all";

export interface PacketLossSpec extends FaultSpec {
  readonly nemesis: "packet-loss";
  readonly kind: PacketLossKind;
  /** Of all packets on these ways, above 0 and below 1. */
  readonly share: number;
  /** Which nodes lose packets, and whose. */
  readonly losses: readonly Loss[];
}

interface Loss {
  readonly at: string;
  readonly from: readonly string[];
}

const shares = [0.05, 0.1, 0.2, 0.3, 0.5];
const weights: Readonly<Record<PacketLossKind, number>> = { one: 2, leader: 3, all: 2 };

/** The network between nodes is bad: some packets arrive, some do not. Clients reach all as before. */
export const packetLoss: Nemesis<PacketLossSpec> = {
  name: "packet-loss",
  summary:
    "loses 5 to 50 % of the packets between one node or the leader and the others, or between all nodes",
  needs: ["packet-loss"],
  minNodes: 2,

  choose(situation, random) {
    const { nodes, leader } = situation;
    const share = random.pick(shares);
    const one = nodes.length === 0 ? undefined : random.pick(nodes);
    const plans = [
      ...aroundNode("one", one, nodes),
      ...aroundNode("leader", leader, nodes),
      ...everywhere(nodes),
    ].filter(({ losses }) => losses.every((loss) => canBeLost(situation, loss)));
    if (plans.length === 0) return undefined;
    const { subject, ...plan } = weighted(plans, ({ kind }) => weights[kind], random);
    const description = `${subject} lose ${Math.round(share * 100)} % of the packets between them`;
    return { nemesis: "packet-loss", ...plan, share, description };
  },

  async inject(cluster, { share, losses }) {
    const sendersTo = new Map(losses.map(({ at, from }) => [at, from]));
    await forEachNode([...sendersTo.keys()], (at) =>
      cluster.harm("packet-loss").inflict(at, { from: sendersTo.get(at) ?? [], share }),
    );
  },
  proveInForce: (cluster, spec) =>
    proveForEach(carriersOf(spec), (node) => cluster.harm("packet-loss").probeInForce(node)),
  heal: (cluster, spec) =>
    forEachNode(carriersOf(spec), (node) => cluster.harm("packet-loss").remedy(node)),
  proveOver: (cluster, spec) =>
    proveForEach(carriersOf(spec), (node) => cluster.harm("packet-loss").probeOver(node)),
};

function carriersOf({ losses }: PacketLossSpec): string[] {
  return losses.map(({ at }) => at);
}

/**
 * Nothing can be done in a frozen container, a node has one share for one fault, and of what a cut
 * keeps away nothing can be seen to be lost.
 */
function canBeLost({ state }: Situation, { at, from }: Loss): boolean {
  const { process, harms = [], cut } = state(at);
  const isCut = cut.some((link) => link.to === at && from.includes(link.from));
  return process !== "frozen" && !harms.includes("packet-loss") && !isCut;
}

interface Plan {
  readonly kind: PacketLossKind;
  readonly subject: string;
  readonly nodes: readonly string[];
  readonly losses: readonly Loss[];
}

/** Both ways; none where there is nobody else. */
function aroundNode(
  kind: PacketLossKind,
  node: string | undefined,
  nodes: readonly string[],
): Plan[] {
  const others = nodes.filter((other) => other !== node);
  if (node === undefined || others.length === 0) return [];
  const remark = kind === "leader" ? " (the leader)" : "";
  return [
    {
      kind,
      subject: `${node}${remark} on the one side and ${inWords(others)} on the other`,
      nodes: [node],
      losses: [{ at: node, from: others }, ...others.map((at) => ({ at, from: [node] }))],
    },
  ];
}

/** With two nodes that is what is lost around one of them. */
function everywhere(nodes: readonly string[]): Plan[] {
  if (nodes.length < 3) return [];
  const losses = nodes.map((at) => ({ at, from: nodes.filter((other) => other !== at) }));
  return [{ kind: "all", subject: inWords(nodes), nodes, losses }];
}
