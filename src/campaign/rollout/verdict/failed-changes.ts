import { sentenceOf } from "./leg-in-words.js";
import { changeNemesis, type FaultFigures, type LegRun } from "../rollout-record.js";

/**
 * Nodes that certainly did not serve again after their change, a sentence each: etcd ended by itself,
 * or the node still did not serve when the run gave up on it. A change that was merely not seen to be
 * over may have ended well a moment later, and is only a doubt.
 */
export function changesThatFailed(runs: readonly LegRun[]): string[] {
  return runs.flatMap((run) =>
    (run.figures?.faults ?? []).flatMap((fault) => {
      const why = whyNeverServed(fault, run);
      if (why === undefined) return [];
      const where = `in round ${run.round}`;
      const way =
        run.leg === "back" ? "on the way back from new to old" : "when it went from old to new";
      return [
        sentenceOf(`${fault.nodes.join(" and ")} did not serve again ${way} ${where}: ${why}`),
      ];
    }),
  );
}

/** How every cluster words that a member's process is gone though nobody ended it. */
const endedByItself = /\bended by itself\b/;
/** How every cluster words that it gave up on members; it names each. */
const doesNotServe = /\bdoes not serve\b/;
/** How a change is refused that was never begun, since others needed the node. */
const notChanged = /\b(is not|could not be) changed\b/;

function whyNeverServed(
  { nemesis, nodes, inForceAtMs, overAtMs, trouble = "" }: FaultFigures,
  { outcome, sentence }: LegRun,
): string | undefined {
  if (nemesis !== changeNemesis || overAtMs !== undefined) return undefined;
  if (inForceAtMs === undefined && notChanged.test(trouble)) return undefined;
  if (endedByItself.test(trouble)) return trouble;
  const isNamed = nodes.some((node) => wordsOf(sentence).includes(node));
  return outcome === "failed" && doesNotServe.test(sentence) && isNamed ? sentence : undefined;
}

function wordsOf(sentence: string): string[] {
  return sentence.split(/[^\w-]+/);
}
