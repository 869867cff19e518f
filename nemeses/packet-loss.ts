import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { chooseWays, type Way, type WaysKind } from "./ways-between.js";

export interface PacketLossSpec extends FaultSpec {
  readonly nemesis: "packet-loss";
  readonly kind: WaysKind;
  /** Of all packets on these ways, above 0 and below 1. */
  readonly share: number;
  /** Which nodes lose packets, and whose. */
  readonly losses: readonly Way[];
}

const shares = [0.05, 0.1, 0.2, 0.3, 0.5];

/** The network between nodes is bad: some packets arrive, some do not. Clients reach all as before. */
export const packetLoss: Nemesis<PacketLossSpec> = {
  name: "packet-loss",
  summary:
    "loses 5 to 50 % of the packets between one node or the leader and the others, or between all nodes",
  needs: ["packet-loss"],
  minNodes: 2,

  choose(situation, random) {
    const share = random.pick(shares);
    const plan = chooseWays(situation, random, (way) => canBeLost(situation, way));
    if (!plan) return undefined;
    const { subject, ways: losses, kind, nodes } = plan;
    const description = `${subject} lose ${Math.round(share * 100)} % of the packets between them`;
    return { nemesis: "packet-loss", kind, nodes, losses, share, description };
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
function canBeLost({ state }: Situation, { at, from }: Way): boolean {
  const { process, harms = [], cut } = state(at);
  const isCut = cut.some((link) => link.to === at && from.includes(link.from));
  return process !== "frozen" && !harms.includes("packet-loss") && !isCut;
}
