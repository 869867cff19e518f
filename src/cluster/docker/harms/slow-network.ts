import type { Proof } from "../../../core/cluster.js";
import type { SlowNetwork } from "../../../core/harms.js";
import { HarnessError } from "../../../core/errors.js";
import { freeBandwidth, limitBandwidth, proveFree, proveLimited } from "../links/bandwidth.js";
import {
  inWords,
  isCut,
  type Lane,
  type LaneProbe,
  lanesOf,
  order,
  probeLanes,
} from "../links/links.js";
import { together } from "../probes.js";
import type { DockerHarm, Machines } from "./machines.js";

const mostRoundTrips = 5;
/** So long the round trips of a probe may take together by their delay. */
const probeMs = 1_000;
/** What a round trip takes beside, on a machine that has much else to do. */
const besideMs = 300;

/** What others send to a node passes through the proxies between them late; what it sends itself, slowly. */
export function slowNetwork(machines: Machines): DockerHarm<SlowNetwork> {
  const slow = new Map<string, SlowNetwork>();
  /** What a node was under last: there one looks whether it is over. */
  const last = new Map<string, SlowNetwork>();

  const lanes = (to: string, { from }: SlowNetwork): Lane[] =>
    from.flatMap((sender) => lanesOf({ from: machines.machine(sender), to: machines.machine(to) }));
  const look = async (to: string, how: SlowNetwork): Promise<LaneProbe[]> => {
    const longestMs = Math.max(1, how.delayMs + how.jitterMs);
    const count = Math.max(1, Math.min(mostRoundTrips, Math.floor(probeMs / longestMs)));
    return probeLanes(lanes(to, how), { count, patienceMs: 2 * count * longestMs + besideMs });
  };
  const peerOf = (node: string) => {
    const peer = machines.nodes.find((other) => other !== node);
    if (peer === undefined) throw new HarnessError(`${node} has no peers.`);
    return machines.machine(peer);
  };

  return {
    stopsNode: false,
    // Both ends of a link are needed, and no container is frozen any more then.
    remediedWhen: "when-others-serve",
    isOn: (node) => [...slow].some(([to, { from }]) => to === node || from.includes(node)),

    async inflict(to, how) {
      // Known before it is done, so that what was done by half can be undone.
      slow.set(to, how);
      last.set(to, how);
      await order(lanes(to, how), ["delay", how.delayMs, how.jitterMs]);
      if (how.kbitPerSecond === undefined) return;
      await limitBandwidth(machines.machine(to), how.kbitPerSecond);
    },

    async remedy(to) {
      const how = slow.get(to);
      if (!how) return;
      await order(lanes(to, how), ["delay", 0, 0]);
      await freeBandwidth(machines.machine(to));
      slow.delete(to);
    },

    async probeInForce(to) {
      const how = last.get(to);
      if (!how) return { holds: false, evidence: `what ${to} hears was never made late` };
      const late = judgeLate(await look(to, how), how.delayMs);
      if (how.kbitPerSecond === undefined) return late;
      return together([late, await proveLimited(machines.machine(to), peerOf(to))]);
    },

    async probeOver(to) {
      const how = last.get(to);
      if (!how) return { holds: true, evidence: `what ${to} hears was never made late` };
      const { cut } = machines.state(to);
      const prompt = judgePrompt(await look(to, how), {
        delayMs: how.delayMs,
        isUnderCut: (lane) => isCut(lane, cut),
      });
      if (how.kbitPerSecond === undefined) return prompt;
      return together([prompt, await proveFree(machines.machine(to), peerOf(to))]);
    },
  };
}

/** Every round trip over each lane took as long as the delay at least. */
export function judgeLate(probes: readonly LaneProbe[], delayMs: number): Proof {
  return together(
    probes.map(({ lane, before, after, roundTripsUs }) => ({
      holds:
        before.delayMs > 0 &&
        after.delayMs > 0 &&
        roundTripsUs.length > 0 &&
        Math.min(...roundTripsUs) >= delayMs * 1_000,
      evidence: `${inWords(lane)} and back: ${tookInWords(roundTripsUs)}`,
    })),
  );
}

/** A round trip over each lane took less than the delay, where no cut and no other fault keeps it. */
export function judgePrompt(
  probes: readonly LaneProbe[],
  { delayMs, isUnderCut }: { delayMs: number; isUnderCut: (lane: Lane) => boolean },
): Proof {
  return together(
    probes.map(({ lane, after, isWayBackHeld, roundTripsUs }) => {
      const isDelayed = after.delayMs > 0 || after.jitterMs > 0;
      const isKept = after.isHeld || isWayBackHeld || isUnderCut(lane);
      const isPrompt = roundTripsUs.length > 0 && Math.min(...roundTripsUs) < delayMs * 1_000;
      const seen = isKept
        ? "is not delayed, and another fault keeps it"
        : `and back: ${tookInWords(roundTripsUs)}`;
      return { holds: !isDelayed && (isKept || isPrompt), evidence: `${inWords(lane)} ${seen}` };
    }),
  );
}

function tookInWords(roundTripsUs: readonly number[]): string {
  if (roundTripsUs.length === 0) return "nothing in time";
  return `${Math.min(...roundTripsUs) / 1_000} ms at least`;
}
