import type { Checker, Finding, Follower } from "../core/checker.js";
import type { Clock } from "../core/clock.js";
import type { Operation, Outcome, Phase } from "../core/operation.js";
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
  const open = new Map<number, Operation>();
  let phase: Phase = "main";
  let followers = Object.entries(checkers).flatMap(([name, checker]) => {
    const follower = checker.follow?.();
    return follower ? [{ name, follower }] : [];
  });

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
      const operation: Operation = {
        ...invocation,
        ...{ index, phase, invokedAtNs: clock.nowNs(), outcome: unfinished },
      };
      open.set(invocation.process, operation);
      for (const { follower } of followers) follower.invoked?.(operation);
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

const unfinished: Outcome = { type: "info" };
