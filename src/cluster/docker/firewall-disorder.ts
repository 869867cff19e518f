import type { PacketDisorder } from "../../core/harms.js";

/**
 * Rules and queues by which packets that reach a node come twice, or behind others that were sent
 * later, as text for iptables and tc. iptables copies a packet to the node's own loopback device
 * (TEE), and so it arrives once more. Where it is to come late the original is dropped, and the copy
 * waits in one of several lanes: classes of an htb on that device. Neither needs netem.
 *
 * Answers to pings are left alone, so that what befalls a ping tells of one direction.
 */

const chain = "ORDEAL-DISORDER";
const twiceChain = `${chain}-TWICE`;
const lateChain = `${chain}-LATE`;
const lanesChain = `${chain}-LANES`;

/** How late a packet is, by lane, in milliseconds: more than TCP's packets lie apart. */
const lanesMs = [5, 10, 15, 20, 30, 40];

const handle = "d150:";
/** Marks that nobody else sets: what waits in a lane, and what goes before it; then the lane. */
const waits = 0xd150_0000;
const goesBefore = 0xd15f_0000;
const ofAnyLane = "0xffff0000";

/**
 * Bytes by which each packet counts as longer than it is, so that all take about as long. More than
 * any is, and less than tc's limit.
 */
const overhead = 50_000;

/** iptables waits for others that hold its lock, rather than fail. */
const wait = "-w 5";

export interface DisorderRules extends PacketDisorder {
  /** Addresses of the senders. */
  readonly from: readonly string[];
  /** The node's own. */
  readonly address: string;
}

/** Takes the place of whatever disorder there was. */
export function addDisorder({ from, share, way, address }: DisorderRules): string {
  const target = way === "duplicate" ? twiceChain : lateChain;
  const copy = `-j TEE --gateway ${address}`;
  const rules = [
    "*mangle",
    `:${chain} - [0:0]`,
    `:${target} - [0:0]`,
    ...(way === "duplicate" ? [`-A ${twiceChain} ${copy}`] : lanesMs.flatMap(laneRules(copy))),
    `-A ${chain} -i lo -m mark --mark ${goesBefore}/${ofAnyLane} -j DROP`,
    `-A ${chain} -i lo -j RETURN`,
    `-A ${chain} -p icmp -m icmp --icmp-type echo-reply -j RETURN`,
    ...from.map(
      (source) =>
        `-A ${chain} -s ${source} -m statistic --mode random --probability ${share} -j ${target}`,
    ),
    ...(way === "duplicate" ? [] : [`-A OUTPUT -o lo -j ${lanesChain}`]),
    `-A PREROUTING -j ${chain}`,
    "COMMIT",
  ];
  return `${removeDisorder} || exit 1
${way === "duplicate" ? "" : `${makeLanes} || exit 1`}
iptables-restore --noflush ${wait} <<'RULES'\n${rules.join("\n")}\nRULES`;
}

/**
 * A lane lets the first packet pass at once and the next one only after its time. So a copy that
 * is dropped later goes before each. No lane gets more than it can let pass; what finds none free
 * is left alone.
 */
function laneRules(copy: string): (delayMs: number, index: number) => string[] {
  return (delayMs, index) => {
    const lane = `${chain}-LANE-${index + 1}`;
    const perSecond = Math.floor(1000 / (2 * delayMs));
    const evenly = 1 / (lanesMs.length - index);
    return [
      ...(index === 0 ? [`:${lanesChain} - [0:0]`] : []),
      `:${lane} - [0:0]`,
      `-A ${lateChain} -m statistic --mode random --probability ${evenly} -m limit --limit ${perSecond}/second --limit-burst 1 -j ${lane}`,
      `-A ${lane} -j MARK --set-mark ${goesBefore + index + 1}`,
      `-A ${lane} ${copy}`,
      `-A ${lane} -j MARK --set-mark ${waits + index + 1}`,
      `-A ${lane} ${copy}`,
      `-A ${lane} -j DROP`,
      ...[goesBefore, waits].map(
        (mark) =>
          `-A ${lanesChain} -m mark --mark ${mark + index + 1} -j CLASSIFY --set-class ${handle}${index + 1}`,
      ),
    ];
  };
}

const makeLanes = [
  `tc qdisc add dev lo root handle ${handle} htb`,
  ...lanesMs.map((delayMs, index) => {
    // Kilobits a second are bits a millisecond.
    const rate = `${Math.round((8 * overhead) / delayMs)}kbit`;
    return `tc class add dev lo parent ${handle} classid ${handle}${index + 1} htb rate ${rate} ceil ${rate} overhead ${overhead} burst 1 cburst 1 quantum ${overhead}`;
  }),
].join(" &&\n");

/** Safe where there is none. */
export const removeDisorder = `remove_disorder() {
  rules=$(iptables-save -t mangle) || return 1
  for jump in "PREROUTING -j ${chain}" "OUTPUT -o lo -j ${lanesChain}"; do
    case "$rules" in *"-A $jump
"*) iptables ${wait} -t mangle -D $jump || return 1 ;; esac
  done
  chains=$(echo "$rules" | sed -n 's/^:\\(${chain}[A-Z0-9-]*\\) .*/\\1/p')
  for chain in $chains; do iptables ${wait} -t mangle -F "$chain" || return 1; done
  for chain in $chains; do iptables ${wait} -t mangle -X "$chain" || return 1; done
  if tc qdisc show dev lo | grep -q '^qdisc htb ${handle} '; then tc qdisc del dev lo root; fi
}
remove_disorder`;

/** Prints the rules and queues that are there; nothing where there are none. */
export const readDisorder = `iptables-save -t mangle | grep ${chain}
tc qdisc show dev lo | grep '^qdisc htb ${handle} '
true`;

/** What became of pings. */
export interface PingSight {
  readonly answered: number;
  /** How many were answered twice. */
  readonly twice: number;
  /** How many were answered after one that was sent later. */
  readonly overtaken: number;
}

/** Sends so many and prints the numbers of those that were answered, in the order of the answers. */
export function sendPings(address: string, count: number): string {
  // So close together that several pass whatever waits in a lane.
  const pings = `ping -n -s 16 -c ${count} -i 0.002 -W 0.3 ${address}`;
  return `${pings} | sed -n 's/.* icmp_seq=\\([0-9]*\\) .*/\\1/p'`;
}

/** Reads what `sendPings` printed. */
export function parsePings(printed: string): PingSight {
  const seen = new Set<number>();
  const again = new Set<number>();
  let overtaken = 0;
  let latest = 0;
  for (const number of printed.trim().split("\n").filter(Boolean).map(Number)) {
    if (seen.has(number)) again.add(number);
    else if (number < latest) overtaken++;
    seen.add(number);
    latest = Math.max(latest, number);
  }
  return { answered: seen.size, twice: again.size, overtaken };
}
