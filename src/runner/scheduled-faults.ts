import type { PlannedFault } from "../core/run.js";
import type { DriveOptions } from "./drive-options.js";
import { type Fault, healFault, injectFault } from "./one-fault.js";
import { aimedAt, wasAimedAtLeader } from "./role-of-fault.js";

/**
 * Injects each fault at its time and heals it after its duration. Harm and remedy come one at a
 * time in the planned order, as they did where the schedule was recorded: what takes longer now
 * delays what comes after it, and never changes its place. What cannot be injected into the cluster
 * as it is now is recorded as not in force. Whatever is in force when the load is over is healed
 * before this returns.
 */
export async function runSchedule(
  options: DriveOptions,
  schedule: readonly PlannedFault[],
  signal: AbortSignal,
): Promise<void> {
  const { clock } = options;
  const active = new Map<PlannedFault, { readonly fault: Fault; readonly injectedAtNs: number }>();
  let faults = 0;

  async function inject(planned: PlannedFault): Promise<void> {
    await sleepUntil(planned.atNs);
    if (isOver()) return;
    const spec = await specFor(options, planned);
    // It takes a while to ask who leads.
    if (isOver()) return;
    const injectedAtNs = clock.nowNs();
    const nemesis = nemesisOf(options, planned);
    const fault = await injectFault(options, { number: faults++, nemesis, spec });
    active.set(planned, { fault, injectedAtNs });
  }

  async function heal(planned: PlannedFault): Promise<void> {
    const { durationNs } = planned;
    const begun = active.get(planned);
    if (!begun) return;
    if (durationNs === undefined) await untilAborted(signal);
    else await sleepUntil(begun.injectedAtNs + durationNs);
    await healFault(options, begun.fault);
    active.delete(planned);
  }

  const isOver = () => signal.aborted;
  const sleepUntil = (atNs: number) => clock.sleep((atNs - clock.nowNs()) / 1e6, signal);

  for (const { act, planned } of stepsOf(schedule)) {
    await (act === "inject" ? inject(planned) : heal(planned));
  }
}

interface Step {
  readonly act: "inject" | "heal";
  readonly planned: PlannedFault;
  readonly atNs: number;
}

/** In the order of their times; of one time, harm comes first. */
function stepsOf(schedule: readonly PlannedFault[]): Step[] {
  const steps = schedule.flatMap((planned): Step[] => [
    { act: "inject", planned, atNs: planned.atNs },
    { act: "heal", planned, atNs: planned.atNs + (planned.durationNs ?? Infinity) },
  ]);
  return steps.toSorted((a, b) => (a.atNs === b.atNs ? 0 : a.atNs - b.atNs));
}

async function specFor({ cluster }: DriveOptions, { spec }: PlannedFault) {
  return wasAimedAtLeader(spec) ? aimedAt(spec, await cluster.leader()) : spec;
}

function nemesisOf({ nemeses }: DriveOptions, { spec }: PlannedFault) {
  const nemesis = nemeses.find(({ name }) => name === spec.nemesis);
  if (!nemesis)
    throw new Error(`a fault of "${spec.nemesis}" is planned, which is not among the nemeses`);
  return nemesis;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        "abort",
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
