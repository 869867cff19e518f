import type { Clock } from "../core/clock.js";
import type { Proof } from "../core/cluster.js";
import { ClusterLostError, HarnessError } from "../core/errors.js";
import type { FaultEvent, FaultSpec } from "../core/history.js";
import type { Nemesis } from "../core/nemesis.js";
import type { HistoryWriter } from "../history/writer.js";
import type { DriveOptions } from "./drive-options.js";

/** So long after it was done a fault may take to be seen in force, or over. */
const proofLimitMs = 3_000;
const proofPauseMs = 100;

/** What a fault is done with. */
export type FaultOptions = Pick<DriveOptions, "cluster" | "clock" | "progress"> & {
  readonly recorder: Pick<HistoryWriter, "fault">;
};

export interface Fault {
  /** The same in all of its events. */
  readonly number: number;
  readonly nemesis: Nemesis;
  readonly spec: FaultSpec;
}

/** Harms, and looks whether the harm is in force. Both are recorded. */
export async function injectFault(options: FaultOptions, fault: Fault): Promise<Fault> {
  const { cluster, clock, recorder, progress } = options;
  const { number, nemesis, spec } = fault;
  // Written before it is done, so that no crash leaves a fault that the history does not know.
  recorder.fault({ fault: number, stage: "inject", spec });
  progress.faults.set(number, spec.description);
  const proof = await provenBy(clock, async () => {
    await nemesis.inject(cluster, spec);
    return () => nemesis.proveInForce(cluster, spec);
  });
  const stage = proof.holds ? "in-force" : "not-in-force";
  recorder.fault({ fault: number, stage, ...seenIn(proof) });
  return fault;
}

/** Heals, and looks whether the harm is over. Both are recorded. */
export async function healFault(
  { cluster, clock, recorder, progress }: FaultOptions,
  { number, nemesis, spec }: Fault,
): Promise<void> {
  recorder.fault({ fault: number, stage: "heal" });
  const proof = await provenBy(clock, async () => {
    await nemesis.heal(cluster, spec);
    return () => nemesis.proveOver(cluster, spec);
  });
  progress.faults.delete(number);
  const stage = proof.holds ? "over" : "not-over";
  recorder.fault({ fault: number, stage, ...seenIn(proof) });
}

function seenIn({ evidence, rewind }: Proof): Pick<FaultEvent, "evidence" | "rewind"> {
  return { evidence, ...(rewind && { rewind }) };
}

/**
 * Acts, then looks until the proof holds or the time is up. What cannot be done or seen is a fact
 * for the history, not the end of the run: the load goes on, and the verdict says what is missing.
 * Only where the cluster is lost there is nothing to go on with.
 */
async function provenBy(clock: Clock, act: () => Promise<() => Promise<Proof>>): Promise<Proof> {
  try {
    const prove = await act();
    const doneAtNs = clock.nowNs();
    for (;;) {
      const proof = await prove();
      const isLate = clock.nowNs() - doneAtNs > proofLimitMs * 1e6;
      if (proof.holds || isLate) return proof;
      await clock.sleep(proofPauseMs);
    }
  } catch (error) {
    if (!(error instanceof HarnessError) || error instanceof ClusterLostError) throw error;
    return { holds: false, evidence: error.message };
  }
}
