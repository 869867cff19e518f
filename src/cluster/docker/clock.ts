import type { ClockSkew, Proof } from "../../core/cluster.js";
import { HarnessError } from "../../core/errors.js";
import { judgeReset, judgeSkewed, parseSight, type Sight } from "./clock-sight.js";
import { paths } from "./etcd-config.js";
import { type DockerNode, listEtcd, runScript } from "./node.js";

/**
 * A clock of a node's own, though all containers share the machine's: etcd is started with code in
 * it that answers for the kernel's clocks, by a page of parameters in memory (docker/README.md).
 * The page stays when etcd dies, as a machine's clock does.
 */

const folder = "/usr/local/lib/ordeal-clock";
/** Where members reach each other, as etcd-config.ts has it. */
const peerPort = 2380;
/** Every container has a file system in memory there. */
const page = "/dev/shm/ordeal-clock";
/** GIVEN_UP in docker/clock/vdso.h. */
const exitedWithoutClock = 99;
const control = `${folder}/control ${page}`;

/** Makes the page; until it is written to, the clock is right. */
export const makeOwnClock = `${control} create`;

/** Goes before etcd's command, and reaches no other program. */
export const underOwnClock = `env ORDEAL_CLOCK=${page} ${folder}/start `;

/** A shell's command that fails where no program can be given a clock of its own. */
export const tryOwnClock = `${makeOwnClock} && ${underOwnClock}$(command -v grep) -q ${page} /proc/self/maps`;

/** Why etcd was not started, in its own words; undefined where it ended for another reason. */
export function whyNoOwnClock(
  exitCode: number | null,
  lastLines: readonly string[],
): string | undefined {
  if (exitCode !== exitedWithoutClock) return undefined;
  const [, reason] = /ordeal clock: (.*)/.exec(lastLines.join("\n")) ?? [];
  return reason && `its etcd could not be given a clock of its own: ${reason}`;
}

/**
 * An etcd that this code is not in would go by the machine's clock whatever we do. One that is just
 * being started has it in a moment.
 */
const refuseUnhooked = `${listEtcd}
for pid in $(list_etcd | awk '{ print $3 }'); do
  n=0
  until grep -q ${page} /proc/$pid/maps 2>/dev/null || [ ! -d /proc/$pid ]; do
    n=$((n + 1)); [ $n -gt 50 ] && { echo "its etcd does not go by a clock of its own" >&2; exit 1; }
    sleep 0.02
  done
done`;

/**
 * The wall clock jumps from where it is; it and the monotonic clock, which never jumps, run at the
 * rate from now on. In force when this resolves.
 */
export async function skewClock(node: DockerNode, { jumpMs, rate }: ClockSkew): Promise<void> {
  const jumpNs = Math.round(jumpMs * 1e6);
  const billionths = Math.round(rate * 1e9);
  const script = `${refuseUnhooked}\n${control} skew ${jumpNs} ${billionths}`;
  await runScript(node, script, `The clock of ${node.name} could not be set wrong`);
}

/** The wall clock is right again; the monotonic one keeps what it gained, and runs at its right speed. */
export async function resetClock(node: DockerNode): Promise<void> {
  await runScript(node, `${control} reset`, `The clock of ${node.name} could not be set right`);
}

/** Rejects with HarnessError where the etcd that runs there goes by the machine's clock. */
export async function proveOwnClock(node: DockerNode): Promise<void> {
  await runScript(node, refuseUnhooked, `The clock of ${node.name} cannot be moved`);
}

export async function proveClockSkewed(node: DockerNode, tls: boolean): Promise<Proof> {
  return judgeSkewed(node.name, await look(node, tls));
}

export async function proveClockReset(node: DockerNode, tls: boolean): Promise<Proof> {
  return judgeReset(node.name, await look(node, tls));
}

async function look(node: DockerNode, tls: boolean): Promise<Sight> {
  const what = `The clock of ${node.name} could not be looked at`;
  return parseSight(await runScript(node, lookScript(tls), what));
}

/**
 * Members ask each other for the time on this path, and get it to the nanosecond. It is asked for
 * several times in a row, and again a moment later, with the machine's own time before and after.
 * The certificate is not looked at: this is the node talking to itself.
 */
function lookScript(tls: boolean): string {
  const files = `-cert ${paths.tls}/peer.crt -key ${paths.tls}/peer.key`;
  const connect = tls
    ? `[ "$out" ] && return
  coproc openssl s_client -quiet -connect 127.0.0.1:${peerPort} ${files} 2>/dev/null
  in=\${COPROC[0]} out=\${COPROC[1]}`
    : `exec 3<>/dev/tcp/127.0.0.1/${peerPort} || exit
  in=3 out=3 # A new one each time: on an old one TCP holds back the second line of a request.`;
  return `${listEtcd}
list_etcd
for pid in $(list_etcd | awk '{ print $3 }'); do
  grep -q ${page} /proc/$pid/maps && echo "hooked $pid"
done
${control} show || exit 1
[ "$(list_etcd | awk '$5 != "T"')" ] || exit 0
bash 2>/dev/null <<'END'
connect() {
  ${connect}
}
ask() {
  connect
  line=
  before=$EPOCHREALTIME
  printf 'GET /raft/probing HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' >&$out || exit
  until case $line in *'"Now":"'*) true ;; *) false ;; esac; do
    IFS= read -r -t 1 -u $in line || exit
  done
  echo "told $before \${line#*'"Now":"'} $EPOCHREALTIME"
}
ask; ask; ask; ask; ask; ask
sleep 0.25
echo later
ask; ask; ask; ask; ask
END
true`;
}

/** For those that were started without one. */
export function hasNoOwnClock(node: string): HarnessError {
  return new HarnessError(
    `Nothing can be done to the clock of ${node}: it has none of its own, all containers share the machine's.`,
  );
}
