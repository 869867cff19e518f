import type { PacketLoss } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import { addLoss, parseLoss, readLoss, removeLoss } from "../firewall-loss.js";
import { runScript } from "../node.js";
import type { DockerHarm, Machines } from "./machines.js";

/** Of 60 packets one is lost nineteen times out of twenty even where it is one in twenty that is. */
const pings = 60;
const everySeconds = 0.01;

/** A node loses some of the packets that others send to it, where they arrive. */
export function packetLoss(machines: Machines): DockerHarm<PacketLoss> {
  const losing = new Map<string, PacketLoss>();
  const addressOf = (node: string) => machines.machine(node).address;

  const run = (node: string, script: string, what: string) =>
    runScript(machines.machine(node), script, what);

  const readRules = (node: string) =>
    run(node, readLoss, `The firewall of ${node} could not be looked at`);

  /** Those whose packets come as far as the rules: others may be cut off, or unable to send. */
  const sendersTo = (node: string): string[] => {
    const { cut } = machines.state(node);
    const others = losing.get(node)?.from ?? machines.nodes.filter((other) => other !== node);
    return others.filter(
      (other) =>
        machines.state(other).process !== "frozen" &&
        !cut.some(({ from, to }) => from === other && to === node),
    );
  };

  const sendPings = async (senders: readonly string[], node: string): Promise<void> => {
    const script = `ping -n -q -c ${pings} -i ${everySeconds} -W 0.3 ${addressOf(node)} >/dev/null; true`;
    await Promise.all(senders.map((from) => run(from, script, `${from} could not send pings`)));
  };

  return {
    isOn: (node) => losing.has(node),
    stopsNode: false,
    remediedWhen: "before-start",

    async inflict(node, how) {
      losing.set(node, how);
      const rules = addLoss({ from: how.from.map(addressOf), share: how.share });
      await run(node, rules, `${node} could not be made to lose packets`);
    },

    async remedy(node) {
      if (!losing.has(node)) return;
      await run(node, removeLoss, `${node} could not be kept from losing packets`);
      losing.delete(node);
    },

    async probeInForce(node): Promise<Proof> {
      const before = parseLoss(await readRules(node));
      if (before.size === 0)
        return { holds: false, evidence: `${node} has no rule to lose packets` };
      const senders = sendersTo(node);
      await sendPings(senders, node);
      const after = parseLoss(await readRules(node));
      const rises = senders.map((from) => {
        const [was, is] = [before, after].map((counts) => counts.get(addressOf(from)));
        const lost = (is?.lost ?? 0) - (was?.lost ?? 0);
        return { from, lost, sent: lost + (is?.left ?? 0) - (was?.left ?? 0) };
      });
      const each = rises.map(({ from, lost, sent }) => `${lost} of ${sent} packets from ${from}`);
      return {
        holds: rises.length > 0 && rises.every(({ lost, sent }) => lost > 0 && lost < sent),
        evidence: `${node} lost ${each.join(" and ") || "nothing that could be sent"}`,
      };
    },

    async probeOver(node): Promise<Proof> {
      if ((await readRules(node)).includes("ORDEAL-LOSS")) {
        return { holds: false, evidence: `${node} still has rules to lose packets` };
      }
      const senders = sendersTo(node);
      const before = await echoesAt(node);
      await sendPings(senders, node);
      const arrived = (await echoesAt(node)) - before;
      const sent = senders.length * pings;
      return {
        holds: arrived >= sent,
        evidence: `${arrived} of ${sent} pings from ${senders.join(", ") || "nobody"} reached ${node}, which has no rule to lose any`,
      };
    },
  };

  /** How many pings the kernel handed on, whatever the firewall says: RFC 4293's icmpInEchos. */
  async function echoesAt(node: string): Promise<number> {
    const script = `awk '/^Icmp:/ { if (n) { print $n; exit } for (i = 1; i <= NF; i++) if ($i == "InEchos") n = i }' /proc/net/snmp`;
    return Number(await run(node, script, `The pings that ${node} got could not be counted`));
  }
}
