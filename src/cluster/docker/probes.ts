import { RequestError } from "../../core/client.js";
import { clients, type Link, type NodeStatus, type Proof } from "../../core/cluster.js";
import { type Counters, parseCounters, readCounters } from "./firewall.js";
import {
  type DockerNode,
  type EtcdFiles,
  type EtcdProcess,
  etcdProcesses,
  isFrozen,
  runScript,
  startedAs,
} from "./node.js";

/** Asks a member for its status; rejects with RequestError where it does not answer in time. */
export type AskStatus = (timeoutMs: number) => Promise<NodeStatus>;

/** A paused member is asked for so long. One that runs answers within a few milliseconds. */
export const silenceMs = 300;
const answerMs = 1_000;

export async function proveKilled(node: DockerNode): Promise<Proof> {
  const [alive] = await etcdProcesses(node);
  return alive
    ? { holds: false, evidence: `etcd still runs on ${node.name} as process ${alive.pid}` }
    : { holds: true, evidence: `no etcd process on ${node.name}` };
}

/** `killed` is the process that was killed last: a younger one must run. */
export async function proveStarted(
  node: DockerNode,
  killed: EtcdProcess | undefined,
): Promise<Proof> {
  const [alive] = await etcdProcesses(node);
  if (!alive) return { holds: false, evidence: `no etcd process on ${node.name}` };
  const as = `on ${node.name} as process ${alive.pid}`;
  if (!killed) return { holds: true, evidence: `etcd runs ${as}` };
  const isYounger = alive.pid !== killed.pid && alive.startTicks >= killed.startTicks;
  return isYounger
    ? { holds: true, evidence: `etcd runs again ${as}, where process ${killed.pid} was killed` }
    : { holds: false, evidence: `etcd still runs ${as}, which was to be killed` };
}

/** `ended` is the process that was ended for it: another must run, of these files. */
export async function proveChanged(
  node: DockerNode,
  { binary, config }: EtcdFiles,
  ended: EtcdProcess | undefined,
): Promise<Proof> {
  const [alive] = await etcdProcesses(node);
  if (!alive) return { holds: false, evidence: `no etcd process on ${node.name}` };
  const words = await startedAs(node, alive);
  const isOfTheseFiles = words === `${binary}\n${binary} --config-file=${config} `;
  const evidence = `process ${alive.pid} on ${node.name} runs ${words.trim().replace("\n", " as ")}`;
  const isAnother = alive.pid !== ended?.pid || alive.startTicks !== ended.startTicks;
  return { holds: isOfTheseFiles && isAnother, evidence };
}

export async function provePaused(node: DockerNode, ask: AskStatus): Promise<Proof> {
  const [stillness, answers] = await Promise.all([stillnessOf(node), doesAnswer(ask, silenceMs)]);
  if (!stillness.holds) return stillness;
  return answers
    ? { holds: false, evidence: `${stillness.evidence}, but it answered a request` }
    : {
        holds: true,
        evidence: `${stillness.evidence} and gave no answer within ${silenceMs} ms`,
      };
}

async function stillnessOf(node: DockerNode): Promise<Proof> {
  if (await isFrozen(node)) {
    return { holds: true, evidence: `the container of ${node.name} is frozen` };
  }
  const [process] = await etcdProcesses(node);
  if (!process) return { holds: false, evidence: `no etcd process on ${node.name}` };
  const evidence = `etcd on ${node.name} is in state ${process.state}`;
  return { holds: process.state === "T", evidence };
}

/** It answers, or at least works: a member without a quorum may have nothing to say. */
export async function proveResumed(node: DockerNode, ask: AskStatus): Promise<Proof> {
  if (await isFrozen(node)) {
    return { holds: false, evidence: `the container of ${node.name} is still frozen` };
  }
  const [[before], answers] = await Promise.all([etcdProcesses(node), doesAnswer(ask, answerMs)]);
  if (!before) return { holds: false, evidence: `no etcd process on ${node.name}` };
  if (before.state === "T") {
    return { holds: false, evidence: `etcd on ${node.name} is still in state T` };
  }
  if (answers) return { holds: true, evidence: `etcd on ${node.name} answered a request` };
  const [after] = await etcdProcesses(node);
  const turns = (after?.contextSwitches ?? 0) - before.contextSwitches;
  return after?.pid === before.pid && turns > 0
    ? { holds: true, evidence: `etcd on ${node.name} was given the processor ${turns} times` }
    : { holds: false, evidence: `etcd on ${node.name} neither answers nor works` };
}

export async function doesAnswer(ask: AskStatus, timeoutMs: number): Promise<boolean> {
  try {
    await ask(timeoutMs);
    return true;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** What became of probe packets on one link. */
export interface LinkSighting {
  readonly link: Link;
  /** Packets that the receiver's cuts stopped. */
  readonly dropped: number;
  /** Probe packets that came past the receiver's cuts. */
  readonly arrived: number;
  /** A ping went there and back. */
  readonly replied: boolean;
}

/** A node and whether its processes can be asked to do something. */
export interface Prober {
  readonly node: DockerNode;
  readonly isFrozen: boolean;
}

/**
 * Sends pings over each link and reads at its receiver, before and after, what was dropped and
 * what came in. A ping that gets no reply does not tell which way it was lost; the receiver's
 * counters do. A frozen node cannot send, but its kernel replies: there the receiver sends, and
 * the reply is what crosses the link.
 */
export async function sightLinks(
  links: readonly Link[],
  proberOf: (name: string) => Prober,
): Promise<LinkSighting[]> {
  const receivers = [...new Set(links.map(({ to }) => to))];
  const routes = links.map((link) => {
    const isReversed = proberOf(link.from).isFrozen;
    return isReversed ? { by: link.to, target: link.from } : { by: link.from, target: link.to };
  });
  const addressOf = (name: string) => proberOf(name).node.address;

  const before = await countersOf(receivers, proberOf);
  const pingers = [...new Set(routes.map(({ by }) => by))];
  const replies = new Map(
    await Promise.all(
      pingers.map(async (by) => {
        const targets = new Set(routes.filter((route) => route.by === by).map((r) => r.target));
        return [by, await ping(proberOf(by).node, [...targets].map(addressOf))] as const;
      }),
    ),
  );
  const after = await countersOf(receivers, proberOf);

  return links.map((link, index) => {
    const source = addressOf(link.from);
    const rise = (kind: "dropped" | "arrived") =>
      (after.get(link.to)?.[kind].get(source) ?? 0) -
      (before.get(link.to)?.[kind].get(source) ?? 0);
    const { by, target } = routes[index] ?? { by: link.from, target: link.to };
    return {
      link,
      dropped: rise("dropped"),
      arrived: rise("arrived"),
      replied: replies.get(by)?.has(addressOf(target)) ?? false,
    };
  });
}

async function countersOf(
  names: readonly string[],
  proberOf: (name: string) => Prober,
): Promise<Map<string, Counters>> {
  const entries = names.map(async (name) => {
    const what = `The firewall of ${name} could not be looked at`;
    const saved = await runScript(proberOf(name).node, readCounters, what);
    return [name, parseCounters(saved)] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Pings several addresses at once; gives those that replied. */
async function ping(node: DockerNode, addresses: readonly string[]): Promise<Set<string>> {
  const script = `for address in ${addresses.join(" ")}; do
  ( ping -n -q -c 3 -i 0.1 -W 0.3 "$address" >/dev/null 2>&1; echo "$address $?" ) &
done
wait`;
  const said = await runScript(node, script, `${node.name} could not send pings`);
  const results = said
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  return new Set(results.flatMap(([address, code]) => (code === "0" && address ? [address] : [])));
}

export function judgeCut(sightings: readonly LinkSighting[]): Proof {
  const open = sightings.filter((s) => s.replied || s.arrived > 0 || s.dropped === 0);
  if (sightings.length === 0) return { holds: false, evidence: "no link to look at" };
  if (open.length > 0) {
    return {
      holds: false,
      evidence: eachReceiver(open, (to, from) =>
        from.some((s) => s.replied || s.arrived > 0)
          ? `packets from ${senders(from, "arrived")} reached ${to}`
          : `${to} dropped nothing from ${senders(from)}`,
      ),
    };
  }
  return {
    holds: true,
    evidence: eachReceiver(
      sightings,
      (to, from) => `${to} dropped packets from ${senders(from, "dropped")}`,
    ),
  };
}

/** Holds where all do, of which there must be one; else the evidence is that of those that do not. */
export function together(proofs: readonly Proof[]): Proof {
  if (proofs.length === 0) return { holds: false, evidence: "no link to look at" };
  const broken = proofs.filter(({ holds }) => !holds);
  const telling = broken.length > 0 ? broken : proofs;
  return {
    holds: broken.length === 0,
    evidence: telling.map(({ evidence }) => evidence).join("; "),
  };
}

/** A link that other cuts are meant to close, so that a probe packet would tell nothing. */
export interface CoveredLink {
  readonly link: Link;
  /** How many cuts there should be. */
  readonly expected: number;
  /** How many there are. */
  readonly found: number;
}

/** Counts at its receiver the cuts of each link; `cutsOf` says how many there should be. */
export async function countCuts(
  links: readonly Link[],
  cutsOf: (link: Link) => number,
  proberOf: (name: string) => Prober,
): Promise<CoveredLink[]> {
  const receivers = [...new Set(links.map(({ to }) => to))];
  const counters = await countersOf(receivers, proberOf);
  return links.map((link) => ({
    link,
    expected: cutsOf(link),
    found:
      counters
        .get(link.to)
        ?.cuts.get(link.from === clients ? clients : proberOf(link.from).node.address) ?? 0,
  }));
}

export function judgeMended(
  sightings: readonly LinkSighting[],
  covered: readonly CoveredLink[],
): Proof {
  const left = covered.filter(({ expected, found }) => found !== expected);
  if (left.length > 0) {
    const each = left.map(
      ({ link: { from, to }, expected, found }) =>
        `${to} has ${found} cuts against ${from} and should have ${expected}`,
    );
    return { holds: false, evidence: each.join("; ") };
  }
  const closed = sightings.filter((s) => s.arrived === 0);
  if (closed.length > 0) {
    return {
      holds: false,
      evidence: eachReceiver(closed, (to, from) => `nothing from ${senders(from)} reached ${to}`),
    };
  }
  const arrived = eachReceiver(
    sightings,
    (to, from) => `packets from ${senders(from)} reach ${to}`,
  );
  const others = covered.map(({ link: { from, to } }) => `${from} to ${to}`).join(", ");
  const parts = [arrived, others && `another cut still holds from ${others}`];
  return { holds: true, evidence: parts.filter(Boolean).join("; ") || "no link to look at" };
}

function eachReceiver(
  sightings: readonly LinkSighting[],
  sentence: (to: string, from: readonly LinkSighting[]) => string,
): string {
  const receivers = [...new Set(sightings.map(({ link }) => link.to))];
  return receivers
    .map((to) =>
      sentence(
        to,
        sightings.filter((s) => s.link.to === to),
      ),
    )
    .join("; ");
}

export function senders(sightings: readonly LinkSighting[], count?: "dropped" | "arrived"): string {
  return sightings.map((s) => (count ? `${s.link.from} (${s[count]})` : s.link.from)).join(", ");
}
