import { clients, type Proof } from "../../core/cluster.js";
import { parseCounters, readCounters } from "./firewall.js";
import { runScript } from "./node.js";
import {
  type AskStatus,
  doesAnswer,
  type LinkSighting,
  type Prober,
  senders,
  silenceMs,
} from "./probes.js";

/** What became of a request from outside to a node's client port. */
export interface ClientSighting {
  readonly node: string;
  /** Packets to the client port that the node's cuts stopped. */
  readonly dropped: number;
  /** Packets to the client port that came past its cuts. */
  readonly arrived: number;
  readonly answered: boolean;
  /** What became of pings from those members that no cut keeps away from it. */
  readonly peers: readonly LinkSighting[];
}

/** Asks the node as a client does, and lets its peers ping it. */
export async function sightClients(
  { node, isFrozen }: Prober,
  ask: AskStatus,
  sightPeers: () => Promise<readonly LinkSighting[]>,
): Promise<ClientSighting> {
  // Nobody can look into a frozen container.
  if (isFrozen) return { node: node.name, dropped: 0, arrived: 0, answered: false, peers: [] };
  const counted = async () => {
    const what = `The firewall of ${node.name} could not be looked at`;
    const { dropped, arrived } = parseCounters(await runScript(node, readCounters, what));
    return { dropped: dropped.get(clients) ?? 0, arrived: arrived.get(clients) ?? 0 };
  };
  const before = await counted();
  const [answered, peers] = await Promise.all([doesAnswer(ask, silenceMs), sightPeers()]);
  const after = await counted();
  return {
    node: node.name,
    dropped: after.dropped - before.dropped,
    arrived: after.arrived - before.arrived,
    answered,
    peers,
  };
}

export function judgeClientsCut({
  node,
  dropped,
  arrived,
  answered,
  peers,
}: ClientSighting): Proof {
  const reaching = peers.filter((peer) => peer.arrived > 0);
  if (answered || arrived > 0 || dropped === 0) {
    const what = answered
      ? "answered a request"
      : `let ${arrived} packets in and dropped ${dropped}`;
    return { holds: false, evidence: `${node} ${what} from outside` };
  }
  if (peers.length > 0 && reaching.length === 0) {
    return { holds: false, evidence: `neither clients nor members reach ${node}` };
  }
  const members = reaching.length > 0 ? `; members reach it: ${senders(reaching, "arrived")}` : "";
  return {
    holds: true,
    evidence: `${node} dropped packets from clients (${dropped}) and gave no answer within ${silenceMs} ms${members}`,
  };
}

export function judgeClientsMended({ node, arrived }: ClientSighting): Proof {
  return { holds: arrived > 0, evidence: `${arrived} packets from clients reached ${node}` };
}
