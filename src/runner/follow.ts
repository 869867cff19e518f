import type { Checker, Finding, Follower } from "../core/checker.js";
import type { Clock } from "../core/clock.js";
import type { Operation, OperationPart, Outcome, Phase } from "../core/operation.js";
import type { HistoryWriter } from "../history/writer.js";

export interface FollowOptions {
  readonly checkers: Readonly<Record<string, Checker>>;
  readonly clock: Clock;
  /** Called once for each checker, with the first thing that it finds. */
  readonly onFinding: (checker: string, finding: Finding) => void;
}

/**
 * The same recorder, with checkers that look on: who watches a long run learns of a violation when it
 * happens. Nothing rests on it; the recorded history is judged as a whole afterwards.
 */
export function followed(
  recorder: HistoryWriter,
  { checkers, clock, onFinding }: FollowOptions,
): HistoryWriter {
  const open = new Map<number, OpenOperation>();
  let phase: Phase = "main";
  let followers = followersOf(Object.entries(checkers));

  const tell = (ask: (follower: Follower) => Finding | undefined) => {
    followers = followers.filter(({ name, follower }) => {
      const finding = ask(follower);
      if (finding) onFinding(name, finding);
      return finding === undefined;
    });
  };

  return {
    ...recorder,
    invoke(invocation) {
      const index = recorder.invoke(invocation);
      const operation: OpenOperation = {
        ...invocation,
        ...{ index, phase, invokedAtNs: clock.nowNs(), outcome: unfinished, parts: [] },
      };
      open.set(invocation.process, operation);
      for (const { follower } of followers) follower.invoked?.(operation);
      return index;
    },
    part(event) {
      const index = recorder.part(event);
      open.get(event.process)?.parts.push({ index, atNs: clock.nowNs(), part: event.part });
      return index;
    },
    complete({ process, outcome }) {
      const completedIndex = recorder.complete({ process, outcome });
      const invoked = open.get(process);
      open.delete(process);
      if (!invoked) return completedIndex;
      const operation = { ...invoked, outcome, completedIndex, completedAtNs: clock.nowNs() };
      tell((follower) => follower.completed?.(operation));
      return completedIndex;
    },
    fault(event) {
      const index = recorder.fault(event);
      if (event.rewind) {
        // What they have learnt does not hold any more, nor does what is under way.
        const names = new Set(followers.map(({ name }) => name));
        followers = followersOf(Object.entries(checkers).filter(([name]) => names.has(name)));
        open.clear();
      }
      for (const { follower } of followers) {
        follower.faulted?.({ ...event, index, atNs: clock.nowNs() });
      }
      return index;
    },
    log(event) {
      const index = recorder.log(event);
      tell((follower) => follower.logged?.({ ...event, index, atNs: clock.nowNs() }));
      return index;
    },
    phase(event) {
      if (event.phase === "final") phase = "final";
      return recorder.phase(event);
    },
  };
}

function followersOf(checkers: readonly (readonly [string, Checker])[]) {
  return checkers.flatMap(([name, checker]) => {
    const follower = checker.follow?.();
    return follower ? [{ name, follower }] : [];
  });
}

interface OpenOperation extends Operation {
  readonly parts: OperationPart[];
}

const unfinished: Outcome = { type: "info" };
