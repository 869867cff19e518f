import type { KvAnswer } from "../../models/etcd/model.js";
import type { KvInput, KvOutput } from "../../models/etcd/requests.js";
import { apply } from "../../models/etcd/apply.js";
import { sameAnswer } from "../../models/etcd/same-answer.js";
import { emptyState } from "../../models/etcd/state.js";
import type { Evidence } from "./evidence.js";
import { answerOf, isSerializable, type KvOperation } from "./kv-operation.js";
import type { Relevance } from "./relevance.js";

/** An operation as the search for an order sees it. Times are positions of events. */
export interface Entry {
  readonly operation: KvOperation;
  /** What it asked for, as far as any answer can tell. */
  readonly input: KvInput;
  /** It took effect after this. */
  readonly call: number;
  /** And before this; Infinity where it may never have. */
  readonly end: number;
  /** Undefined where nobody knows it. */
  readonly answer: KvAnswer | undefined;
}

/** Those that an order is to be found for, by call. Those that failed did not happen. */
export function entriesOf(
  operations: readonly KvOperation[],
  known: {
    readonly evidence: Evidence;
    readonly relevance: Relevance;
    readonly forget: (input: KvInput) => KvInput;
  },
): Entry[] {
  return operations
    .flatMap((operation) => entryOf(operation, known) ?? [])
    .sort((a, b) => a.call - b.call);
}

function entryOf(
  operation: KvOperation,
  { evidence, relevance, forget }: Parameters<typeof entriesOf>[1],
): Entry | undefined {
  const { index, completedIndex = Infinity, outcome, input } = operation;
  switch (outcome.type) {
    case "fail":
      return undefined;
    case "info":
      if (!evidence.sights.has(operation) && !relevance.isNeeded(operation)) return undefined;
      return { ...unansweredEntry(operation, evidence), input: forget(input) };
    case "ok": {
      if (isSerializable(operation)) return serializableEntry(operation, evidence);
      return { operation, input, call: index, end: completedIndex, answer: outcome.output };
    }
  }
}

/** Where others saw what it did, it happened, and before the first of them was answered. */
function unansweredEntry(operation: KvOperation, { sights }: Evidence): Entry {
  const { index: call, input } = operation;
  const sight = sights.get(operation);
  if (!sight) return { operation, input, call, end: Infinity, answer: undefined };
  const end = sight.by.completedIndex ?? Infinity;
  return { operation, input, call, end, answer: { seenAt: sight.revision } };
}

/**
 * A member may answer with any state that the store was in before: so it is as if the read had been
 * called at any earlier time. That is put as late as makes no difference: nobody can find a revision
 * before it was asked to be made. To put it earlier would change no verdict, but join windows.
 */
function serializableEntry(operation: KvOperation, evidence: Evidence): Entry | undefined {
  const { index, completedIndex = Infinity, outcome, input } = operation;
  if (outcome.type !== "ok") return undefined;
  const entry = { operation, input, call: index, end: completedIndex, answer: outcome.output };
  const { output } = outcome;
  // From before the run, when the store was empty.
  if (isOfBefore(input, output, evidence.start)) return undefined;
  const answer = answerOf(operation);
  // Of refusals only "compacted" is left, which no later state takes back.
  if (!answer) return entry;
  return { ...entry, call: Math.min(index, callOfMaker(answer.revision, evidence)) };
}

function isOfBefore(input: KvInput, output: KvOutput, start: number): boolean {
  const before = "revision" in output ? output.revision : 0;
  return before < start && sameAnswer(input, apply(emptyState(before), input).output, output);
}

/** When the revision was asked to be made, at the earliest; -1 where it was there from the start. */
function callOfMaker(revision: number, { makers, start }: Evidence): number {
  for (let at = revision; at > start; at--) {
    const maker = makers.get(at);
    if (maker) return maker.index;
  }
  return -1;
}

/** A stretch of time at whose ends nothing was under way that certainly happened. */
export interface Window {
  readonly entries: readonly Entry[];
  /** Everything of it was over by then, and everything later was called after. */
  readonly end: number;
}

/**
 * Cut wherever nothing is under way, as soon as `least` operations are together. What is unknown has
 * no end: it belongs to the window in which it was called, and may take effect in any later one.
 */
export function windowsOf(entries: readonly Entry[], least: number): Window[] {
  const windows: Window[] = [];
  let start = 0;
  let certain = 0;
  let latest = -1;
  for (const [place, { call, end }] of entries.entries()) {
    if (call > latest && certain >= least) {
      windows.push({ entries: entries.slice(start, place), end: latest });
      start = place;
      certain = 0;
    }
    if (end === Infinity) continue;
    certain += 1;
    latest = Math.max(latest, end);
  }
  windows.push({ entries: entries.slice(start), end: Infinity });
  return windows;
}
