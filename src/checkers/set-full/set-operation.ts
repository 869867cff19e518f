import type { Operation } from "../../core/operation.js";

/** What a set holds: text only where it is something that no client can have written. */
export type SetElement = number | string;

/** `key` names one of several sets. An element is added to one set by one client, over and over. */
export type SetInput =
  | { readonly f: "add"; readonly key: string; readonly element: SetElement }
  | { readonly f: "read"; readonly key: string };

/** In any order. An add that was refused did not happen, and says what it found instead. */
export type SetOutput =
  | { readonly elements: readonly SetElement[] }
  | { readonly added: true }
  | { readonly added: false; readonly found: readonly SetElement[] };

export type SetOperation = Operation<SetInput, SetOutput>;

/** An answer that says all that a set held at some moment between its call and its end. */
export interface Sighting {
  readonly operation: SetOperation;
  /** Position of its completion in the history. */
  readonly endedAt: number;
  readonly elements: readonly SetElement[];
}

/** All that the history knows of one set. */
export interface SetRecord {
  readonly key: string;
  /** Attempts to add an element, in the order of their calls, by element. */
  readonly attempts: Map<SetElement, SetOperation[]>;
  /** In the order of their calls. */
  readonly sightings: Sighting[];
}

/** Adds what an operation tells to the record of its set. */
export function file(sets: Map<string, SetRecord>, operation: SetOperation): void {
  const { input } = operation;
  let record = sets.get(input.key);
  if (!record) {
    record = { key: input.key, attempts: new Map(), sightings: [] };
    sets.set(input.key, record);
  }
  if (input.f === "add") {
    const attempts = record.attempts.get(input.element);
    if (attempts) attempts.push(operation);
    else record.attempts.set(input.element, [operation]);
  }
  const sighting = sightingOf(operation);
  if (sighting) record.sightings.push(sighting);
}

function sightingOf(operation: SetOperation): Sighting | undefined {
  const { outcome, completedIndex } = operation;
  if (outcome.type !== "ok" || completedIndex === undefined) return undefined;
  const { output } = outcome;
  const sighting = { operation, endedAt: completedIndex };
  if ("elements" in output) return { ...sighting, elements: output.elements };
  return output.added ? undefined : { ...sighting, elements: output.found };
}

/** When it was acknowledged; undefined where it was not. */
export function acknowledgedAt({ outcome, completedIndex }: SetOperation): number | undefined {
  const isDone = outcome.type === "ok" && "added" in outcome.output && outcome.output.added;
  return isDone ? completedIndex : undefined;
}

/** Whether an attempt can have put its element there, however late. */
export function mayHaveHappened({ outcome }: SetOperation): boolean {
  if (outcome.type !== "ok") return outcome.type === "info";
  return "added" in outcome.output && outcome.output.added;
}
