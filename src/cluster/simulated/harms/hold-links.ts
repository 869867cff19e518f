import type { Link } from "../../../core/cluster.js";
import { HarnessError } from "../../../core/errors.js";
import type { HeldLinks } from "../../../core/harms.js";
import { inWords, linksTo, type LinkProbe, probeLinks, together } from "./probe-links.js";
import type { SimulatedHarm, Surroundings } from "./simulated-harm.js";

/** What nobody holds is there within a few milliseconds. */
const promptMs = 300;
/** What is let go may still be late by another fault. */
const lateMs = 1_500;

/** What others send to a node waits at the end of its way, and comes in its order later. */
export function holdLinks(surroundings: Surroundings): SimulatedHarm<HeldLinks> {
  const { nodes, network, act } = surroundings;
  /** By the node that they lead to. */
  const held = new Map<string, ReadonlySet<string>>();
  const before = new Map<string, ReadonlySet<string>>();

  const heldLinks = (): Link[] => [...held].flatMap(([to, senders]) => linksTo(to, senders));
  const look = (to: string, patienceMs: number): Promise<LinkProbe[]> => {
    const senders = held.get(to) ?? before.get(to) ?? nodes.filter((node) => node !== to);
    return probeLinks(surroundings, linksTo(to, senders), { patienceMs });
  };
  const undo = (to: string): void => {
    const senders = held.get(to);
    if (!senders) return;
    for (const link of linksTo(to, senders)) network.lane(link).release();
    before.set(to, senders);
    held.delete(to);
  };

  return {
    isOn: (node) => heldLinks().some(({ from, to }) => from === node || to === node),
    heldLinks,

    inflict: (to, { from, letGoFirstMs }) =>
      act(() => {
        for (const link of linksTo(to, from)) {
          if (letGoFirstMs === undefined) network.lane(link).hold();
          else if (!network.lane(link).letGoFirst(letGoFirstMs)) {
            throw new HarnessError(`Nothing is held back on the way from ${inWords(link)}.`);
          }
        }
        held.set(to, new Set([...(held.get(to) ?? []), ...from]));
      }),
    undo,
    remedy: (to) =>
      act(() => {
        undo(to);
      }),

    probeInForce: async (to) => together((await look(to, promptMs)).map(judgeHeld)),
    probeOver: async (to) =>
      together(
        (await look(to, lateMs)).map((probe) => judgeReleased(probe, network.isCut(probe.link))),
      ),
  };
}

/** Something came on the link, and nothing got past its end. */
function judgeHeld({ link, before, after }: LinkProbe) {
  const passed = after.passed - before.passed;
  const came = after.waiting - before.waiting;
  const seen = `${after.waiting} packets wait, ${came} of them new, and ${passed} passed`;
  return {
    holds: before.isHeld && after.isHeld && passed === 0 && came > 0,
    evidence: `${inWords(link)}: ${seen}`,
  };
}

/** Nothing is held, and something passed where no cut is in the way. */
function judgeReleased({ link, before, after }: LinkProbe, isCut: boolean) {
  const passed = after.passed - before.passed;
  const seen = isCut ? "a cut is in force" : `${passed} packets passed`;
  return {
    holds: !after.isHeld && (isCut || passed > 0),
    evidence: `${inWords(link)}: ${after.isHeld ? "held" : "not held"}, ${seen}`,
  };
}
