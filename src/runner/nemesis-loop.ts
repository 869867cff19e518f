import type { Clock } from "../core/clock.js";
import type { Proof } from "../core/cluster.js";
import { ClusterLostError, HarnessError } from "../core/errors.js";
import type { FaultSpec } from "../core/history.js";
import type { Nemesis, Situation } from "../core/nemesis.js";
import type { Random } from "../core/random.js";
import type { DriveOptions } from "./drive-options.js";

/** A choice is not possible in every state of the cluster: it is tried again after this time. */
const retryMs = 250;
/** So long a fault may take to be seen in force, or over. */
const proofLimitMs = 3_000;
const proofPauseMs = 100;

export interface NemesisPart {
  readonly nemesis: Nemesis;
  readonly faults: FaultDesk;
  readonly random: Random;
}

/**
 * Where all nemeses of a run meet. Harm and remedy are done one at a time, whatever the nemesis: a
 * choice rests on the state of the nodes, and that must not change under it. Faults as such
 * overlap freely.
 */
export interface FaultDesk {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  nextNumber(): number;
}

export function faultDesk(): FaultDesk {
  let last: Promise<unknown> = Promise.resolve();
  let faults = 0;
  return {
    inTurn(work) {
      const mine = last.then(work);
      // A failure is its caller's business; the next one's turn comes all the same.
      last = mine.catch(() => undefined);
      return mine;
    },
    nextNumber: () => faults++,
  };
}

interface ActiveFault {
  readonly number: number;
  readonly spec: FaultSpec;
}

/**
 * One nemesis: waits, harms, proves that the harm is in force, waits, heals, proves that it is
 * over, and so on. Whatever happens, the fault that it injected is healed before it returns.
 */
export async function runNemesis(
  options: DriveOptions,
  part: NemesisPart,
  signal: AbortSignal,
): Promise<void> {
  const { clock, nemesisIntervalMs } = options;
  const wait = () => clock.sleep((0.5 + part.random.fraction()) * nemesisIntervalMs, signal);
  // The first fault comes early, so that a short run has one of each kind.
  await clock.sleep(part.random.fraction() * nemesisIntervalMs, signal);
  while (!signal.aborted) {
    const fault = await part.faults.inTurn(() => begin(options, part, signal));
    if (!fault) {
      await clock.sleep(retryMs, signal);
      continue;
    }
    await wait();
    await part.faults.inTurn(() => finish(options, part.nemesis, fault));
    await wait();
  }
}

async function begin(
  options: DriveOptions,
  { nemesis, faults, random }: NemesisPart,
  signal: AbortSignal,
): Promise<ActiveFault | undefined> {
  const { cluster, recorder, progress } = options;
  const situation: Situation = {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node) => cluster.state(node),
  };
  if (signal.aborted) return undefined;
  const spec = nemesis.choose(situation, random);
  if (!spec) return undefined;

  // Written before it is done, so that no crash leaves a fault that the history does not know.
  const number = faults.nextNumber();
  recorder.fault({ fault: number, stage: "inject", spec });
  progress.faults.set(number, spec.description);
  const proof = await provenBy(options.clock, async () => {
    await nemesis.inject(cluster, spec);
    return () => nemesis.proveInForce(cluster, spec);
  });
  const stage = proof.holds ? "in-force" : "not-in-force";
  recorder.fault({ fault: number, stage, evidence: proof.evidence });
  return { number, spec };
}

async function finish(
  { cluster, clock, recorder, progress }: DriveOptions,
  nemesis: Nemesis,
  { number, spec }: ActiveFault,
): Promise<void> {
  recorder.fault({ fault: number, stage: "heal" });
  const proof = await provenBy(clock, async () => {
    await nemesis.heal(cluster, spec);
    return () => nemesis.proveOver(cluster, spec);
  });
  progress.faults.delete(number);
  recorder.fault({
    fault: number,
    stage: proof.holds ? "over" : "not-over",
    evidence: proof.evidence,
  });
}

/**
 * Acts, then looks until the proof holds or the time is up. What cannot be done or seen is a fact
 * for the history, not the end of the run: the load goes on, and the verdict says what is missing.
 * Only where the cluster is lost there is nothing to go on with.
 */
async function provenBy(clock: Clock, act: () => Promise<() => Promise<Proof>>): Promise<Proof> {
  const startedAtNs = clock.nowNs();
  try {
    const prove = await act();
    for (;;) {
      const proof = await prove();
      const isLate = clock.nowNs() - startedAtNs > proofLimitMs * 1e6;
      if (proof.holds || isLate) return proof;
      await clock.sleep(proofPauseMs);
    }
  } catch (error) {
    if (!(error instanceof HarnessError) || error instanceof ClusterLostError) throw error;
    return { holds: false, evidence: error.message };
  }
}
