/**
 * Rules by which a node loses a share of what it is sent, as text for iptables and out of it. They
 * hang in INPUT behind those of firewall.ts, so that the counters of cuts know nothing of them.
 */

const lossChain = "ORDEAL-LOSS";
/** Where what is lost goes: the rule that chooses does not drop by itself, as those of cuts do. */
const lostChain = "ORDEAL-LOST";

/** iptables waits for others that hold its lock, rather than fail. */
const wait = "-w 5";

export interface LossRules {
  /** Addresses of the senders. */
  readonly from: readonly string[];
  /** Above 0 and below 1. */
  readonly share: number;
}

/** In one step, in the place of whatever loss there was. */
export function addLoss({ from, share }: LossRules): string {
  const rules = [
    "*filter",
    `:${lossChain} - [0:0]`,
    `:${lostChain} - [0:0]`,
    `-A ${lostChain} -j DROP`,
    ...from.flatMap((address) => [
      `-A ${lossChain} -s ${address} -m statistic --mode random --probability ${share} -j ${lostChain}`,
      // Counts what is left, and decides nothing.
      `-A ${lossChain} -s ${address}`,
    ]),
    `-A INPUT -j ${lossChain}`,
    "COMMIT",
  ];
  return `${removeLoss} || exit 1
iptables-restore --noflush ${wait} <<'RULES'\n${rules.join("\n")}\nRULES`;
}

/** Safe where there is none. */
export const removeLoss = `remove_loss() {
  rules=$(iptables-save -t filter) || return 1
  case "$rules" in *"-A INPUT -j ${lossChain}"*) iptables ${wait} -D INPUT -j ${lossChain} || return 1 ;; esac
  for chain in ${lossChain} ${lostChain}; do
    case "$rules" in *":$chain "*) iptables ${wait} -F $chain && iptables ${wait} -X $chain || return 1 ;; esac
  done
}
remove_loss`;

/** Packets of one sender. */
export interface LossCount {
  readonly lost: number;
  readonly left: number;
}

/** Prints the rules with the packets that each one met. */
export const readLoss = "iptables-save -c -t filter";

/** Reads what `readLoss` printed, by the sender's address. */
export function parseLoss(saved: string): ReadonlyMap<string, LossCount> {
  const counts = new Map<string, LossCount>();
  for (const line of saved.split("\n")) {
    const rule = /^\[(\d+):\d+\] -A (\S+) -s ([\d.]+)(?:\/32)?(.*)$/.exec(line);
    const [, packets, chain, address = "", rest = ""] = rule ?? [];
    if (chain !== lossChain) continue;
    const { lost, left } = counts.get(address) ?? { lost: 0, left: 0 };
    counts.set(
      address,
      rest.endsWith(`-j ${lostChain}`)
        ? { lost: lost + Number(packets), left }
        : { lost, left: left + Number(packets) },
    );
  }
  return counts;
}
