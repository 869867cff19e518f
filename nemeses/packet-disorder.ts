import type { PacketDisorder } from "../src/core/harms.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { chooseWays, type Way, type WaysKind } from "./ways-between.js";

export interface PacketDisorderSpec extends FaultSpec {
  readonly nemesis: "packet-disorder";
  readonly kind: WaysKind;
  readonly way: PacketDisorder["way"];
  /** Of all packets between these nodes, above 0 and below 1. */
  readonly share: number;
  /** To which nodes packets come twice or late, and whose. */
  readonly ways: readonly Way[];
}

const shares = [0.1, 0.2, 0.3, 0.5];

/** The network delivers all packets, and none of them just once and in order. TCP sets that right. */
export const packetDisorder: Nemesis<PacketDisorderSpec> = {
  name: "packet-disorder",
  summary:
    "has 10 to 50 % of the packets between one node or the leader and the others, or between all nodes, come twice or behind later ones",
  needs: ["packet-disorder"],
  minNodes: 2,

  choose(situation, random) {
    const way = random.pick(["duplicate", "reorder"] as const);
    const share = random.pick(shares);
    const plan = chooseWays(situation, random, (one) => canBeHad(situation, one));
    if (!plan) return undefined;
    const { subject, ...where } = plan;
    const part = `${Math.round(share * 100)} % of the packets between them`;
    const what = way === "duplicate" ? `${part} twice` : `up to ${part} behind later ones`;
    return {
      nemesis: "packet-disorder",
      ...where,
      way,
      share,
      description: `${subject} get ${what}`,
    };
  },

  async inject(cluster, { way, share, ways }) {
    const sendersTo = new Map(ways.map(({ at, from }) => [at, from]));
    await forEachNode([...sendersTo.keys()], (at) =>
      cluster.harm("packet-disorder").inflict(at, { from: sendersTo.get(at) ?? [], share, way }),
    );
  },
  proveInForce: (cluster, spec) =>
    proveForEach(receiversOf(spec), (node) => cluster.harm("packet-disorder").probeInForce(node)),
  heal: (cluster, spec) =>
    forEachNode(receiversOf(spec), (node) => cluster.harm("packet-disorder").remedy(node)),
  proveOver: (cluster, spec) =>
    proveForEach(receiversOf(spec), (node) => cluster.harm("packet-disorder").probeOver(node)),
};

function receiversOf({ ways }: PacketDisorderSpec): string[] {
  return ways.map(({ at }) => at);
}

/**
 * Nothing can be done in a frozen container, a node has one disorder at a time, and where a cut drops
 * packets, or the answers to them, no disorder can be seen.
 */
function canBeHad({ state }: Situation, { at, from }: Way): boolean {
  const { process, harms = [], cut } = state(at);
  const isCut = cut.some((link) => [link.from, link.to].some((end) => from.includes(end)));
  const canSend = from.every((node) => state(node).process !== "frozen");
  return process !== "frozen" && canSend && !harms.includes("packet-disorder") && !isCut;
}
