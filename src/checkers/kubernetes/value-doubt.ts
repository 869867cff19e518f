import type { Operation } from "../../core/operation.js";
import { who } from "../words.js";
import type { ObjectLog } from "./object-log.js";

/** Why something is to be doubted, and the operations that show it. */
export interface Doubt {
  readonly why: string;
  readonly operations: readonly Operation[];
}

/** Why nobody can have written what somebody was shown; undefined where it may have been so. */
export function doubtOf(
  {
    key,
    value,
    modRevision,
  }: { readonly key: string; readonly value: string; readonly modRevision: number },
  seenBy: Operation,
  log: ObjectLog,
): Doubt | undefined {
  const writer = log.writerOf(value);
  if (!writer) return { why: "which nobody ever wrote", operations: [] };
  const operations = [writer];
  const name = who(writer);
  if (writer.input.key !== key)
    return { why: `which ${name} wrote to ${writer.input.key}`, operations };
  if (writer.index > (seenBy.completedIndex ?? Infinity)) {
    return { why: `which ${name} asked to write only afterwards`, operations };
  }
  const { outcome } = writer;
  if (outcome.type === "fail")
    return { why: `which ${name} certainly failed to write`, operations };
  if (outcome.type !== "ok" || !("done" in outcome.output)) return undefined;
  if (!outcome.output.done) return { why: `which ${name} was refused to write`, operations };
  const { revision } = outcome.output;
  if (revision === modRevision) return undefined;
  return { why: `which ${name} wrote at revision ${revision}`, operations };
}
