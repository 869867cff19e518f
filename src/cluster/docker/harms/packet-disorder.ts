import type { PacketDisorder } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import {
  addDisorder,
  parsePings,
  type PingSight,
  readDisorder,
  removeDisorder,
  sendPings,
} from "../firewall-disorder.js";
import { runScript } from "../node.js";
import type { DockerHarm, Machines } from "./machines.js";

/** One in ten comes twice or late at least: of so many at least one does, but for once in 4,000. */
const pings = 80;

/** Some of the packets that others send to a node reach it twice, or behind later ones. */
export function packetDisorder(machines: Machines): DockerHarm<PacketDisorder> {
  const disordered = new Set<string>();
  /** What a node was under last: there one looks whether it is over. */
  const last = new Map<string, PacketDisorder>();
  const addressOf = (node: string) => machines.machine(node).address;

  /** Those that can send and be answered: a cut of either direction leaves nothing to see. */
  const sendersTo = (node: string): string[] => {
    const { cut } = machines.state(node);
    const others = last.get(node)?.from ?? machines.nodes.filter((other) => other !== node);
    return others.filter(
      (other) =>
        machines.state(other).process !== "frozen" &&
        !cut.some(({ from, to }) => [from, to].includes(other)),
    );
  };

  const look = (node: string): Promise<(PingSight & { from: string })[]> =>
    Promise.all(
      sendersTo(node).map(async (from) => {
        const script = sendPings(addressOf(node), pings);
        const what = `${from} could not send pings`;
        return { from, ...parsePings(await runScript(machines.machine(from), script, what)) };
      }),
    );

  return {
    isOn: (node) => disordered.has(node),
    stopsNode: false,
    remediedWhen: "before-start",

    async inflict(node, how) {
      // Known before it is done, so that what was done by half can be undone.
      disordered.add(node);
      last.set(node, how);
      const rules = addDisorder({
        ...how,
        from: how.from.map(addressOf),
        address: addressOf(node),
      });
      const what = `The packets that ${node} gets could not be brought into disorder`;
      await runScript(machines.machine(node), rules, what);
    },

    async remedy(node) {
      if (!disordered.has(node)) return;
      const what = `The packets that ${node} gets could not be brought back into order`;
      await runScript(machines.machine(node), removeDisorder, what);
      disordered.delete(node);
    },

    async probeInForce(node): Promise<Proof> {
      const way = last.get(node)?.way;
      const sights = await look(node);
      const isSeen = ({ twice, overtaken }: PingSight) =>
        (way !== "reorder" && twice > 0) || (way !== "duplicate" && overtaken > 0);
      return {
        holds: sights.length > 0 && sights.every(isSeen),
        evidence: inWords(node, sights),
      };
    },

    async probeOver(node): Promise<Proof> {
      const what = `The firewall of ${node} could not be looked at`;
      const left = await runScript(machines.machine(node), readDisorder, what);
      if (left.trim() !== "") {
        return { holds: false, evidence: `${node} still has rules or queues that bring disorder` };
      }
      const sights = await look(node);
      return {
        holds: sights.every(
          ({ answered, twice, overtaken }) => answered > 0 && twice === 0 && overtaken === 0,
        ),
        evidence: `${inWords(node, sights)}, which has no rule for it`,
      };
    },
  };
}

function inWords(node: string, sights: readonly (PingSight & { from: string })[]): string {
  const each = sights.map(
    ({ from, answered, twice, overtaken }) =>
      `${answered} pings from ${from} (${twice} twice, ${overtaken} overtaken)`,
  );
  return `${node} answered ${each.join(" and ") || "nobody, since nobody could ask"}`;
}
