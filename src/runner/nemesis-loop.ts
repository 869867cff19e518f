import type { Nemesis, Situation } from "../core/nemesis.js";
import type { Random } from "../core/random.js";
import type { DriveOptions } from "./drive-options.js";
import { type Fault, healFault, injectFault } from "./one-fault.js";

/** A choice is not possible in every state of the cluster: it is tried again after this time. */
const retryMs = 250;

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
    await part.faults.inTurn(() => healFault(options, fault));
    await wait();
  }
}

async function begin(
  options: DriveOptions,
  { nemesis, faults, random }: NemesisPart,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const { cluster } = options;
  const situation: Situation = {
    nodes: cluster.nodes,
    leader: await cluster.leader(),
    state: (node) => cluster.state(node),
  };
  if (signal.aborted) return undefined;
  const spec = nemesis.choose(situation, random);
  if (!spec) return undefined;
  return injectFault(options, { number: faults.nextNumber(), nemesis, spec });
}
