import type { Finding } from "../../core/checker.js";
import type { KeyValue } from "../../core/client.js";
import type { History } from "../../core/history.js";
import type { Operation } from "../../core/operation.js";
import { printable } from "../../core/printable.js";
import type { DifferingKey } from "./differing-keys.js";
import { listed } from "./words.js";

const mostShown = 5;
const mostOperations = 4;
const mostCharacters = 60;

/** The first keys that differ, each with what every member holds and who was told of its writes. */
export function keyFindings(
  history: History,
  differing: readonly DifferingKey[],
  revision: number,
): Finding[] {
  const shown = differing.slice(0, mostShown);
  const told = toldOf(history.operations, shown);
  return shown.map(({ key, held }) => ({
    message: `At revision ${revision} the members do not hold the same under ${printable(key)}: ${heldInWords(held)}.`,
    operations: told.get(key) ?? [],
    explanation: [
      `Every member had applied revision ${revision} before it was asked: it had answered a linearizable read with that revision or a later one.`,
      ...[...held].map(([node, kv]) => `${node} holds ${entryInWords(kv)}.`),
      "All members apply the same changes in the same order, so what is there at a revision cannot depend on the member.",
    ],
  }));
}

function heldInWords(held: DifferingKey["held"]): string {
  const groups = new Map<string, string[]>();
  for (const [node, kv] of held) {
    const words = entryInWords(kv);
    groups.set(words, [...(groups.get(words) ?? []), node]);
  }
  return [...groups].map(([words, nodes]) => `${words} on ${listed(nodes)}`).join("; ");
}

function entryInWords(kv: KeyValue | undefined): string {
  if (!kv) return "nothing";
  const { value, createRevision, modRevision, version, lease } = kv;
  const attached = lease === "0" ? "without a lease" : `with lease ${lease}`;
  return `${shortened(value)} (created at ${createRevision}, written at ${modRevision}, version ${version}, ${attached})`;
}

function shortened(value: string): string {
  if (value.length <= mostCharacters) return printable(value);
  return `${printable(value.slice(0, mostCharacters))}… (${value.length} characters)`;
}

/**
 * By key, the operations that name it and were answered with one of the revisions at which a member
 * says that it was written. In one pass: a history may have a million operations.
 */
function toldOf(
  operations: readonly Operation[],
  differing: readonly DifferingKey[],
): ReadonlyMap<string, readonly number[]> {
  const told = new Map(differing.map(({ key }) => [key, [] as number[]]));
  const keysAt = new Map<number, string[]>();
  for (const { key, held } of differing) {
    for (const revision of new Set([...held.values()].map((kv) => kv?.modRevision ?? 0))) {
      keysAt.set(revision, [...(keysAt.get(revision) ?? []), key]);
    }
  }
  if (keysAt.size === 0) return told;
  for (const { index, input, outcome } of operations) {
    if (outcome.type !== "ok" || !outcome.header) continue;
    for (const key of keysAt.get(outcome.header.revision) ?? []) {
      const named = told.get(key) ?? [];
      if (named.length >= mostOperations) continue;
      if (JSON.stringify(input).includes(JSON.stringify(key))) named.push(index);
    }
  }
  return told;
}
