import type { ForeignEvent } from "./foreign-event.js";
import { LineDamage } from "./line-damage.js";

/** An operation: an invocation and what completed it. Positions are those among all events. */
export interface ForeignCall {
  /** By order of invocation, from 0. */
  readonly number: number;
  readonly invoked: ForeignEvent;
  readonly invokedAt: number;
  /** Undefined where the history ends first. */
  readonly completed?: ForeignEvent;
  readonly completedAt?: number;
}

export interface Pairing {
  /** Takes the next event. Throws LineDamage where a process does two things at a time, or none. */
  add(event: ForeignEvent): void;
  /** Hands on what was never completed. */
  end(): void;
}

/** Hands on every operation when it is completed. */
export function pairEvents(takeCall: (call: ForeignCall) => void): Pairing {
  /** By process. What is completed leaves its process with nothing: to delete it would cost more. */
  const open = new Map<string, ForeignCall | undefined>();
  let calls = 0;
  let events = 0;
  return {
    add(event) {
      const position = events;
      const { process } = event;
      const call = open.get(process);
      if (event.type === "invoke") {
        if (call) throw twoAtATime(event, call);
        open.set(process, { number: calls, invoked: event, invokedAt: position });
        calls += 1;
      } else if (call) {
        if (call.invoked.f !== event.f) throw anotherKind(event, call);
        open.set(process, undefined);
        const { number, invoked, invokedAt } = call;
        takeCall({ number, invoked, invokedAt, completed: event, completedAt: position });
      } else if (!isRemark(event)) {
        throw neverInvoked(event);
      }
      events += 1;
    },
    end() {
      for (const call of open.values()) if (call) takeCall(call);
    },
  };
}

/** Whoever is no client, such as a nemesis of another name, only ever informs. */
function isRemark({ process, type }: ForeignEvent): boolean {
  return type === "info" && !/^\d+$/.test(process);
}

function twoAtATime({ line, process, f }: ForeignEvent, { invoked }: ForeignCall): LineDamage {
  return new LineDamage(
    line,
    `process ${process} invokes a ${f} before its ${invoked.f} of line ${invoked.line} is completed: an :info would say that nobody knows what became of that`,
  );
}

function neverInvoked({ line, process, f }: ForeignEvent): LineDamage {
  return new LineDamage(
    line,
    `process ${process} completes a ${f} that it never invoked: expected its :invoke before; does the file lack its beginning?`,
  );
}

function anotherKind({ line, process, f }: ForeignEvent, { invoked }: ForeignCall): LineDamage {
  return new LineDamage(
    line,
    `process ${process} completes a ${f}, but what it invoked at line ${invoked.line} is a ${invoked.f}`,
  );
}
