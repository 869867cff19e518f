import type { Link, Proof } from "../../../core/cluster.js";
import type { LaneSight } from "../lane.js";
import type { Network } from "../network.js";
import type { Surroundings } from "./simulated-harm.js";

/** So many that on the worst of networks one at least comes as far as the last of the way. */
const packets = 8;
const stepMs = 10;

/** What was seen of the last of the way on a link while packets were sent over all of it. */
export interface LinkProbe {
  readonly link: Link;
  readonly before: LaneSight;
  readonly after: LaneSight;
  /** Milliseconds, of each that arrived in time. */
  readonly tookMs: readonly number[];
}

/** Sends packets over each link, and waits until all have arrived, or for so long. */
export async function probeLinks(
  { network, scheduler }: Pick<Surroundings, "network" | "scheduler">,
  links: readonly Link[],
  { patienceMs }: { readonly patienceMs: number },
): Promise<LinkProbe[]> {
  // What was let go this moment is on its way then.
  await scheduler.sleep(1);
  const sentNs = scheduler.nowNs;
  const sent = links.map((link) => ({ link, before: network.lane(link).sight, ...sendOver(link) }));
  const haveArrived = () => sent.every(({ tookMs }) => tookMs.length === packets);
  while (!haveArrived() && scheduler.nowNs - sentNs < patienceMs * 1e6) {
    await scheduler.sleep(stepMs);
  }
  return sent.map((one) => ({ ...one, after: network.lane(one.link).sight }));

  function sendOver(link: Link) {
    const tookMs: number[] = [];
    for (let packet = 0; packet < packets; packet++) {
      network.send(link, () => {
        tookMs.push((scheduler.nowNs - sentNs) / 1e6);
      });
    }
    return { tookMs };
  }
}

/** From these to the node. */
export function linksTo(to: string, senders: Iterable<string>): Link[] {
  return [...senders].map((from) => ({ from, to }));
}

/** Those that no cut covers: over others no packet can be sent. */
export function uncut(network: Network, links: readonly Link[]): Link[] {
  return links.filter((link) => !network.isCut(link));
}

/** Holds where each of them does, and there are some. Else the evidence is of the others alone. */
export function together(proofs: readonly Proof[]): Proof {
  const broken = proofs.filter(({ holds }) => !holds);
  const telling = broken.length > 0 ? broken : proofs;
  return {
    holds: broken.length === 0 && proofs.length > 0,
    evidence: telling.map(({ evidence }) => evidence).join("; ") || "there is nobody to look at",
  };
}

export function inWords({ from, to }: Link): string {
  return `${from} to ${to}`;
}
