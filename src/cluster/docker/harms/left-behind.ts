import { RequestError } from "../../../core/client.js";
import { HarnessError } from "../../../core/errors.js";
import type { LeftBehind } from "../../../core/harms.js";
import type { Proof } from "../../../core/proof.js";
import { proveServing } from "../../ask-members.js";
import { turnAway, turnNobodyAway } from "../firewall.js";
import { type EtcdProcess, etcdProcesses, runScript, signalEtcd } from "../node.js";
import { sightSnapshots } from "../snapshots.js";
import type { DockerHarm, Machines } from "./machines.js";

/** So long the others may take to write as much as it needs. */
const patienceMs = 12_000;
const pauseMs = 100;
const statusMs = 1_000;
const readMs = 1_000;

/** What was there when the node was stopped. */
interface Before {
  /** No entry behind this one had reached it. */
  readonly lastIndex: number;
  /** Snapshots that its etcd had got from leaders. */
  readonly received: number;
  readonly others: ReadonlyMap<string, EtcdProcess>;
}

/**
 * The node is stopped until each of the others has made a snapshot that is newer than all that the
 * node has. Then those are killed and started again: etcd reads only what is behind its snapshot
 * back into memory, so that nobody has the entries that the node lacks. What they send is turned away
 * meanwhile: the node would else find in its sockets what it missed.
 */
export function leftBehind(machines: Machines): DockerHarm<LeftBehind> {
  const stopped = new Set<string>();
  const before = new Map<string, Before>();
  const isTls = (node: string) => machines.endpointOf(node).tls !== undefined;
  const sight = (node: string) => sightSnapshots(machines.machine(node), isTls(node));
  const othersOf = (node: string) => machines.nodes.filter((other) => other !== node);

  async function newestOf(nodes: readonly string[]): Promise<number> {
    const sights = await Promise.all(nodes.map(sight));
    return Math.min(...sights.map(({ newestIndex }) => newestIndex));
  }

  async function untilOutdated(node: string, lastIndex: number): Promise<void> {
    const others = othersOf(node);
    const count = snapshotCount(machines.configOf(node));
    let newest = 0;
    let index = lastIndex;
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const [oldest, highest] = await Promise.all([
        newestOf(others),
        highestIndex(machines, others),
      ]);
      newest = oldest;
      index = Math.max(index, highest);
      if (newest > lastIndex && index - lastIndex > count) return;
      await machines.sleep(pauseMs);
    }
    throw new HarnessError(
      `${node} could not be left behind: the others came from entry ${lastIndex} to ${index} within ${patienceMs / 1000} s, their oldest snapshot is that of ${newest}.`,
    );
  }

  return {
    stopsNode: true,
    remediedWhen: "before-start",
    isOn: (node) => stopped.has(node),

    async inflict(node, { restart }) {
      const others = othersOf(node);
      const { received } = await sight(node);
      if (received === undefined) {
        throw new HarnessError(`${node} could not be left behind: its etcd tells no metrics.`);
      }
      stopped.add(node);
      before.delete(node);
      const addresses = others.map((other) => machines.machine(other).address);
      const what = `${node} could not be kept from what the others send`;
      await runScript(machines.machine(node), turnAway(addresses), what);
      await signalEtcd(machines.machine(node), "STOP");
      const lastIndex = await highestIndex(machines, others);
      await untilOutdated(node, lastIndex);
      const processes = await Promise.all(
        others.map((other) => etcdProcesses(machines.machine(other))),
      );
      before.set(node, {
        lastIndex,
        received,
        others: new Map(others.flatMap((other, at) => pair(other, processes[at]?.[0]))),
      });
      const kill = (other: string) => machines.stopEtcd(other, "KILL");
      if (restart === "at-once") await Promise.all(others.map(kill));
      for (const other of others) {
        if (restart === "one-by-one") await kill(other);
        await machines.startEtcd(other);
      }
    },

    async remedy(node) {
      if (!stopped.has(node)) return;
      const what = `${node} could not be let have again what the others send`;
      await runScript(machines.machine(node), turnNobodyAway, what);
      await signalEtcd(machines.machine(node), "CONT");
      stopped.delete(node);
    },

    async probeInForce(node): Promise<Proof> {
      const [process] = await etcdProcesses(machines.machine(node));
      if (process?.state !== "T") {
        return { holds: false, evidence: `etcd on ${node} is not stopped` };
      }
      const was = before.get(node);
      if (!was) return { holds: false, evidence: `nobody was restarted while ${node} was stopped` };
      const others = othersOf(node);
      const now = await Promise.all(others.map((other) => etcdProcesses(machines.machine(other))));
      const same = others.filter((other, at) => !isAnother(now[at]?.[0], was.others.get(other)));
      if (same.length > 0) {
        return { holds: false, evidence: `no new etcd on ${same.join(", ")}` };
      }
      const newest = await newestOf(others);
      return {
        holds: newest > was.lastIndex,
        evidence: `etcd on ${node} is stopped and has no entry behind ${was.lastIndex}; that on ${others.join(", ")} is a new process whose log begins at ${newest} or later`,
      };
    },

    async probeOver(node): Promise<Proof> {
      const [process] = await etcdProcesses(machines.machine(node));
      if (!process || process.state === "T") {
        return { holds: false, evidence: `etcd on ${node} does not run` };
      }
      const serving = await proveServing(machines.connect(node, { timeoutMs: readMs }));
      const was = before.get(node);
      if (!was || !serving.holds) return serving;
      const { received, unused } = await sight(node);
      if (received === undefined) {
        return { holds: false, evidence: `etcd on ${node} tells no metrics` };
      }
      const got = received - was.received;
      const evidence = `${node} got ${got} snapshots from a leader, of which ${unused} lie unused, and ${serving.evidence}`;
      return { holds: got > 0 && unused === 0, evidence };
    },
  };
}

/** Of those that answer. */
async function highestIndex(machines: Machines, nodes: readonly string[]): Promise<number> {
  const indices = await Promise.all(
    nodes.map(async (node) => {
      try {
        return (await machines.status(node, statusMs)).raftIndex;
      } catch (error) {
        if (error instanceof RequestError) return 0;
        throw error;
      }
    }),
  );
  return Math.max(...indices);
}

function isAnother(now: EtcdProcess | undefined, was: EtcdProcess | undefined): boolean {
  return now !== undefined && (now.pid !== was?.pid || now.startTicks !== was.startTicks);
}

function pair(node: string, process: EtcdProcess | undefined): [string, EtcdProcess][] {
  return process ? [[node, process]] : [];
}

/** etcd's default is far more than a fault can wait for. */
function snapshotCount(config: string): number {
  return Number(/^snapshot-count: (\d+)$/m.exec(config)?.[1] ?? Infinity);
}
