import type { Checker } from "../../core/checker.js";
import type { Operation } from "../../core/operation.js";
import { startPace } from "../bank-pace.js";
import { messagesOf } from "../watch/watch-part.js";
import { who } from "../words.js";
import {
  type KubernetesInput,
  type KubernetesOperation,
  type KubernetesOutput,
  threadOf,
} from "./kubernetes-operation.js";
import { Troubles } from "./trouble.js";

/** The newest revision that a client was told of, at which event and by which operation. */
interface Told {
  readonly revision: number;
  readonly event: number;
  readonly by: Operation;
}

/**
 * Resource versions never run backwards for one client, whichever nodes it asks: whatever it was
 * told of by an answer or by a watch, the next linearizable answer is of that revision or a later
 * one, and the next write of a later one.
 *
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions over
 * https://etcd.io/docs/v3.5/learning/api_guarantees/ (linearizability; watches tell of what is
 * committed). Goes by what etcd says of itself: right revisions of wrong objects are for others.
 */
export const resourceVersion: Checker<KubernetesInput, KubernetesOutput> = {
  async check({ header, operations }, context) {
    const pace = startPace(context);
    const troubles = new Troubles();
    const newest = new Map<number, Told>();
    let answers = 0;
    const isWhole = await pace.through(operations, (operation) => {
      const thread = threadOf(operation, header.concurrency);
      const before = newest.get(thread);
      const answer = answerOf(operation);
      if (answer) answers += 1;
      if (before && answer && before.event < operation.index && isBehind(answer, before)) {
        troubles.add({
          message:
            `${who(operation)} was ${answer.isWrite ? "given" : "told of"} revision ${answer.revision}, ` +
            `although the same client, then ${who(before.by)}, had been told of ${before.revision} before`,
          operations: [before.by, operation],
        });
      }
      const told = newestOf(operation);
      if (told && told.revision > (before?.revision ?? 0)) newest.set(thread, told);
    });
    return troubles.verdict({
      holds: `The revision never ran backwards for one of ${newest.size} clients in ${answers} answers`,
      breaks: "The revision ran backwards for one client",
      looked: { answers, clients: newest.size },
      ...(!isWhole && { stopped: pace.inWords() }),
    });
  },
};

interface Answer {
  readonly revision: number;
  readonly isWrite: boolean;
}

function answerOf({ outcome }: KubernetesOperation): Answer | undefined {
  if (outcome.type !== "ok" || !outcome.header) return undefined;
  const { output, header } = outcome;
  return { revision: header.revision, isWrite: "done" in output && output.done };
}

function isBehind({ revision, isWrite }: Answer, before: Told): boolean {
  return isWrite ? revision <= before.revision : revision < before.revision;
}

/** The newest of all that an operation was told. */
function newestOf(operation: KubernetesOperation): Told | undefined {
  const { outcome, completedIndex } = operation;
  let newest: Told | undefined;
  for (const { index, revision, events } of messagesOf(operation)) {
    const told = Math.max(revision, events.at(-1)?.kv.modRevision ?? 0);
    if (told > (newest?.revision ?? 0)) newest = { revision: told, event: index, by: operation };
  }
  if (outcome.type !== "ok" || !outcome.header || completedIndex === undefined) return newest;
  const { revision } = outcome.header;
  if (revision <= (newest?.revision ?? 0)) return newest;
  return { revision, event: completedIndex, by: operation };
}
