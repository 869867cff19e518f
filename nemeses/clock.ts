import { isNamed } from "../src/core/asked-targets.js";
import type { Cluster, ClockSkew } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, some } from "./targets.js";

export interface ClockSpec extends FaultSpec {
  readonly nemesis: "clock";
  /** The wall clock jumps; it and the monotonic clock run at the rate then. */
  readonly skew: ClockSkew;
  /** How often it jumps there and back before; undefined is never. */
  readonly swings?: number;
}

const rates = [0.5, 0.9, 1, 1.1, 2];
/** Jumps are up to 10 to this power milliseconds: small ones as often as large ones. */
const largestExponent = 5;
/** A clock that swings does so for about a second on a real node. */
const manySwings = 5;

/** Clocks of some nodes jump, or run too fast or too slow: nothing that etcd promises hangs on them. */
export const clock: Nemesis<ClockSpec> = {
  name: "clock",
  summary:
    "sets the clocks of some nodes ahead or back by up to 100 s, some to and fro before, and lets them run up to twice as fast or half as fast",
  needs: ["clock"],

  choose(situation, random) {
    const nodes = situation.nodes.filter((node) => isNamed(situation, node));
    const exponent = 1 + random.fraction() * (largestExponent - 1);
    const jumpMs = Math.round(10 ** exponent) * random.pick([-1, 1]);
    const rate = random.pick(rates);
    const drawn = some(nodes, 1 + random.below(nodes.length), random);
    const swings = random.pick([0, 0, 0, manySwings]);
    // Nothing can be done in a frozen container.
    const chosen = drawn.filter((node) => situation.state(node).process !== "frozen");
    if (chosen.length === 0) return undefined;
    const way = jumpMs < 0 ? "back" : "ahead";
    const often = swings === 0 ? "" : ` and right again ${swings} times, then once more for good`;
    const speed = rate === 1 ? "" : ` and then run at ${rate} times the right speed`;
    const whose = chosen.length === 1 ? "sees its clock" : "see their clocks";
    return {
      nemesis: "clock",
      nodes: chosen,
      description: `${inWords(chosen)} ${whose} jump ${Math.abs(jumpMs)} ms ${way}${often}${speed}`,
      skew: { jumpMs, rate },
      ...(swings > 0 && { swings }),
    };
  },

  inject: (cluster, { nodes, skew, swings }) =>
    forEachNode(nodes, async (node) => {
      await swing(cluster, node, { jumpMs: skew.jumpMs, times: swings ?? 0 });
      await cluster.skewClock(node, skew);
    }),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.probeClockSkewed(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.resetClock(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeClockReset(node)),
};

async function swing(
  cluster: Cluster,
  node: string,
  { jumpMs, times }: { jumpMs: number; times: number },
): Promise<void> {
  for (let swings = 0; swings < times; swings++) {
    await cluster.skewClock(node, { jumpMs, rate: 1 });
    await cluster.skewClock(node, { jumpMs: -jumpMs, rate: 1 });
  }
}
