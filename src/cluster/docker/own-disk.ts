import type Docker from "dockerode";
import type { Proof } from "../../core/cluster.js";
import { HarnessError } from "../../core/errors.js";
import { paths } from "./etcd-config.js";
import { type DockerNode, listEtcd, runScript } from "./node.js";

/**
 * A disk of a node's own: an ext4 in a file, on a loop device, mounted in the container alone. It can
 * lose its power or stand still, and the machine's disks notice nothing. Mounted with `-o loop` the
 * device is freed with the mount, so that a container that is removed leaves none behind.
 */

const folder = "/var/lib/ordeal-disk";
const image = `${folder}/image`;
/** Sparse: only what etcd writes is taken from the machine. */
const size = "4G";
/** Written and not synced right before power goes: it must be lost. */
const witness = `${paths.data}/.ordeal-unsynced`;

/**
 * The kernel writes back what nobody synced only after so many seconds (ext4's default is 5), so that
 * as much is lost as a disk may lose.
 */
const commitSeconds = 600;

const mount = `mount -o loop,noatime,commit=${commitSeconds} ${image} ${paths.data}`;
const isMounted = `mountpoint -q ${paths.data}`;

/** What died closes its files a moment after it is gone. */
const unmount = `n=0; until umount ${paths.data} 2>/dev/null; do n=$((n + 1)); [ $n -gt 200 ] && { umount ${paths.data}; exit 1; }; sleep 0.02; done`;

/** What a container needs for it, beside what every node has. */
export const ownDiskCapability = "SYS_ADMIN";
export const ownDiskHostConfig: Docker.HostConfig = {
  // Loop devices and the device that hands them out, and no other.
  DeviceCgroupRules: ["b 7:* rwm", "c 10:237 rwm"],
  SecurityOpt: ["apparmor=unconfined"],
};

/** Where the file lies; on a file system in memory where the data is to be in memory. */
export const ownDiskFolder = folder;

/** The script that makes and mounts it, once. */
export const makeOwnDisk = `
mkdir -p ${folder} ${paths.data}
[ -e /dev/loop-control ] || mknod -m 0600 /dev/loop-control c 10 237
n=0; while [ $n -lt 64 ]; do [ -e /dev/loop$n ] || mknod -m 0600 /dev/loop$n b 7 $n; n=$((n + 1)); done
truncate -s ${size} ${image}
mkfs.ext4 -q -F -m 0 -E nodiscard,lazy_itable_init=1,lazy_journal_init=1 ${image}
${mount}
rmdir ${paths.data}/lost+found
chmod 0700 ${paths.data}`;

/**
 * etcd stands still, its file system goes down with all that was not synced, and then it is killed:
 * the other way round the kernel would have time to write. The disk is looked at and left unmounted.
 * Gives whether what had not been synced was lost.
 */
export async function cutPower(node: DockerNode): Promise<boolean> {
  const script = `${listEtcd}
pids=$(list_etcd | awk '{ print $3 }')
[ -n "$pids" ] || { echo "no etcd runs there" >&2; exit 1; }
kill -STOP $pids || exit 1
echo unsynced >${witness} || exit 1
xfs_io -F -x -c shutdown ${paths.data} >&2 || exit 1
kill -KILL $pids || exit 1
n=0; while [ -n "$(list_etcd)" ]; do n=$((n + 1)); [ $n -gt 200 ] && { echo "it did not end" >&2; exit 1; }; sleep 0.02; done
${unmount}
${mount} || exit 1
[ -e ${witness} ] && echo kept || echo lost
${unmount}`;
  const what = `${node.name} could not lose its power`;
  return (await runScript(node, script, what)).trim() === "lost";
}

/** Safe where it is mounted already. */
export async function mountOwnDisk(node: DockerNode): Promise<void> {
  const script = `${isMounted} || ${mount}`;
  await runScript(node, script, `The disk of ${node.name} could not be mounted again`);
}

/** That nothing runs and nothing is mounted, and that what was not synced is gone. */
export async function provePoweredOff(
  node: DockerNode,
  lostUnsynced: boolean | undefined,
): Promise<Proof> {
  const script = `${listEtcd}\nlist_etcd | head -n 1; ${isMounted} && echo mounted || echo unmounted`;
  const said = await runScript(node, script, `${node.name} could not be looked at`);
  if (said.startsWith("etcd ")) {
    return { holds: false, evidence: `etcd still runs on ${node.name}` };
  }
  if (said.trim() !== "unmounted") {
    return { holds: false, evidence: `the disk of ${node.name} is still mounted` };
  }
  const fate = lostUnsynced === true ? "is lost" : "was not lost";
  return {
    holds: lostUnsynced === true,
    evidence: `no etcd process on ${node.name}, its disk is off, and what was written last and not synced ${fate}`,
  };
}

/** All writes to it wait from now on. What was written before is synced first. */
export async function stallDisk(node: DockerNode): Promise<void> {
  await runScript(
    node,
    `fsfreeze -f ${paths.data}`,
    `The disk of ${node.name} could not be stalled`,
  );
}

/** What makes a disk slow (harms/disk-slow.ts) goes by this name in its container. */
export const slowDiskName = "ordeal-disk-slow";

/** Its own words end the command line of the one that is looked for, and of no other. */
const slowDisk = `'[o]${slowDiskName.slice(1)} [0-9.]+ [0-9.]+$'`;

/**
 * Ends what makes the disk slow, which would stall it again, and thaws it. Safe where it takes
 * writes; fsfreeze calls that an invalid argument.
 */
export const releaseDiskScript = `
pkill -TERM -f ${slowDisk}
n=0; while pgrep -f ${slowDisk} >/dev/null; do n=$((n + 1)); [ $n -gt 200 ] && break; sleep 0.02; done
said=$(fsfreeze -u ${paths.data} 2>&1) || case "$said" in *"Invalid argument"*) ;; *) echo "$said" >&2; exit 1 ;; esac`;

export async function releaseDisk(node: DockerNode): Promise<void> {
  const what = `The disk of ${node.name} could not be released`;
  await runScript(node, releaseDiskScript, what);
}

const attempt = `${paths.data}/.ordeal-attempt`;
const patienceMs = 300;

/** Whoever tries is left behind, waits as etcd does, and comes to an end with it. */
export async function proveDiskStalled(node: DockerNode): Promise<Proof> {
  const isOver = await writeEnds(node);
  return isOver
    ? { holds: false, evidence: `the disk of ${node.name} took a write` }
    : {
        holds: true,
        evidence: `a write to the disk of ${node.name} did not end within ${patienceMs} ms`,
      };
}

export async function proveDiskReleased(node: DockerNode): Promise<Proof> {
  const isOver = await writeEnds(node);
  return isOver
    ? { holds: true, evidence: `the disk of ${node.name} took a write` }
    : { holds: false, evidence: `a write to the disk of ${node.name} still waits` };
}

async function writeEnds(node: DockerNode): Promise<boolean> {
  const script = `(echo attempt >${attempt}; rm -f ${attempt}) >/dev/null 2>&1 &
writer=$!
n=0
while kill -0 $writer 2>/dev/null; do
  n=$((n + 1)); [ $n -gt ${patienceMs / 20} ] && { echo waits; exit 0; }
  sleep 0.02
done
echo ended`;
  const what = `The disk of ${node.name} could not be written to`;
  return (await runScript(node, script, what)).trim() === "ended";
}

/** For those that were started without one. */
export function hasNoOwnDisk(node: string): HarnessError {
  return new HarnessError(`Nothing can be done to the disk of ${node}: it has none of its own.`);
}
