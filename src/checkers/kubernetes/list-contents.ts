import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import { changeInWords } from "./change-words.js";
import { type KubernetesOperation, mayLapse, type Page, pageOf } from "./kubernetes-operation.js";
import type { Dispute, KnownChange, ObjectLog } from "./object-log.js";
import type { Trouble } from "./trouble.js";
import { type Doubt, doubtOf } from "./value-doubt.js";

/** Looks at one page after the other: what it shows and leaves out is held against all that is known. */
export function listContents(
  log: ObjectLog,
): (operation: KubernetesOperation) => Iterable<Trouble> {
  const disputes = new Map<Operation, Dispute[]>();
  for (const dispute of log.disputes) {
    const { first, second } = dispute;
    for (const { by } of [first, second]) {
      if (by.input.f !== "list") continue;
      disputes.set(by, [...(disputes.get(by) ?? []), dispute]);
      break;
    }
  }
  const keys = log.keys();
  return function* look(operation) {
    const page = pageOf(operation);
    if (!page) return;
    for (const { first, second } of disputes.get(operation) ?? []) {
      yield {
        message: `${who(first.by)} was told of ${changeInWords(first)}, ${who(second.by)} of ${changeInWords(second)}`,
        operations: [first.by, second.by],
      };
    }
    yield* wrongObjects(operation, page, log);
    yield* missingObjects(operation, page, { log, keys });
  };
}

/** What it shows must have been written so, and be the last thing that happened until its revision. */
function* wrongObjects(
  operation: KubernetesOperation,
  { kvs, revision }: Page,
  log: ObjectLog,
): Generator<Trouble> {
  const listed = `${who(operation)} listed at revision ${revision}`;
  for (const { key, value, modRevision } of kvs) {
    const shown = `${listed} and was shown ${key} as ${value} of revision ${modRevision}`;
    if (modRevision > revision) {
      yield { message: `${shown}, which is later`, operations: [operation] };
      continue;
    }
    const doubt = doubtOf({ key, value, modRevision }, operation, log);
    if (doubt) {
      yield { message: `${shown}, ${doubt.why}`, operations: [...doubt.operations, operation] };
      continue;
    }
    const last = log.lastChange(key, revision);
    if (last && last.revision > modRevision) {
      yield {
        message: `${shown}, although ${who(last.by)} was told of ${changeInWords(last)}`,
        operations: [last.by, operation],
      };
    }
  }
}

/** What it leaves out must not have been there. */
function* missingObjects(
  operation: KubernetesOperation,
  { input, kvs, more, revision }: Page,
  { log, keys }: { readonly log: ObjectLog; readonly keys: readonly string[] },
): Generator<Trouble> {
  const shown = new Set(kvs.map(({ key }) => key));
  const end = more ? `${kvs.at(-1)?.key ?? ""}\0` : input.rangeEnd;
  for (const key of keys) {
    if (key < input.key || key >= end || shown.has(key) || mayLapse(key)) continue;
    const last = log.lastChange(key, revision);
    if (!last || last.value === null) continue;
    const evidence = whyItWasThere(last, revision, { log, operation });
    if (!evidence) continue;
    yield {
      message:
        `${who(operation)} listed at revision ${revision} and was not shown ${key}, ` +
        `although ${evidence.why}`,
      operations: [...evidence.operations, operation],
    };
  }
}

/** Undefined where it may have been deleted unseen. */
function whyItWasThere(
  last: KnownChange,
  revision: number,
  { log, operation }: { readonly log: ObjectLog; readonly operation: KubernetesOperation },
): Doubt | undefined {
  const { key } = last;
  const told = `${who(last.by)} was told of ${changeInWords(last)}`;
  const seen = log.lastSightingOf(key, last.revision);
  if (seen && seen.revision >= revision) {
    return {
      why: `${told}, and ${who(seen.by)} that it was still so at revision ${seen.revision}`,
      operations: [last.by, seen.by],
    };
  }
  const deletion = log.mayHaveDeleted(key, last.revision);
  if (deletion && deletion.index < (operation.completedIndex ?? Infinity)) return undefined;
  return { why: `${told}, and nobody can have deleted it since`, operations: [last.by] };
}
