import type { ClockSkew } from "../src/core/cluster.js";
import type { FaultSpec } from "../src/core/history.js";
import type { Nemesis } from "../src/core/nemesis.js";
import { forEachNode, proveForEach } from "./each-node.js";
import { inWords, some } from "./targets.js";

export interface ClockSpec extends FaultSpec {
  readonly nemesis: "clock";
  readonly skew: ClockSkew;
}

const rates = [0.5, 0.9, 1, 1.1, 2];
/** Jumps are up to 10 to this power milliseconds: small ones as often as large ones. */
const largestExponent = 5;

/** Clocks of some nodes jump, or run too fast or too slow: nothing that etcd promises hangs on them. */
export const clock: Nemesis<ClockSpec> = {
  name: "clock",
  summary:
    "sets the clocks of some nodes ahead or back by up to 100 s, and lets them run up to twice as fast or half as fast",
  needs: ["clock"],

  choose({ nodes }, random) {
    const exponent = 1 + random.fraction() * (largestExponent - 1);
    const jumpMs = Math.round(10 ** exponent) * random.pick([-1, 1]);
    const rate = random.pick(rates);
    const chosen = some(nodes, 1 + random.below(nodes.length), random);
    const way = jumpMs < 0 ? "back" : "ahead";
    const speed = rate === 1 ? "" : ` and then run at ${rate} times the right speed`;
    const whose = chosen.length === 1 ? "sees its clock" : "see their clocks";
    return {
      nemesis: "clock",
      nodes: chosen,
      description: `${inWords(chosen)} ${whose} jump ${Math.abs(jumpMs)} ms ${way}${speed}`,
      skew: { jumpMs, rate },
    };
  },

  inject: (cluster, { nodes, skew }) => forEachNode(nodes, (node) => cluster.skewClock(node, skew)),
  proveInForce: (cluster, { nodes }) =>
    proveForEach(nodes, (node) => cluster.probeClockSkewed(node)),
  heal: (cluster, { nodes }) => forEachNode(nodes, (node) => cluster.resetClock(node)),
  proveOver: (cluster, { nodes }) => proveForEach(nodes, (node) => cluster.probeClockReset(node)),
};
