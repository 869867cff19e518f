import type { Checker, Verdict } from "../../core/checker.js";
import type { Input, Operation } from "../../core/operation.js";
import { plural } from "../../core/plural.js";
import { startPace } from "../bank-pace.js";
import type { RevisionAccounts } from "./account.js";
import { type Anomalies, newAnomalies } from "./anomalies.js";
import { comparing } from "./compare.js";
import { newDeletions } from "./deletions.js";
import { settling } from "./settle.js";
import { compareWithTime, tellOf } from "./time-order.js";
import { newVersions } from "./versions.js";
import { newWriters, writerOf } from "./writers.js";

/**
 * What etcd says of its revisions agrees with what it says of values: each write has a revision of
 * its own, in the order of time, and each answer shows the keys as the writes up to its revision left
 * them, with the version and the create_revision that these count up to. Holds for serializable reads
 * as well, which show the state at their own revision. A second opinion beside checkers that go by
 * values: revisions tell the order, so that nothing is searched.
 *
 * Source: https://etcd.io/docs/v3.5/learning/api_guarantees/ (atomicity, durability) and
 * https://etcd.io/docs/v3.5/learning/data_model/ (each atomic mutative operation makes one revision;
 * versions count from the key's creation). What an unknown outcome did is told by later answers: a
 * value read with its mod_revision proves that its write happened, and when. Does not hold the
 * revisions of answers that look against each other in time: monotonic-revision does. Memory is in
 * proportion to the history, which holds far more than the check, so that `memoryMb` is not looked at.
 */
export function revisionOrder<I extends Input, Output>(
  accounts: RevisionAccounts<I, Output>,
): Checker<I, Output> {
  return {
    async check({ operations, header }, context) {
      const pace = startPace(context);
      const isExcerpt = header.shrunkFrom !== undefined;
      const writers = newWriters();
      const versions = newVersions();
      const anomalies = newAnomalies();
      const books = { writers, versions, anomalies };
      const settlement = settling(books);
      const deletions = newDeletions(writers, { mayBeMissing: isExcerpt && accounts.deletes });
      const compare = comparing(books, { deletions, isExcerpt });
      const firstTold = new Map<number, Operation>();
      let answers = 0;

      function enter(operation: Operation<I, Output>): void {
        const { input, outcome } = operation;
        const told = outcome.type === "ok" ? accounts.told(input, outcome.output) : undefined;
        const writer = writerOf(operation, accounts.asked(input), told);
        if (writer) writers.enter(writer);
        if (writer?.fate === "wrote") settlement.acknowledge(writer);
        const answer = answerOf(operation);
        if (!answer) return;
        answers += 1;
        tellOf(firstTold, answer.revision, operation);
      }

      function settleAll(operation: Operation<I, Output>): void {
        const answer = answerOf(operation);
        if (!answer) return;
        for (const look of accounts.told(operation.input, answer.output).looks) {
          settlement.settle(operation, look);
        }
      }

      function compareAll(operation: Operation<I, Output>): void {
        const answer = answerOf(operation);
        if (!answer) return;
        const { looks } = accounts.told(operation.input, answer.output);
        compare(operation, answer.revision, looks);
      }

      // What is known of writes grows in the first two passes; only then can answers be judged by it.
      const isWhole =
        (await pace.through(operations, enter)) &&
        (await pace.through(operations, settleAll)) &&
        (await pace.through(operations, compareAll));
      if (isWhole) compareWithTime(writers.all(), firstTold, anomalies);
      const deleted = isWhole ? deletions.settle(anomalies) : 0;
      const unknown = writers.all().filter(({ fate }) => fate === "perhaps");
      const seen = unknown.filter(({ revision }) => revision !== undefined).length;
      const details = {
        ...{ answers, writes: writers.all().length },
        ...{ unknownWrites: unknown.length, provenWrites: seen + deleted },
        anomalies: anomalies.counts(),
      };
      return { ...verdictOf(anomalies, details, isWhole ? undefined : pace.inWords()), details };
    },
  };
}

/** Only etcd's own answers have a revision. */
function answerOf<I extends Input, Output>({ outcome }: Operation<I, Output>) {
  if (outcome.type !== "ok" || !outcome.header) return undefined;
  return { output: outcome.output, revision: outcome.header.revision };
}

interface Figures {
  readonly answers: number;
  readonly unknownWrites: number;
  readonly provenWrites: number;
}

function verdictOf(
  anomalies: Anomalies,
  { answers, unknownWrites, provenWrites }: Figures,
  ending?: string,
): Omit<Verdict, "details"> {
  const among = `in ${plural(answers, "answer")}`;
  const findings = anomalies.findings();
  if (findings.length > 0) {
    const counts = Object.entries(anomalies.counts()).map(([kind, count]) => `${count} ${kind}`);
    const limit =
      anomalies.total() > findings.length ? ` The first ${findings.length} are shown.` : "";
    const summary = `Revisions and values contradict each other ${among}: ${counts.join(", ")}.${limit}`;
    return { validity: "invalid", summary, findings };
  }
  if (ending !== undefined) {
    const summary = `Nothing wrong was found ${among}, but not all could be looked at. ${ending}`;
    return { validity: "unknown", summary, findings };
  }
  const open =
    unknownWrites === 0
      ? ""
      : ` Of ${plural(unknownWrites, "write")} of unknown outcome, ${provenWrites} ${provenWrites === 1 ? "was" : "were"} seen to have happened.`;
  const summary = `Revisions, versions and values agree ${among}.${open}`;
  return { validity: "valid", summary, findings };
}
