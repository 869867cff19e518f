import type { Finding } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import type { BugName } from "../../cluster/simulated/bugs.js";
import type { Proof } from "./proof.js";
import { simulate } from "./simulate.js";

/** What came of one trial. */
export interface Tried {
  readonly seed: number;
  readonly sentence: string;
  readonly history: History;
  /** By checker, of those that say that it is invalid. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

/** A row of the table for each of these seeds, with its bug or, for comparison, without. */
export async function* tryRow(
  { bug, trial }: Proof,
  seeds: readonly number[],
  { isPlanted }: { readonly isPlanted: boolean },
): AsyncGenerator<Tried> {
  const bugs: readonly BugName[] = isPlanted ? [bug] : [];
  for (const seed of seeds) {
    const { history, verdict } = await simulate({ ...trial, seed, bugs });
    const objecting = Object.entries(verdict.checkers).flatMap(([name, judged]) =>
      judged.validity === "invalid" ? [[name, judged.findings] as const] : [],
    );
    yield { seed, sentence: verdict.sentence, history, findings: new Map(objecting) };
  }
}
