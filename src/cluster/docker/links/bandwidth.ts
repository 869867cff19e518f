import type { Proof } from "../../../core/cluster.js";
import { type DockerNode, runScript } from "../node.js";

/** Above what a packet may have, and so little that a few packets use it up. */
const burst = "4kb";
/** What waits longer is dropped, and TCP sends it again. */
const longestWait = "300ms";

const inWhat = ({ name }: DockerNode) => `The bandwidth of ${name}`;

/** The network device that has the node's address, as a shell's variable. */
const device = ({ address }: DockerNode) =>
  `device=$(ip -o -4 addr show | awk -v mine=${address}/ 'index($4, mine) == 1 { print $2 }')`;

/** Of all that the node sends. */
export async function limitBandwidth(node: DockerNode, kbitPerSecond: number): Promise<void> {
  const script = `${device(node)}
tc qdisc replace dev "$device" root tbf rate ${kbitPerSecond}kbit burst ${burst} latency ${longestWait}`;
  await runScript(node, script, `${inWhat(node)} could not be limited`);
}

/** Safe where there is no limit. */
export async function freeBandwidth(node: DockerNode): Promise<void> {
  const script = `${device(node)}
tc qdisc show dev "$device" | grep -q '^qdisc tbf ' || exit 0
tc qdisc del dev "$device" root`;
  await runScript(node, script, `${inWhat(node)} could not be freed`);
}

/** What the kernel says of a limit. */
export interface LimitSight {
  /** As tc shows it, "256Kbit"; undefined where there is no limit. */
  readonly rate?: string;
  /** How often a packet had to wait, or was dropped. */
  readonly overlimits: number;
}

/** Sends the peer more than the burst at once, and reads the kernel's counters before and after. */
async function sightLimit(
  node: DockerNode,
  peer: DockerNode,
): Promise<readonly [LimitSight, LimitSight]> {
  const script = `${device(node)}
tc -s qdisc show dev "$device"
echo ===
ping -n -q -c 2 -i 0.2 -W 0.1 -s 8000 ${peer.address} >/dev/null 2>&1
tc -s qdisc show dev "$device"`;
  const said = await runScript(node, script, `${inWhat(node)} could not be looked at`);
  const [before = "", after = ""] = said.split("===\n");
  return [parseLimit(before), parseLimit(after)];
}

/** Reads what `tc -s qdisc show` printed. */
export function parseLimit(shown: string): LimitSight {
  const [, rate] = /^qdisc tbf .* rate (\S+)/m.exec(shown) ?? [];
  const [, overlimits = "0"] = /overlimits (\d+)/.exec(shown) ?? [];
  return { ...(rate !== undefined && { rate }), overlimits: Number(overlimits) };
}

/** Packets had to wait for it. */
export async function proveLimited(node: DockerNode, peer: DockerNode): Promise<Proof> {
  const [before, after] = await sightLimit(node, peer);
  if (before.rate === undefined || after.rate === undefined) {
    return { holds: false, evidence: `${node.name} sends as much as it likes` };
  }
  const waits = after.overlimits - before.overlimits;
  return {
    holds: waits > 0,
    evidence: `packets from ${node.name} had to wait for its ${after.rate} a second ${waits} times`,
  };
}

export async function proveFree(node: DockerNode, peer: DockerNode): Promise<Proof> {
  const [, { rate }] = await sightLimit(node, peer);
  return rate === undefined
    ? { holds: true, evidence: `${node.name} sends as much as it likes` }
    : { holds: false, evidence: `${node.name} may still send only ${rate} a second` };
}
