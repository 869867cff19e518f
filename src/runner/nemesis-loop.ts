import type { AskedTargets } from "../core/asked-targets.js";
import { type Capability, type Cluster, reconfiguring } from "../core/cluster.js";
import type { Nemesis, Rhythm, Situation } from "../core/nemesis.js";
import type { Random } from "../core/random.js";
import type { Workload } from "../core/workload.js";
import { chooseAimed } from "./aimed-choice.js";
import type { DriveOptions } from "./drive-options.js";
import { type Fault, healFault, injectFault } from "./one-fault.js";
import { asIfWhole, type WholeClusterTurns, wholeClusterTurns } from "./whole-cluster-turns.js";

/** A choice is not possible in every state of the cluster: it is tried again after this time. */
const retryMs = 250;

/** So long a remedy is put off at most where things are not as it needs them. */
const mostDelayMs = 20_000;

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
  readonly turns: WholeClusterTurns;
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
    turns: wholeClusterTurns(),
  };
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
    const { holdMs } = fault.spec;
    await (holdMs === undefined ? wait() : clock.sleep(holdMs, signal));
    await healWhenPossible(options, part, fault);
    await wait();
  }
}

/**
 * One that lets several faults loose at once: attacks, and between them quiet periods in which
 * everything that it did is healed.
 */
export async function runInAttacks(
  options: DriveOptions,
  part: NemesisPart & { readonly rhythm: Rhythm },
  signal: AbortSignal,
): Promise<void> {
  const { clock, nemesisIntervalMs } = options;
  const { rhythm, random } = part;
  const drawn = ({ least, most }: Rhythm["attack"]) =>
    (least + (most - least) * random.fraction()) * nemesisIntervalMs;
  for (let attack = 0; !signal.aborted; attack++) {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const end = (error: unknown) => {
      over.abort();
      throw error;
    };
    const hands = Array.from({ length: rhythm.atOnce }, (_, hand) =>
      runNemesis(options, { ...part, random: random.fork(`${attack} ${hand}`) }, either).catch(end),
    );
    // Whatever becomes of one, all have healed what they did before this goes on.
    const settled = Promise.allSettled(hands);
    await clock.sleep(drawn(rhythm.attack), either);
    over.abort();
    for (const hand of await settled) if (hand.status === "rejected") throw hand.reason;
    await clock.sleep(drawn(rhythm.quiet), signal);
  }
}

async function healWhenPossible(
  options: DriveOptions,
  { faults }: NemesisPart,
  fault: Fault,
): Promise<void> {
  const { clock } = options;
  const { nemesis, spec } = fault;
  const giveUpAtNs = clock.nowNs() + mostDelayMs * 1e6;
  const isTooEarly = async () =>
    nemesis.canBeHealed !== undefined &&
    clock.nowNs() < giveUpAtNs &&
    !nemesis.canBeHealed(await situationOf(options), spec);
  const healOrNot = async () => {
    const isPutOff = await isTooEarly();
    noteWait(options, { nemesis, faults, isPutOff });
    if (isPutOff) return false;
    await healFault(options, fault);
    return true;
  };
  // Also once the load is over: what is in the way is healed then.
  while (!(await faults.inTurn(healOrNot))) await clock.sleep(retryMs);
}

async function begin(
  options: DriveOptions,
  { nemesis, faults, random }: NemesisPart,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const situation = await situationOf(options);
  if (signal.aborted) return undefined;
  if (faults.turns.holdsBack(nemesis, options.clock.nowNs())) return undefined;
  const spec = chooseAimed(nemesis, situation, random);
  // From a stream of its own: to ask changes no choice.
  const wouldBegin = () => chooseAimed(nemesis, asIfWhole(situation), random.fork("whole"));
  noteWait(options, { nemesis, faults, isPutOff: !spec && wouldBegin() !== undefined });
  if (!spec) return undefined;
  return injectFault(options, { number: faults.nextNumber(), nemesis, spec });
}

/** Of one that is to have its turn in the end. */
function noteWait(
  { clock, nemesisIntervalMs: patienceMs }: DriveOptions,
  { nemesis, faults, isPutOff }: Pick<NemesisPart, "nemesis" | "faults"> & { isPutOff: boolean },
): void {
  if (nemesis.needsWholeCluster !== true) return;
  if (isPutOff) faults.turns.waits(nemesis, { nowNs: clock.nowNs(), patienceMs });
  else faults.turns.waitsNoMore(nemesis);
}

export async function situationOf({
  cluster,
  workload,
  target,
}: {
  readonly cluster: Cluster;
  readonly workload: Pick<Workload, "toleratesCompaction" | "toleratesRewind" | "changesMembers">;
  readonly target?: AskedTargets;
}): Promise<Situation> {
  return {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node) => cluster.state(node),
    ...(workload.toleratesCompaction && { toleratesCompaction: true as const }),
    ...(workload.toleratesRewind && { toleratesRewind: true as const }),
    capabilities: workload.changesMembers
      ? withoutReconfiguring(cluster.capabilities)
      : cluster.capabilities,
    ...(target && { target }),
  };
}

function withoutReconfiguring(able: ReadonlySet<Capability>): ReadonlySet<Capability> {
  return new Set([...able].filter((one) => !reconfiguring.has(one)));
}
