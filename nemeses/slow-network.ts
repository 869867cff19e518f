import { isNamed } from "../src/core/asked-targets.js";
import type { FaultSpec } from "../src/core/history.js";
import type { SlowNetwork } from "../src/core/harms.js";
import type { Nemesis, Situation } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, some } from "./targets.js";

export interface SlowNetworkSpec extends FaultSpec {
  readonly nemesis: "slow-network";
  /** What is done to each of the nodes, but for whose messages come late there. */
  readonly how: Omit<SlowNetwork, "from">;
  /** Whose messages come late, by the node that they come to. */
  readonly senders: Readonly<Record<string, readonly string[]>>;
}

/** From a neighbouring data centre to the other side of the world, each factor as often as another. */
const leastDelayMs = 5;
const mostDelayMs = 500;
const leastKbit = 64;
const mostKbit = 2_048;

/** Messages between members take longer, each a little differently; some members also send little at a time. */
export const slowNetwork: Nemesis<SlowNetworkSpec> = {
  name: "slow-network",
  summary:
    "delays what some nodes hear from the others by 5 to 500 ms and up to as much again, and lets some send no more than 64 kbit to 2 Mbit a second",
  needs: ["slow-network"],
  minNodes: 2,

  choose(situation, random) {
    const { nodes, leader } = situation;
    const delayMs = Math.round(between(leastDelayMs, mostDelayMs, random.fraction()));
    const jitterMs = Math.round(delayMs * random.pick([0, 0.5, 1]));
    const kbitPerSecond = Math.round(between(leastKbit, mostKbit, random.fraction()));
    const isNarrow = random.below(3) === 0;
    const named = nodes.filter((node) => isNamed(situation, node));
    const drawn = some(named, 1 + random.below(named.length), random);
    const isLeaderSlow = random.below(3) === 0 && leader !== undefined;
    const senders = Object.fromEntries(
      (isLeaderSlow ? [leader] : drawn).flatMap((node) => {
        const heard = nodes.filter((other) => canBeSlow(situation, other, node));
        return heard.length > 0 ? [[node, heard]] : [];
      }),
    );
    const slow = Object.keys(senders);
    if (slow.length === 0) return undefined;
    const width = isNarrow ? ` and can send ${kbitPerSecond} kbit a second` : "";
    const most = jitterMs > 0 ? ` to ${delayMs + jitterMs}` : "";
    const remark = slow.length === 1 && slow[0] === leader ? " (the leader)" : "";
    const verb = slow.length === 1 ? "hears" : "hear";
    return {
      nemesis: "slow-network",
      nodes: slow,
      description: `${inWords(slow)}${remark} ${verb} the others ${delayMs}${most} ms late${width}`,
      how: { delayMs, jitterMs, ...(isNarrow && { kbitPerSecond }) },
      senders,
    };
  },

  inject: (cluster, { nodes, how, senders }) =>
    forEachNode(nodes, (node) =>
      cluster.harm("slow-network").inflict(node, { ...how, from: senders[node] ?? [] }),
    ),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("slow-network").probeInForce(node)),
  heal: (cluster, { nodes }) =>
    forEachNode(nodes, (node) => cluster.harm("slow-network").remedy(node)),
  proveOver: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.harm("slow-network").probeOver(node)),
};

/** Even on a scale of factors. */
function between(least: number, most: number, fraction: number): number {
  return least * (most / least) ** fraction;
}

/** Where nothing passes, nothing can be seen to be late; and nothing can be done in a frozen container. */
function canBeSlow({ state }: Situation, from: string, to: string): boolean {
  if (from === to) return false;
  return [from, to].every((node) => {
    const { process, cut, held = [] } = state(node);
    const isBetween = [...cut, ...held].some((link) =>
      [link.from, link.to].every((end) => end === from || end === to),
    );
    return process !== "frozen" && !isBetween;
  });
}
