import { clients } from "../../core/cluster.js";
import { clientPort } from "./etcd-config.js";

/**
 * Rules of a node's own network namespace, as text for iptables and out of it. Packets are dropped
 * where they arrive, so that a direction can be cut alone. Every cut has a chain of its own below
 * one that hangs in INPUT: mending one leaves the others, and nobody else's rules are touched.
 */

const cutsChain = "ORDEAL-CUTS";
/** Before the cuts: its rules count for none. */
const turnedAwayChain = "ORDEAL-AWAY";
/** Counts what came past the cuts, by peer. It decides nothing. */
const seenChain = "ORDEAL-SEEN";

/** Not what a node's own processes ask of its etcd. */
const notFromItself = "! -i lo";
const toClientPort = `-p tcp -m tcp --dport ${clientPort}`;

/** iptables waits for others that hold its lock, rather than fail. */
const wait = "-w 5";

/** Made once, before any cut, with the addresses of all other nodes. */
export function firewallSetUp(peers: readonly string[]): string {
  return restore([
    `:${cutsChain} - [0:0]`,
    `:${seenChain} - [0:0]`,
    ...peers.map((address) => `-A ${seenChain} -s ${address} -p icmp`),
    `-A ${seenChain} ${notFromItself} ${toClientPort}`,
    `-A INPUT -j ${cutsChain}`,
    `-A INPUT -j ${seenChain}`,
  ]);
}

/** What a cut drops at a node. */
export interface CutRules {
  /** Everything from these addresses. */
  readonly sources: readonly string[];
  /** Whatever comes to the client port from elsewhere than these. Undefined: nothing of it. */
  readonly clientsBut?: readonly string[];
}

/** In one step: all of it is in force or none. */
export function addCut(number: number, { sources, clientsBut }: CutRules): string {
  const chain = chainOf(number);
  return restore([
    `:${chain} - [0:0]`,
    ...sources.map((address) => `-A ${chain} -s ${address} -j DROP`),
    ...(clientsBut?.map((address) => `-A ${chain} -s ${address} -j RETURN`) ?? []),
    ...(clientsBut ? [`-A ${chain} ${notFromItself} ${toClientPort} -j DROP`] : []),
    `-A ${cutsChain} -j ${chain}`,
  ]);
}

/** Safe where the cut never got as far as this node, or was removed before. */
export function removeCut(number: number): string {
  const chain = chainOf(number);
  const rules = restore([`-D ${cutsChain} -j ${chain}`, `-F ${chain}`, `-X ${chain}`]);
  return `rules=$(iptables-save -t filter) || exit 1
case "$rules" in *":${chain} "*) ;; *) exit 0 ;; esac
${rules}`;
}

/** Whatever cuts there are, known or not. */
export const removeAllCuts = `iptables ${wait} -F ${cutsChain} || exit 1
for chain in $(iptables-save -t filter | sed -n 's/^:\\(ORDEAL-CUT-[0-9]*\\) .*/\\1/p'); do
  iptables ${wait} -F "$chain" && iptables ${wait} -X "$chain" || exit 1
done`;

/**
 * Answers whatever these addresses send over TCP with a reset: connections end at their side, and
 * nothing waits in them to be delivered later, as behind a cut. Safe to call once only.
 */
export function turnAway(sources: readonly string[]): string {
  return restore([
    `:${turnedAwayChain} - [0:0]`,
    ...sources.map(
      (address) => `-A ${turnedAwayChain} -s ${address} -p tcp -j REJECT --reject-with tcp-reset`,
    ),
    `-I INPUT -j ${turnedAwayChain}`,
  ]);
}

/** Safe where nobody is turned away. */
export const turnNobodyAway = `rules=$(iptables-save -t filter) || exit 1
case "$rules" in *":${turnedAwayChain} "*) ;; *) exit 0 ;; esac
${restore([`-D INPUT -j ${turnedAwayChain}`, `-F ${turnedAwayChain}`, `-X ${turnedAwayChain}`])}`;

/** Prints the rules with the packets that each one met. */
export const readCounters = "iptables-save -c -t filter";

/** Packets by the address that they came from; of whoever is no member, to the client port, by "clients". */
export interface Counters {
  readonly dropped: ReadonlyMap<string, number>;
  /** ICMP packets that no cut stopped, and those of clients. */
  readonly arrived: ReadonlyMap<string, number>;
  /** How many cuts drop the packets of an address. */
  readonly cuts: ReadonlyMap<string, number>;
}

/** Reads what `readCounters` printed. */
export function parseCounters(saved: string): Counters {
  const dropped = new Map<string, number>();
  const arrived = new Map<string, number>();
  const cuts = new Map<string, number>();
  for (const line of saved.split("\n")) {
    const rule = /^\[(\d+):\d+\] -A (ORDEAL-\S+) (?:-s ([\d.]+)(?:\/32)?|! -i lo) (.*)$/.exec(line);
    if (!rule) continue;
    const [, packets, chain, address = clients, rest = ""] = rule;
    if (chain === seenChain) add(arrived, address, Number(packets));
    if (!rest.includes("-j DROP")) continue;
    add(dropped, address, Number(packets));
    add(cuts, address, 1);
  }
  return { dropped, arrived, cuts };
}

function add(counts: Map<string, number>, key: string, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

function chainOf(number: number): string {
  return `ORDEAL-CUT-${number}`;
}

function restore(rules: readonly string[]): string {
  return `iptables-restore --noflush ${wait} <<'RULES'\n*filter\n${rules.join("\n")}\nCOMMIT\nRULES`;
}
