import type { ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";

/** An operation: an invocation and what completed it. Positions are those in the list of events. */
export interface ForeignCall {
  readonly invoked: ForeignEvent;
  readonly invokedAt: number;
  /** Undefined where the history ends first. */
  readonly completed?: ForeignEvent;
  readonly completedAt?: number;
}

/** By order of invocation. Throws LineDamage where a process does two things at a time, or none. */
export function pairEvents(events: readonly ForeignEvent[]): ForeignCall[] {
  const calls: ForeignCall[] = [];
  const open = new Map<number, number>();
  for (const [position, event] of events.entries()) {
    const { process, f, line, type } = event;
    const place = open.get(process);
    const call = place === undefined ? undefined : calls[place];
    if (type === "invoke") {
      if (call) throw twoAtATime(event, call);
      open.set(process, calls.push({ invoked: event, invokedAt: position }) - 1);
      continue;
    }
    if (!call || place === undefined) {
      throw new LineDamage(line, `process ${process} completes a ${f} that it never invoked`);
    }
    if (call.invoked.f !== f) throw anotherKind(event, call);
    calls[place] = { ...call, completed: event, completedAt: position };
    open.delete(process);
  }
  return calls;
}

function twoAtATime({ line, process, f }: ForeignEvent, { invoked }: ForeignCall): LineDamage {
  return new LineDamage(
    line,
    `process ${process} invokes a ${f} before its ${invoked.f} of line ${invoked.line} is completed`,
  );
}

function anotherKind({ line, process, f }: ForeignEvent, { invoked }: ForeignCall): LineDamage {
  return new LineDamage(
    line,
    `process ${process} completes a ${f}, but what it invoked at line ${invoked.line} is a ${invoked.f}`,
  );
}
