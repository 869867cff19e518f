import { RequestError } from "../../../core/client.js";
import { HarnessError } from "../../../core/errors.js";
import type { Proof } from "../../../core/proof.js";
import type { Restoration } from "../../../core/restoration.js";
import type { Rewind } from "../../../core/rewind.js";
import { whyNoRead } from "../../ask-members.js";
import type { Machines } from "../harms/machines.js";
import { type EtcdProcess, etcdProcesses } from "../node.js";
import { moveDataIn, revisionOfSnapshot, snapshotPath, unpackSnapshot } from "./etcdctl.js";
import { type Before, lookAtDestroyed, lookAtRestored } from "./look.js";
import { putFile, takeSnapshot } from "./snapshot.js";

const askMs = 1_000;
const serveMs = 10_000;
const pauseMs = 100;
/** So long clients may be held up, at most, between their operation's begin and its request. */
const heldUpMs = 500;

export interface DockerRestoration extends Restoration {
  /** Whether there is no data that etcd could be started with: it must not be. */
  readonly isDestroyed: boolean;
}

export interface RestorationOptions {
  readonly machines: Machines;
  /** The deadline of the calls of whoever has the most patience, in milliseconds. */
  readonly longestCallMs: () => number;
}

/**
 * What is saved is unpacked on every node before anything is harmed: nothing is destroyed that
 * cannot be restored.
 */
export function restorationOf({ machines, longestCallMs }: RestorationOptions): DockerRestoration {
  const { nodes } = machines;
  let stage: "whole" | "destroyed" | "in place" = "whole";
  let generation = 0;
  let saved: Saved | undefined;
  let destroyed: { readonly saved: Saved; readonly atMs: number } | undefined;
  let ended: ReadonlyMap<string, readonly EtcdProcess[]> = new Map();

  const onAll = async (act: (node: string) => Promise<void>): Promise<void> => {
    const settled = await Promise.allSettled(nodes.map(act));
    for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
  };
  const processesOf = (node: string) => etcdProcesses(machines.machine(node));
  const killAll = () => onAll((node) => machines.stopEtcd(node, "KILL"));

  return {
    get generation() {
      return generation;
    },
    get isDestroyed() {
      return stage === "destroyed";
    },

    async saveSnapshot(node) {
      if (stage !== "whole") throw new HarnessError("There is no cluster to save a snapshot of.");
      saved = undefined;
      destroyed = undefined;
      const before = await factsOf(machines, node);
      const content = await takeSnapshot(machines.endpointOf(node));
      await onAll((each) => putFile(machines.machine(each), snapshotPath, content));
      const revision = await revisionOfSnapshot(machines.machine(node));
      await refuseCompacted(machines, node, revision);
      const token = `ordeal-restored-${before.clusterId}-${generation + 1}`;
      await onAll((each) =>
        unpackSnapshot(machines.machine(each), { config: machines.configOf(each), token }),
      );
      saved = { ...before, revision };
    },

    async destroyAll() {
      if (!saved) throw new HarnessError("Nothing is destroyed before a snapshot is saved.");
      const found = nodes.map(async (node) => [node, await processesOf(node)] as const);
      ended = new Map(await Promise.all(found));
      stage = "destroyed";
      destroyed = { saved, atMs: performance.now() };
      saved = undefined;
      await killAll();
      generation += 1;
      destroyed = { ...destroyed, atMs: performance.now() };
      await onAll((node) => machines.emptyData(node));
    },

    async restoreAll() {
      if (!destroyed || stage === "whole") return;
      if (stage === "destroyed") {
        // Where the destruction was left half-way.
        await killAll();
        // What was asked of the old cluster must have come to its end before there is a new one: its
        // revisions, by which clients guard their writes, are given to other writes again.
        const waitMs = destroyed.atMs + heldUpMs + longestCallMs() - performance.now();
        await machines.sleep(Math.max(0, waitMs));
        await onAll(async (node) => {
          await machines.emptyData(node);
          await moveDataIn(machines.machine(node));
        });
        stage = "in place";
      }
      await onAll((node) => machines.startEtcd(node));
      stage = "whole";
      await untilMostServe(machines);
    },

    async probeDestroyed() {
      const looks = nodes.map((node) => lookAtDestroyed(machines.machine(node)));
      const proof = allOf(await Promise.all(looks));
      if (!destroyed) return proof;
      const { revision } = destroyed.saved;
      const evidence = `${proof.evidence}; the snapshot has all up to revision ${revision}`;
      return withRewind({ ...proof, evidence }, destroyed.saved);
    },

    async probeRestored() {
      if (!destroyed) return { holds: true, evidence: "nothing was destroyed" };
      const { saved: before } = destroyed;
      const uncut = nodes.filter((node) => machines.state(node).cut.length === 0);
      const looks = uncut.map(async (node) => {
        const were = ended.get(node) ?? [];
        return lookAtRestored(machines, node, { ...before, were });
      });
      return withRewind(allOf(await Promise.all(looks)), before);
    },
  };
}

type Saved = Omit<Before, "were">;

function withRewind(proof: Proof, { revision, clusterId }: Rewind): Proof {
  return { ...proof, rewind: { revision, clusterId } };
}

function allOf(proofs: readonly Proof[]): Proof {
  const broken = proofs.filter(({ holds }) => !holds);
  const telling = broken.length > 0 ? broken : proofs;
  return {
    holds: proofs.length > 0 && broken.length === 0,
    evidence: telling.map(({ evidence }) => evidence).join("; "),
  };
}

/** Of the cluster as it is. Rejects where the snapshot would take an alarm along: none could end it. */
async function factsOf(
  machines: Machines,
  node: string,
): Promise<{ readonly clusterId: string; readonly memberIds: readonly string[] }> {
  const client = machines.connect(node, { timeoutMs: askMs });
  try {
    const { alarms } = await client.alarms();
    if (alarms.length > 0) throw new HarnessError(`No snapshot is saved while an alarm is raised.`);
    const { header } = await client.range({ key: "ordeal/restore" });
    const { members } = await client.memberList();
    return { clusterId: header.clusterId, memberIds: members.map(({ id }) => id) };
  } catch (error) {
    throw inWords(error, `${node} cannot be asked before its snapshot is saved`);
  } finally {
    client.close();
  }
}

/** Where the newest writes were compacted away the snapshot does not tell its revision. */
async function refuseCompacted(machines: Machines, node: string, revision: number): Promise<void> {
  const client = machines.connect(node, { timeoutMs: askMs });
  try {
    const { compactRevision } = await client.hashKv({});
    if (compactRevision <= revision) return;
  } catch (error) {
    throw inWords(error, `${node} cannot be asked what it has compacted`);
  } finally {
    client.close();
  }
  throw new HarnessError(`The revision of the snapshot of ${node} was compacted.`);
}

function inWords(error: unknown, what: string): unknown {
  if (!(error instanceof RequestError)) return error;
  return new HarnessError(`${what}: ${error.facts.details}`, { cause: error });
}

/** Whoever is cut off may not serve. What does not in time is for the proof to tell. */
async function untilMostServe(machines: Machines): Promise<void> {
  const { nodes } = machines;
  const deadlineMs = performance.now() + serveMs;
  for (;;) {
    const asked = nodes.map((node) => whyNoRead(machines.connect(node, { timeoutMs: askMs })));
    const reasons = await Promise.all(asked);
    const serving = reasons.filter((reason) => reason === undefined).length;
    const wanted = nodes.filter((node) => machines.state(node).cut.length === 0).length;
    if (serving >= Math.max(wanted, 1) || performance.now() > deadlineMs) return;
    await machines.sleep(pauseMs);
  }
}
