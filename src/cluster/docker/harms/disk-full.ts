import type { NoChoice } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import { paths } from "../etcd-config.js";
import { etcdProcesses, runScript } from "../node.js";
import { proveResumed } from "../probes.js";
import type { DockerHarm, Machines } from "./machines.js";

/**
 * No block is left on the node's own disk. They are allocated and not written, so that none of it is
 * taken from the machine. etcd ends as soon as it needs a block, and is started again when there is
 * space.
 */
export function diskFull(machines: Machines): DockerHarm<NoChoice> {
  const full = new Set<string>();
  let seenOver = 0;

  /** All that its etcd had said before is in the history by then. */
  async function hearOut(node: string): Promise<boolean> {
    const line = `ordeal: the disk of ${node} takes writes again (${++seenOver})`;
    const what = `The log of ${node} could not be written to`;
    await runScript(machines.machine(node), `echo '${line}' >/proc/1/fd/1`, what);
    for (let tries = 0; tries < mostTries; tries++) {
      if (machines.logOf(node).lastLines(lines).includes(line)) return true;
      await machines.sleep(pauseMs);
    }
    return false;
  }

  return {
    isOn: (node) => full.has(node),
    stopsNode: true,
    remediedWhen: "before-start",

    async inflict(node) {
      full.add(node);
      await runScript(machines.machine(node), fill, `The disk of ${node} could not be filled`);
    },

    async remedy(node) {
      if (!full.has(node)) return;
      const what = `The disk of ${node} could not be made free again`;
      await runScript(machines.machine(node), free, what);
      // One that was told of no space just before takes a moment to end.
      await machines.sleep(lastWordsMs);
      await machines.startEtcd(node);
      full.delete(node);
    },

    async probeInForce(node) {
      const said = await tryToWrite(machines, node, { kilobytes: 4 });
      const [runs] = await etcdProcesses(machines.machine(node));
      const etcd = runs ? "its etcd still runs" : "its etcd has ended";
      return {
        holds: said.includes("No space left on device"),
        evidence: `the disk of ${node} ${said}, ${etcd}`,
      };
    },

    async probeOver(node): Promise<Proof> {
      const said = await tryToWrite(machines, node, { kilobytes: 1024 });
      if (said !== tookIt) return { holds: false, evidence: `the disk of ${node} ${said}` };
      const works = await proveResumed(machines.machine(node), (ms) => machines.status(node, ms));
      const evidence = `the disk of ${node} ${said}, ${works.evidence}`;
      if (!works.holds || (await hearOut(node))) return { holds: works.holds, evidence };
      return { holds: false, evidence: `${evidence}, but its log lags behind` };
    },
  };
}

const lastWordsMs = 300;
/** Within a second its log must be here, which keeps so many lines. */
const mostTries = 50;
const pauseMs = 20;
const lines = 200;

const ballast = `${paths.data}/.ordeal-ballast`;
const attempt = `${paths.data}/.ordeal-attempt`;

/** fallocate says that there is no space, and has taken all of it: hence it is asked how much is left. */
const fill = `
left() { echo $(($(stat -f -c '%a * %S' ${paths.data}))); }
mountpoint -q ${paths.data} || { echo "it is not there" >&2; exit 1; }
n=0
while [ "$(left)" -gt 0 ]; do
  n=$((n + 1)); [ $n -gt 20 ] && { echo "$(left) bytes are left" >&2; exit 1; }
  fallocate -l "$(left)" ${ballast}-$n 2>/dev/null
done
true`;

const free = `rm -f ${ballast}-* ${attempt}`;

const tookIt = "took a write";

/** "took a write", or "took no write: " and why. */
async function tryToWrite(
  machines: Machines,
  node: string,
  { kilobytes }: { readonly kilobytes: number },
): Promise<string> {
  const script = `said=$(dd if=/dev/zero of=${attempt} bs=${kilobytes}k count=1 conv=fsync 2>&1) && echo ended || echo "$said"
rm -f ${attempt}`;
  const what = `The disk of ${node} could not be written to`;
  const said = (await runScript(machines.machine(node), script, what)).trim();
  if (said === "ended") return tookIt;
  return `took no write: ${said.split("\n")[0]?.replace(/^dd: /, "") ?? "dd said nothing"}`;
}
