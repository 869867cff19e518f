import type { Link, Proof } from "../../../core/cluster.js";
import type { HeldLinks } from "../../../core/harms.js";
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

/** A byte that nobody holds is there and back within a few milliseconds. */
const patienceMs = 300;

/** What others send to a node waits in the proxies between them, and comes in its order later. */
export function holdLinks(machines: Machines): DockerHarm<HeldLinks> {
  /** By the node that they lead to. */
  const held = new Map<string, Set<string>>();
  const before = new Map<string, readonly string[]>();

  const heldLinks = (): Link[] =>
    [...held].flatMap(([to, senders]) => [...senders].map((from) => ({ from, to })));
  const lanes = (to: string, senders: Iterable<string>): Lane[] =>
    [...senders].flatMap((from) =>
      lanesOf({ from: machines.machine(from), to: machines.machine(to) }),
    );
  const sendersTo = (to: string): Iterable<string> =>
    held.get(to) ?? before.get(to) ?? machines.nodes.filter((node) => node !== to);
  const look = async (to: string): Promise<LaneProbe[]> =>
    probeLanes(lanes(to, sendersTo(to)), { count: 1, patienceMs });

  return {
    stopsNode: false,
    // Both ends of a link are needed, and no container is frozen any more then.
    remediedWhen: "when-others-serve",
    isOn: (node) => heldLinks().some(({ from, to }) => from === node || to === node),
    heldLinks,

    async inflict(to, { from, letGoFirstMs }) {
      // Known before it is done, so that what was done by half can be undone.
      held.set(to, new Set([...(held.get(to) ?? []), ...from]));
      await order(
        lanes(to, from),
        letGoFirstMs === undefined ? "hold" : ["release-first", letGoFirstMs],
      );
    },

    async remedy(to) {
      const senders = held.get(to);
      if (!senders) return;
      await order(lanes(to, senders), "release");
      before.set(to, [...senders]);
      held.delete(to);
    },

    probeInForce: async (to) => judgeHeld(await look(to)),

    async probeOver(to) {
      const { cut } = machines.state(to);
      return judgeReleased(await look(to), (lane) => isCut(lane, cut));
    },
  };
}

/** Something came on every lane, and nothing got past it. */
export function judgeHeld(probes: readonly LaneProbe[]): Proof {
  return together(
    probes.map(({ lane, before, after }) => {
      const passed = after.passedBytes - before.passedBytes;
      const came = after.waitingBytes - before.waitingBytes;
      const waiting = `${after.waitingBytes} bytes wait, ${came} of them new`;
      return {
        holds: before.isHeld && after.isHeld && passed === 0 && came > 0,
        evidence: `${inWords(lane)}: ${waiting}, and ${passed === 0 ? "none" : passed} passed`,
      };
    }),
  );
}

/** Nothing is held, and something passed on every lane that no cut covers. */
export function judgeReleased(
  probes: readonly LaneProbe[],
  isUnderCut: (lane: Lane) => boolean,
): Proof {
  return together(
    probes.map(({ lane, before, after }) => {
      const passed = after.passedBytes - before.passedBytes;
      const flows = isUnderCut(lane) || passed > 0;
      const seen = isUnderCut(lane) ? "a cut is in force" : `${passed} bytes passed`;
      return {
        holds: !after.isHeld && flows,
        evidence: `${inWords(lane)}: ${after.isHeld ? "held" : "not held"}, ${seen}`,
      };
    }),
  );
}
