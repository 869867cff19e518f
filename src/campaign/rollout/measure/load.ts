import type { History } from "../../../core/history.js";

/** From `fromNs` on and before `toNs`, by the run's clock. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * When clients were at work. It ends with its time limit even where the next phase begins later:
 * until then the last faults are healed, while no client asks for anything. A run that never came to
 * healing ends with its last event.
 */
export function loadOf(history: History): Stretch {
  const phaseAt = (wanted: string) => history.phases.find(({ phase }) => phase === wanted)?.atNs;
  const fromNs = phaseAt("main") ?? 0;
  const endedAtNs = phaseAt("healing") ?? lastMomentOf(history);
  const limitNs = fromNs + history.header.timeLimitMs * 1e6;
  return { fromNs, toNs: Math.max(fromNs, Math.min(endedAtNs, limitNs)) };
}

function lastMomentOf({ operations, faults, statuses, logs, phases }: History): number {
  let last = 0;
  const see = (atNs: number | undefined) => {
    if (atNs !== undefined && atNs > last) last = atNs;
  };
  for (const { invokedAtNs, completedAtNs } of operations) {
    see(invokedAtNs);
    see(completedAtNs);
  }
  for (const { injectedAtNs, inForceAtNs, healedAtNs, overAtNs } of faults) {
    [injectedAtNs, inForceAtNs, healedAtNs, overAtNs].forEach(see);
  }
  for (const events of [statuses, logs, phases]) for (const { atNs } of events) see(atNs);
  return last;
}
