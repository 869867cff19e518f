import type { Clock } from "./core/clock.js";
import type { Cluster } from "./core/cluster.js";
import { ClusterLostError, HarnessError } from "./core/errors.js";
import type { FaultEvent, FaultSpec } from "./core/history.js";
import type { Nemesis } from "./core/nemesis.js";
import type { Random } from "./core/random.js";
import { situationOf } from "./runner/nemesis-loop.js";
import { healFault, injectFault } from "./runner/one-fault.js";
import { newProgress } from "./runner/progress.js";
import { lightLoad } from "./verify-load.js";

/** What was seen of one nemesis. Plain JSON. */
export interface Verified {
  readonly nemesis: string;
  /** Undefined where it found nothing to do. */
  readonly spec?: FaultSpec;
  /** From the start of its injection until it was seen in force; undefined where it was not. */
  readonly inForceAfterMs?: number;
  readonly inForceEvidence?: string;
  /** From the start of its healing until it was seen to be over; undefined where it was not. */
  readonly overAfterMs?: number;
  readonly overEvidence?: string;
  /** Until every node served again, once everything was healed. */
  readonly servingAfterMs?: number;
  /** One sentence; undefined where all was seen as it must be. */
  readonly trouble?: string;
}

export interface VerifyOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly nemeses: readonly Nemesis[];
  /** Told of each as soon as it is through. */
  readonly onVerified: (verified: Verified) => void;
  /** Ends it after the nemesis that is under way. */
  readonly signal: AbortSignal;
}

/** A cluster that was harmed a moment ago may have no leader yet, or be in no state for a fault. */
const choiceLimitMs = 10_000;
const choicePauseMs = 250;
/** So long a fault stays where it does not say itself how long. */
const holdMs = 500;
const recoveryLimitMs = 60_000;

/**
 * One fault of each nemesis after the other, as a run would have it, and nothing else but a light
 * load: in force, over, and the cluster serves again. Everything is healed between them. Resolves
 * to what was seen; rejects with ClusterLostError where there is nothing left to look at.
 */
export async function verifyNemeses(options: VerifyOptions): Promise<readonly Verified[]> {
  const { cluster, clock, random, nemeses, signal } = options;
  const over = new AbortController();
  const load = lightLoad({ cluster, clock, signal: over.signal });
  const all: Verified[] = [];
  try {
    for (const nemesis of nemeses) {
      if (signal.aborted) break;
      const verified = await verify(options, nemesis, random.fork(`nemesis ${nemesis.name}`));
      options.onVerified(verified);
      all.push(verified);
    }
  } finally {
    over.abort();
    await load;
  }
  return all;
}

async function verify(options: VerifyOptions, nemesis: Nemesis, random: Random): Promise<Verified> {
  const { name } = nemesis;
  const spec = await choose(options, nemesis, random);
  if (!spec) {
    return { nemesis: name, trouble: `${name} found nothing to do in a cluster that is whole.` };
  }
  const seen = await seeItComeAndGo(options, nemesis, spec);
  const recovery = await recover(options);
  const trouble = troubleOf(name, seen) ?? recovery.trouble?.(name);
  return {
    nemesis: name,
    spec,
    ...seen,
    ...(recovery.servingAfterMs !== undefined && { servingAfterMs: recovery.servingAfterMs }),
    ...(trouble !== undefined && { trouble }),
  };
}

/** The load here is judged by nobody. */
const anything = { toleratesCompaction: true, toleratesRewind: true } as const;

async function choose(
  { cluster, clock, signal }: VerifyOptions,
  nemesis: Nemesis,
  random: Random,
): Promise<FaultSpec | undefined> {
  const deadlineNs = clock.nowNs() + choiceLimitMs * 1e6;
  while (!signal.aborted && clock.nowNs() < deadlineNs) {
    const situation = await situationOf({ cluster, workload: anything });
    const spec = situation.leader === undefined ? undefined : nemesis.choose(situation, random);
    if (spec) return spec;
    await clock.sleep(choicePauseMs, signal);
  }
  return undefined;
}

type Seen = Pick<Verified, "inForceAfterMs" | "inForceEvidence" | "overAfterMs" | "overEvidence">;

async function seeItComeAndGo(
  { cluster, clock, signal }: VerifyOptions,
  nemesis: Nemesis,
  spec: FaultSpec,
): Promise<Seen> {
  const events = new Map<FaultEvent["stage"], { atNs: number; evidence: string }>();
  let count = 0;
  const recorder = {
    fault({ stage, evidence = "" }: Pick<FaultEvent, "stage" | "evidence">): number {
      events.set(stage, { atNs: clock.nowNs(), evidence });
      return count++;
    },
  };
  const options = { cluster, clock, recorder, progress: newProgress() };
  const fault = await injectFault(options, { number: 0, nemesis, spec });
  await clock.sleep(spec.holdMs ?? holdMs, signal);
  await untilItCanBeHealed(options, nemesis, spec);
  await healFault(options, fault);

  const between = (from: FaultEvent["stage"], to: FaultEvent["stage"]) => {
    const [start, end] = [events.get(from), events.get(to)];
    return start && end ? Math.round((end.atNs - start.atNs) / 1e6) : undefined;
  };
  const inForceAfterMs = between("inject", "in-force");
  const overAfterMs = between("heal", "over");
  const inForceEvidence = (events.get("in-force") ?? events.get("not-in-force"))?.evidence;
  const overEvidence = (events.get("over") ?? events.get("not-over"))?.evidence;
  return {
    ...(inForceAfterMs !== undefined && { inForceAfterMs }),
    ...(inForceEvidence !== undefined && { inForceEvidence }),
    ...(overAfterMs !== undefined && { overAfterMs }),
    ...(overEvidence !== undefined && { overEvidence }),
  };
}

async function untilItCanBeHealed(
  { cluster, clock }: Pick<VerifyOptions, "cluster" | "clock">,
  nemesis: Nemesis,
  spec: FaultSpec,
): Promise<void> {
  const deadlineNs = clock.nowNs() + choiceLimitMs * 1e6;
  while (clock.nowNs() < deadlineNs) {
    const situation = await situationOf({ cluster, workload: anything });
    if (nemesis.canBeHealed?.(situation, spec) !== false) return;
    await clock.sleep(choicePauseMs);
  }
}

function troubleOf(name: string, seen: Seen): string | undefined {
  if (seen.inForceAfterMs === undefined) {
    return `${name} was not seen in force: ${seen.inForceEvidence ?? "nothing was seen"}.`;
  }
  if (seen.overAfterMs === undefined) {
    return `${name} was not seen to be over: ${seen.overEvidence ?? "nothing was seen"}.`;
  }
  return undefined;
}

interface Recovery {
  readonly servingAfterMs?: number;
  readonly trouble?: (name: string) => string;
}

/** Whatever was left, so that the next one meets a cluster that is whole. */
async function recover({ cluster, clock }: VerifyOptions): Promise<Recovery> {
  const startedAtNs = clock.nowNs();
  try {
    await cluster.healAll();
    await cluster.waitUntilServing(recoveryLimitMs);
    return { servingAfterMs: Math.round((clock.nowNs() - startedAtNs) / 1e6) };
  } catch (error) {
    if (!(error instanceof HarnessError) || error instanceof ClusterLostError) throw error;
    return { trouble: (name) => `After ${name} not all was well again: ${error.message}` };
  }
}
