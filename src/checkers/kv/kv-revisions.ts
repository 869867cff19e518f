import type { Checker, Finding, Verdict } from "../../core/checker.js";
import { plural } from "../../core/plural.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { startPace } from "../bank-pace.js";
import { monotonicRevision } from "../monotonic-revision.js";
import { who } from "../words.js";
import { gatherEvidence } from "./evidence.js";
import { answerOf, isSerializable, type KvOperation, revisionMadeBy } from "./kv-operation.js";
import { startReplay } from "./replay.js";

const inTime = monotonicRevision<KvInput, KvOutput>({
  counts: (operation) => !isSerializable(operation),
});
const follow = inTime.follow?.bind(inTime);

/**
 * etcd's own revisions tell one order of all writes, and that order explains the answers: revisions
 * agree with real time, each is made by one request, and whatever is found at a revision is what the
 * requests up to it left. A second opinion beside `kv-linearizable`, which trusts no single answer:
 * this one takes each revision at its word, and so it can say in one sentence what is wrong.
 *
 * Source: https://etcd.io/docs/v3.5/learning/data_model/ (each atomic mutative operation makes a new
 * revision of the whole key space) and https://etcd.io/docs/v3.5/learning/api/ (the header's
 * revision is that of the store when the answer was made). What a write of unknown outcome may have
 * changed is not judged until it is seen again.
 */
export const kvRevisions: Checker<KvInput, KvOutput> = {
  // While the run goes on, only what needs no other answers: that revisions agree with real time.
  ...(follow && { follow }),

  async check({ operations }, context) {
    const pace = startPace(context);
    const findings: Finding[] = [];
    const counts = { answers: 0, contradictions: 0, notJudged: 0 };
    const tell = (message: string, named: readonly KvOperation[]) => {
      counts.contradictions += 1;
      if (findings.length === mostShown) return;
      findings.push({ message, operations: named.map(({ index }) => index) });
    };
    const answered = operations.filter((operation) => answerOf(operation) !== undefined);
    counts.answers = answered.length;

    const evidence = gatherEvidence(operations);
    const byEnd = answered.toSorted((a, b) => (a.completedIndex ?? 0) - (b.completedIndex ?? 0));
    const isWhole =
      (await pace.through(answered, inRealTime(byEnd, tell))) &&
      (await pace.through(answered, madeOnce(tell))) &&
      (await startReplay({ operations, evidence, tell, counts }).through(pace));
    return verdictOf(findings, counts, isWhole ? undefined : pace.inWords());
  },
};

const mostShown = 10;

type Tell = (message: string, named: readonly KvOperation[]) => void;

/** Called with answers in the order of their calls: none is of a revision that was left behind. */
function inRealTime(byEnd: readonly KvOperation[], tell: Tell): (later: KvOperation) => void {
  let place = 0;
  let newest: KvOperation | undefined;
  return (later) => {
    for (; place < byEnd.length; place++) {
      const earlier = byEnd[place];
      if (!earlier || (earlier.completedIndex ?? Infinity) > later.index) break;
      if ((answerOf(earlier)?.revision ?? 0) > (newest ? revisionOf(newest) : 0)) newest = earlier;
    }
    if (!newest || isSerializable(later)) return;
    const made = revisionMadeBy(later);
    const [before, after] = [revisionOf(newest), revisionOf(later)];
    if (after < before) {
      tell(
        `${who(later)} was answered with revision ${after}, although ${who(newest)} had been told revision ${before} before it asked`,
        [newest, later],
      );
    } else if (made === before) {
      tell(
        `${who(later)} made revision ${made}, although ${who(newest)} had been told of it before it asked`,
        [newest, later],
      );
    }
  };
}

function revisionOf(operation: KvOperation): number {
  return answerOf(operation)?.revision ?? 0;
}

function madeOnce(tell: Tell): (operation: KvOperation) => void {
  const makers = new Map<number, KvOperation>();
  return (operation) => {
    const made = revisionMadeBy(operation);
    if (made === undefined) return;
    const other = makers.get(made);
    if (other) {
      const message = `${who(other)} and ${who(operation)} both made revision ${made}, which one request makes`;
      tell(message, [other, operation]);
    } else makers.set(made, operation);
  };
}

function verdictOf(
  findings: readonly Finding[],
  counts: Readonly<Record<"answers" | "contradictions" | "notJudged", number>>,
  ending: string | undefined,
): Verdict {
  const all = plural(counts.answers, "answer");
  const details = { ...counts };
  if (counts.contradictions > 0) {
    const shown =
      counts.contradictions > findings.length ? ` The first ${findings.length} are shown.` : "";
    const summary = `The order of revisions contradicts ${all} ${plural(counts.contradictions, "time")}.${shown}`;
    return { validity: "invalid", summary, findings, details };
  }
  if (ending !== undefined) {
    const summary = `Nothing wrong was found in ${all}, but not all could be looked at. ${ending}`;
    return { validity: "unknown", summary, findings, details };
  }
  const open =
    counts.notJudged > 0 ? ` ${counts.notJudged} hung on writes of unknown outcome.` : "";
  return {
    validity: "valid",
    summary: `The order of revisions explains ${all}.${open}`,
    findings,
    details,
  };
}
