import type { DiskSlow } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import { paths } from "../etcd-config.js";
import { runScript } from "../node.js";
import { releaseDiskScript, slowDiskName } from "../own-disk.js";
import type { DockerHarm, Machines } from "./machines.js";

/** What is looked for where nothing was asked for. */
const usual: DiskSlow = { stallMs: 50, openMs: 20 };

/**
 * A process in the container freezes the node's own file system and thaws it, again and again.
 * However it ends, the disk is thawed; only SIGKILL would leave it frozen, and nobody sends that as
 * long as the container lives.
 */
export function diskSlow(machines: Machines): DockerHarm<DiskSlow> {
  const slow = new Set<string>();
  /** A probe after the end looks as closely as those before it. */
  const last = new Map<string, DiskSlow>();

  const release = (node: string) => {
    const what = `The disk of ${node} could not be let go`;
    return runScript(machines.machine(node), releaseDiskScript, what);
  };

  const look = async (node: string, holds: (share: number) => boolean): Promise<Proof> => {
    const { stallMs, openMs } = last.get(node) ?? usual;
    const forMs = Math.max(leastMs, cycles * (stallMs + openMs));
    const what = `The disk of ${node} could not be written to`;
    const said = await runScript(machines.machine(node), writeFor(forMs), what);
    return judge(node, parseWrites(said), { forMs, slowMs: stallMs / 2, holds });
  };
  return {
    isOn: (node) => slow.has(node),
    stopsNode: false,
    remediedWhen: "before-start",

    async inflict(node, how) {
      slow.add(node);
      last.set(node, how);
      const what = `The disk of ${node} could not be made slow`;
      await runScript(machines.machine(node), `${releaseDiskScript}\n${slowDown(how)}`, what);
    },

    async remedy(node) {
      if (!slow.has(node)) return;
      await release(node);
      slow.delete(node);
    },

    probeInForce: (node) => look(node, (share) => share >= 0.3),
    probeOver: (node) => look(node, (share) => share < 0.1),
  };
}

/** So long it is written at least, and for so many rounds of standing still. Milliseconds. */
const leastMs = 300;
const cycles = 3;

/** The script that starts it. */
export function slowDown({ stallMs, openMs }: DiskSlow): string {
  return `setsid bash -c '
trap "fsfreeze -u ${paths.data}" EXIT
trap "exit 0" TERM INT HUP
while fsfreeze -f ${paths.data}; do sleep "$1"; fsfreeze -u ${paths.data}; sleep "$2"; done
' ${slowDiskName} ${stallMs / 1000} ${openMs / 1000} </dev/null >/dev/null 2>&1 &`;
}

const attempt = `${paths.data}/.ordeal-attempt`;
/** So much longer than it was to take it is waited for. */
const patienceMs = 1_500;

/**
 * Writes a little, again and again with a rest between, and prints how many microseconds each write
 * took. No program is started for one and none is synced: on a busy machine that takes long on any
 * disk. Whoever writes is left behind where the disk stands still for good.
 */
function writeFor(forMs: number): string {
  return `exec bash <<'END'
place=$(mktemp -d /dev/shm/ordeal-writes-XXXXXX)
mkfifo $place/rest
(
  exec 9<>$place/rest
  now=\${EPOCHREALTIME/[.,]/}
  end=$((now + ${forMs * 1000}))
  while [ $now -lt $end ]; do
    read -r -t 0.005 -u 9
    before=\${EPOCHREALTIME/[.,]/}
    echo >>${attempt} || exit
    now=\${EPOCHREALTIME/[.,]/}
    echo "took $((now - before))"
  done
  rm -f ${attempt}
  echo end
) >$place/said 2>/dev/null &
writer=$!
n=0
while kill -0 $writer 2>/dev/null; do
  n=$((n + 1)); [ $n -gt ${Math.round((forMs + patienceMs) / 20)} ] && break
  sleep 0.02
done
cat $place/said
rm -rf $place
END`;
}

/** What came of writing for a while. Milliseconds. */
export interface Writes {
  readonly took: readonly number[];
  /** False: the last one failed, or still waits. */
  readonly ended: boolean;
}

export function parseWrites(said: string): Writes {
  const took = [...said.matchAll(/^took (\d+)$/gm)].map(([, us]) => Number(us) / 1000);
  return { took, ended: /^end$/m.test(said) };
}

/** Goes by the share of the time that was spent in slow writes: any disk has one now and then. */
export function judge(
  node: string,
  { took, ended }: Writes,
  {
    forMs,
    slowMs,
    holds,
  }: {
    readonly forMs: number;
    readonly slowMs: number;
    readonly holds: (share: number) => boolean;
  },
): Proof {
  if (!ended) return { holds: false, evidence: `a write to the disk of ${node} did not end` };
  const slow = took.filter((ms) => ms >= slowMs);
  const waitedMs = slow.reduce((sum, ms) => sum + ms, 0);
  const longest = Math.round(Math.max(0, ...took));
  return {
    holds: took.length > 0 && holds(waitedMs / forMs),
    evidence: `${slow.length} of ${took.length} writes to the disk of ${node} within ${forMs} ms took ${slowMs} ms or more, ${Math.round(waitedMs)} ms in all, the longest ${longest} ms`,
  };
}
