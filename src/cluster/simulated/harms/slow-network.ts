import type { Proof } from "../../../core/cluster.js";
import type { SlowNetwork } from "../../../core/harms.js";
import { inTime } from "../lane.js";
import { inWords, linksTo, type LinkProbe, probeLinks, together } from "./probe-links.js";
import type { SimulatedHarm, Surroundings } from "./simulated-harm.js";

/** What a packet takes beside, on the worst of networks. */
const besideMs = 300;
const largePackets = 2;
const largeBytes = 1_500;

/**
 * What others send to a node waits at the end of its way; what it sends to other members itself goes
 * slowly. What it sends to clients does not.
 */
export function slowNetwork(surroundings: Surroundings): SimulatedHarm<SlowNetwork> {
  const { nodes, network, act, scheduler } = surroundings;
  const slow = new Map<string, SlowNetwork>();
  /** What a node was under last: there one looks whether it is over. */
  const last = new Map<string, SlowNetwork>();

  const look = (to: string, { from, delayMs, jitterMs }: SlowNetwork): Promise<LinkProbe[]> =>
    probeLinks(surroundings, linksTo(to, from), { patienceMs: delayMs + jitterMs + besideMs });

  const undo = (to: string): void => {
    const how = slow.get(to);
    if (!how) return;
    for (const link of linksTo(to, how.from)) network.lane(link).setLateness(inTime);
    network.bottleneck(to).free();
    slow.delete(to);
  };

  /** How often packets had to wait before they were sent, while some large ones were. */
  const waitsAt = async (from: string): Promise<number> => {
    const before = network.bottleneck(from).slowed;
    for (const to of nodes.filter((node) => node !== from)) {
      for (let packet = 0; packet < largePackets; packet++) {
        network.send({ from, to }, nothing, () => largeBytes);
      }
    }
    await scheduler.sleep(1);
    return network.bottleneck(from).slowed - before;
  };

  return {
    isOn: (node) => [...slow].some(([to, { from }]) => to === node || from.includes(node)),

    inflict: (to, how) =>
      act(() => {
        slow.set(to, how);
        last.set(to, how);
        for (const link of linksTo(to, how.from)) network.lane(link).setLateness(how);
        if (how.kbitPerSecond !== undefined) network.bottleneck(to).limit(how.kbitPerSecond);
      }),
    undo,
    remedy: (to) =>
      act(() => {
        undo(to);
      }),

    async probeInForce(to) {
      const how = last.get(to);
      if (!how) return { holds: false, evidence: `what ${to} hears was never made late` };
      const late = (await look(to, how)).map((probe) => judgeLate(probe, how.delayMs));
      if (how.kbitPerSecond === undefined) return together(late);
      const waits = await waitsAt(to);
      return together([...late, { holds: waits > 0, evidence: waitsInWords(to, waits) }]);
    },

    async probeOver(to) {
      const how = last.get(to);
      if (!how) return { holds: true, evidence: `what ${to} hears was never made late` };
      const prompt = (await look(to, how)).map((probe) =>
        judgePrompt(probe, network.isCut(probe.link)),
      );
      if (how.kbitPerSecond === undefined) return together(prompt);
      const waits = await waitsAt(to);
      return together([...prompt, { holds: waits === 0, evidence: waitsInWords(to, waits) }]);
    },
  };
}

/** Everything took as long as the delay at least, and all that passed had waited for it. */
function judgeLate({ link, before, after, tookMs }: LinkProbe, delayMs: number): Proof {
  const passed = after.passed - before.passed;
  const late = after.passedLate - before.passedLate;
  const isLate = tookMs.length > 0 && Math.min(...tookMs) >= delayMs && late === passed;
  return {
    holds: before.isLate && after.isLate && isLate,
    evidence: `${inWords(link)}: ${tookInWords(tookMs)}, and ${late} of ${passed} packets waited`,
  };
}

/** Packets passed, and none of them had waited, where no other fault keeps them. */
function judgePrompt({ link, before, after, tookMs }: LinkProbe, isCut: boolean): Proof {
  const late = after.passedLate - before.passedLate;
  const isKept = isCut || after.isHeld;
  const isPrompt = tookMs.length > 0 && late === 0;
  const seen = isKept
    ? "is not late, and another fault keeps it"
    : `${tookInWords(tookMs)}, and ${late} packets waited`;
  return { holds: !after.isLate && (isKept || isPrompt), evidence: `${inWords(link)}: ${seen}` };
}

function tookInWords(tookMs: readonly number[]): string {
  return tookMs.length === 0 ? "nothing in time" : `${Math.min(...tookMs).toFixed(1)} ms at least`;
}

function waitsInWords(node: string, waits: number): string {
  return `${waits} packets from ${node} did not get through at once`;
}

function nothing(): void {
  // Large packets are sent for their size alone.
}
