import type Docker from "dockerode";
import type { Capability } from "../../core/cluster.js";
import { dockerCapabilities, needOwnDisks } from "./capabilities.js";
import { tryOwnClock } from "./clock.js";
import { paths } from "./etcd-config.js";
import { makeOwnDisk, ownDiskCapability, ownDiskHostConfig } from "./own-disk.js";

/** Something that the kernel or the engine must have, and how it is tried. */
export interface MachineProbe {
  readonly what: string;
  /** What can be done to nodes only with it. */
  readonly neededFor?: readonly Capability[];
  /** What else cannot be had without it. */
  readonly rulesOut?: string;
  /** In words, what it means that the command succeeded; or read off its output. */
  readonly ok: string | ((output: string) => string);
  /** Said before the command's own words where it failed. */
  readonly missing?: string;
  /** A shell's; it fails where what is looked for is missing. */
  readonly command: string;
  readonly hostConfig?: Docker.HostConfig;
}

const mebibytesNeeded = 1024;

const onOwnDisks = [...dockerCapabilities].filter((one) => needOwnDisks([one]));
const netAdmin = { CapAdd: ["NET_ADMIN"] };
const ownDisk = { ...ownDiskHostConfig, CapAdd: [ownDiskCapability] };

/** Reading alone: asking for a free device would make one where there is none. */
const countFreeLoopDevices = `
free=0
for device in /sys/block/loop*; do
  if [ -d "$device" ] && [ ! -e "$device/loop/backing_file" ]; then free=$((free + 1)); fi
done
[ "$free" -gt 0 ] || { echo "no free loop device in /sys/block" >&2; exit 1; }`;

export const machineProbes: readonly MachineProbe[] = [
  {
    what: "NET_ADMIN",
    neededFor: ["partition", "packet-loss", "packet-disorder", "slow-network", "hold-links"],
    ok: "granted, and iptables drops packets",
    command:
      "iptables -w -A INPUT -s 192.0.2.1 -j DROP && iptables -w -C INPUT -s 192.0.2.1 -j DROP",
    hostConfig: netAdmin,
  },
  {
    what: "iptables statistic",
    neededFor: ["packet-loss", "packet-disorder"],
    ok: "iptables drops a share of the packets",
    command: "iptables -w -A INPUT -m statistic --mode random --probability 0.5 -j DROP",
    hostConfig: netAdmin,
  },
  {
    what: "iptables TEE",
    neededFor: ["packet-disorder"],
    ok: "iptables sends copies of packets, and puts them into classes",
    command: `iptables -w -t mangle -A PREROUTING -j TEE --gateway 127.0.0.1 &&
      iptables -w -t mangle -A OUTPUT -m limit --limit 1/second -j CLASSIFY --set-class 1:1`,
    hostConfig: netAdmin,
  },
  {
    what: "tc htb",
    neededFor: ["packet-disorder"],
    ok: "in the kernel, and makes classes",
    missing: "not in the kernel: ",
    command: `tc qdisc add dev lo root handle 1: htb &&
      tc class add dev lo parent 1: classid 1:1 htb rate 1mbit overhead 1000`,
    hostConfig: netAdmin,
  },
  {
    what: "iptables redirect",
    neededFor: ["slow-network", "hold-links"],
    ok: "iptables leads connections elsewhere",
    command: "iptables -w -t nat -A OUTPUT -p tcp --dport 9 -j REDIRECT --to-ports 10",
    hostConfig: netAdmin,
  },
  {
    what: "tc tbf",
    neededFor: ["slow-network"],
    ok: "in the kernel, and limits bandwidth",
    missing: "not in the kernel: ",
    command: "tc qdisc add dev lo root tbf rate 1mbit burst 32kbit latency 400ms",
    hostConfig: netAdmin,
  },
  {
    what: "netem",
    rulesOut: "nothing: packets are lost, doubled, reordered and delayed without it",
    ok: "in the kernel",
    missing: "not in the kernel: ",
    command: "tc qdisc add dev lo root netem delay 1ms",
    hostConfig: netAdmin,
  },
  {
    what: "SYS_ADMIN",
    neededFor: onOwnDisks,
    ok: "granted, and file systems can be mounted",
    command: "mount -t tmpfs none /mnt",
    hostConfig: { CapAdd: ["SYS_ADMIN"], SecurityOpt: ["apparmor=unconfined"] },
  },
  {
    what: "loop devices",
    neededFor: onOwnDisks,
    ok: (output) => `${output.trim()} free`,
    command: `${countFreeLoopDevices}\necho "$free"`,
  },
  {
    what: "fsfreeze",
    neededFor: onOwnDisks,
    ok: "a disk of its own stood still and went on",
    command: `set -e\n${countFreeLoopDevices}\n${makeOwnDisk}\nfsfreeze -f ${paths.data}\nfsfreeze -u ${paths.data}`,
    hostConfig: ownDisk,
  },
  {
    what: "own clocks",
    neededFor: ["clock"],
    ok: "a program went by a clock of its own, without any capability",
    command: tryOwnClock,
    hostConfig: { CapDrop: ["ALL"] },
  },
  {
    what: "SYS_TIME",
    rulesOut: "nothing: it would move every clock of the machine",
    ok: "granted",
    command: "true",
    hostConfig: { CapAdd: ["SYS_TIME"] },
  },
  {
    what: "free disk",
    rulesOut: "long runs: nodes and their logs would fill it",
    ok: (output) => `${(Number(output) / 1024).toFixed(1)} GiB in the engine's folder`,
    command: `
      free=$(df -Pm / | awk 'NR == 2 { print $4 }')
      [ "$free" -ge ${mebibytesNeeded} ] || { echo "only $free MiB in the engine's folder" >&2; exit 1; }
      echo "$free"`,
  },
];
