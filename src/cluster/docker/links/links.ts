import type { Link } from "../../../core/cluster.js";
import { HarnessError } from "../../../core/errors.js";
import { type DockerNode, runScript } from "../node.js";

/**
 * The proxy in a node's container through which its etcd reaches its peers (docker/README.md). Bytes
 * that X sends to Y travel on connections that X made, in X's proxy on the way "to" Y, and on
 * those that Y made, in Y's proxy on the way "from" X: whoever means a direction means both lanes.
 */

const program = "/usr/local/lib/ordeal-links/links";
/** Where members reach each other, as etcd-config.ts has it. */
const peerPort = 2380;
/** As docker/links/links.h has them. */
const proxyPort = 23800;
const echoPort = 23801;
const ownMark = "0x6f6c";
const chain = "ORDEAL-LINKS";

/** All that travels one way between a node and a peer, in the node's own proxy. */
export interface Lane {
  readonly node: DockerNode;
  readonly way: "to" | "from";
  readonly peer: DockerNode;
}

/** What the proxy says of one. */
export interface LaneSight {
  readonly isHeld: boolean;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly waitingBytes: number;
  /** Ever. */
  readonly passedBytes: number;
}

/** Of a lane that nothing travelled on yet. */
const unused: LaneSight = {
  isHeld: false,
  delayMs: 0,
  jitterMs: 0,
  waitingBytes: 0,
  passedBytes: 0,
};

const startProxy = `{ ${program} show >/dev/null 2>&1 || ${program} serve; }`;

/** Starts the proxy, and leads connections to these addresses to it, but for its own. */
export function linksSetUp(peers: readonly string[]): string {
  const led = peers.map(
    (address) =>
      `-A ${chain} -d ${address} -p tcp -m multiport --dports ${peerPort},${echoPort} -j REDIRECT --to-ports ${proxyPort}`,
  );
  return `${startProxy}
iptables-restore --noflush -w 5 <<'RULES'
*nat
:${chain} - [0:0]
-A ${chain} -m mark --mark ${ownMark} -j RETURN
${led.join("\n")}
-A OUTPUT -p tcp -j ${chain}
COMMIT
RULES`;
}

/** Both lanes of a direction. */
export function lanesOf({ from, to }: { from: DockerNode; to: DockerNode }): Lane[] {
  return [
    { node: to, way: "from", peer: from },
    { node: from, way: "to", peer: to },
  ];
}

/** Whether packets between its ends are dropped, whichever way: then nothing can be probed. */
export function isCut({ node, peer }: Lane, cuts: readonly Link[]): boolean {
  const isEnd = (name: string) => name === node.name || name === peer.name;
  return cuts.some(({ from, to }) => isEnd(from) && isEnd(to));
}

/** Whose connections these are tells which of the two proxies was looked at. */
export function inWords({ node, way, peer }: Lane): string {
  const [from, to] = way === "to" ? [node, peer] : [peer, node];
  return `${from.name} to ${to.name} (${node.name}'s connections)`;
}

/** What a lane can be told, in the words of the proxy's command. */
export type LaneOrder =
  "hold" | "release" | readonly ["release-first", number] | readonly ["delay", number, number];

/** A proxy that is gone is started anew. */
export async function order(lanes: readonly Lane[], what: LaneOrder): Promise<void> {
  const [deed, ...numbers] = typeof what === "string" ? [what] : what;
  await onEach(lanes, async (node, ofNode) => {
    const commands = ofNode.map(
      ({ way, peer }) => `${program} ${[deed, way, peer.address, ...numbers].join(" ")}`,
    );
    const script = ["set -e", startProxy, ...commands].join("\n");
    await runScript(node, script, `The links of ${node.name} to its peers could not be changed`);
  });
}

/** What was seen of a lane while bytes were sent over it, there and back. */
export interface LaneProbe {
  readonly lane: Lane;
  readonly before: LaneSight;
  readonly after: LaneSight;
  /** The other way between the two, without which nothing comes back, is held. */
  readonly isWayBackHeld: boolean;
  /** Microseconds, of each that came back in time. */
  readonly roundTripsUs: readonly number[];
}

/**
 * Each lane's node connects to an echo at the peer, as etcd connects to etcd: that greets, which comes
 * in on its "from" lane, and says back what goes out on its "to" lane. Whatever etcd does.
 */
export async function probeLanes(
  lanes: readonly Lane[],
  { count, patienceMs }: { readonly count: number; readonly patienceMs: number },
): Promise<LaneProbe[]> {
  const probes: LaneProbe[] = [];
  await onEach(lanes, async (node, ofNode) => {
    const addresses = [...new Set(ofNode.map(({ peer }) => peer.address))];
    const script = `${program} show || exit 1
echo ===
for peer in ${addresses.join(" ")}; do ${program} probe ${count} ${patienceMs} $peer & done
wait
echo ===
${program} show`;
    const what = `The links of ${node.name} to its peers could not be looked at`;
    const [before = "", trips = "", after = ""] = (await runScript(node, script, what)).split(
      "===\n",
    );
    for (const lane of ofNode) {
      probes.push({
        lane,
        before: sightOf(lane, before),
        after: sightOf(lane, after),
        isWayBackHeld: sightOf({ ...lane, way: lane.way === "to" ? "from" : "to" }, after).isHeld,
        roundTripsUs: roundTripsTo(lane.peer.address, trips),
      });
    }
  });
  return probes;
}

/** Reads what `links show` printed. */
export function sightOf({ way, peer }: Lane, shown: string): LaneSight {
  for (const line of shown.split("\n")) {
    const [itsWay, address, state, ...numbers] = line.split(" ");
    if (itsWay !== way || address !== peer.address) continue;
    const [delayMs = 0, jitterMs = 0, waitingBytes = 0, passedBytes = 0] = numbers.map(Number);
    return { isHeld: state === "held", delayMs, jitterMs, waitingBytes, passedBytes };
  }
  return unused;
}

function roundTripsTo(address: string, said: string): number[] {
  return said.split("\n").flatMap((line) => {
    const [peer, microseconds] = line.split(" ");
    return peer === address && microseconds !== "lost" ? [Number(microseconds)] : [];
  });
}

const carriedTries = 50;

/** Rejects with HarnessError where a node's etcd does not reach its peers through the proxy. */
export async function proveCarried(node: DockerNode, nodes: readonly DockerNode[]): Promise<void> {
  const ways = ["to", "from"] as const;
  const lanes = nodes.flatMap((peer) =>
    peer === node ? [] : ways.map((way): Lane => ({ node, way, peer })),
  );
  const what = `The links of ${node.name} to its peers could not be looked at`;
  // Members that only just met may have connected one way alone.
  const script = `n=0; while [ $n -lt ${carriedTries} ]; do
  [ "$(${program} show | awk '$6 > 0' | wc -l)" -ge ${lanes.length} ] && break
  n=$((n + 1)); sleep 0.1
done
${program} show`;
  const shown = await runScript(node, script, what);
  const idle = lanes.filter((lane) => sightOf(lane, shown).passedBytes === 0);
  const [first] = idle;
  if (!first) return;
  throw new HarnessError(
    `What ${node.name} and its peers say to each other cannot be held back: nothing goes ${first.way} ${first.peer.name} through the proxy. Is "nat" missing in the kernel's netfilter?`,
  );
}

async function onEach(
  lanes: readonly Lane[],
  act: (node: DockerNode, ofNode: readonly Lane[]) => Promise<void>,
): Promise<void> {
  const nodes = [...new Set(lanes.map(({ node }) => node))];
  const settled = await Promise.allSettled(
    nodes.map((node) =>
      act(
        node,
        lanes.filter((lane) => lane.node === node),
      ),
    ),
  );
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
}
