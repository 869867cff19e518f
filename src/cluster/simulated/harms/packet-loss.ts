import type { Link } from "../../../core/cluster.js";
import type { PacketLoss } from "../../../core/harms.js";
import { linksTo, uncut } from "./probe-links.js";
import type { SimulatedHarm, Surroundings } from "./simulated-harm.js";

/** Of 500 packets one is lost as good as always, even where it is one in twenty that is. */
const rounds = 10;
const packetsInRound = 50;
const roundMs = 25;

interface Count {
  readonly from: string;
  readonly sent: number;
  readonly arrived: number;
  /** For the share, as the network counts it. */
  readonly lost: number;
}

/** A node loses some of the packets that others send to it. */
export function packetLoss({
  nodes,
  network,
  scheduler,
  act,
}: Surroundings): SimulatedHarm<PacketLoss> {
  const losing = new Map<string, PacketLoss>();

  const linksOf = (node: string): Link[] =>
    linksTo(node, losing.get(node)?.from ?? nodes.filter((other) => other !== node));
  const undo = (node: string): void => {
    for (const link of linksOf(node)) network.lose(link, 0);
    losing.delete(node);
  };

  /** Sends packets until there is enough to tell by. */
  const count = async (
    links: readonly Link[],
    isEnough: (counts: readonly Count[]) => boolean,
  ): Promise<Count[]> => {
    const before = links.map((link) => network.lost(link));
    const arrived = links.map(() => 0);
    let sent = 0;
    const counts = () =>
      links.map((link, at) => ({
        from: link.from,
        sent,
        arrived: arrived[at] ?? 0,
        lost: network.lost(link) - (before[at] ?? 0),
      }));
    for (let round = 0; round < rounds && !isEnough(counts()); round++) {
      sent += packetsInRound;
      for (const [at, link] of links.entries()) {
        for (let packet = 0; packet < packetsInRound; packet++) {
          network.ping(link, () => {
            arrived[at] = (arrived[at] ?? 0) + 1;
          });
        }
      }
      await scheduler.sleep(roundMs);
    }
    return counts();
  };

  return {
    isOn: (node) => losing.has(node),

    inflict: (node, how) =>
      act(() => {
        losing.set(node, how);
        for (const link of linksTo(node, how.from)) network.lose(link, how.share);
      }),
    undo,
    remedy: (node) =>
      act(() => {
        undo(node);
      }),

    async probeInForce(node) {
      const isSeen = (counts: readonly Count[]) =>
        counts.length > 0 && counts.every(({ lost, arrived }) => lost > 0 && arrived > 0);
      const counts = await count(uncut(network, linksOf(node)), isSeen);
      return { holds: isSeen(counts), evidence: `${node} lost ${inWords(counts)}` };
    },

    async probeOver(node) {
      const links = linksOf(node);
      const counts = await count(uncut(network, links), () => false);
      const isClean = counts.every(({ lost, arrived }) => lost === 0 && arrived > 0);
      const isTold = links.some((link) => network.losesOn(link));
      return {
        holds: isClean && !isTold,
        evidence: `${node} lost ${inWords(counts)}${isTold ? ", and is to lose more" : ""}`,
      };
    },
  };
}

function inWords(counts: readonly Count[]): string {
  const each = counts.map(
    ({ from, sent, arrived, lost }) => `${lost} of ${sent} packets from ${from}, got ${arrived}`,
  );
  return each.join(" and ") || "nothing that could be sent";
}
