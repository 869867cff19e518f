import { at } from "./at.js";
import type { Budget } from "./budget.js";
import { certify, type Claim } from "./certify.js";
import { decideQuickly, startSearch } from "./engines/engines.js";
import { type OpenPart, searchAll } from "./workers/search-all.js";
import { taskFor } from "./workers/search-task.js";
import type { Question } from "./engines/question.js";
import type { SearchCost, SearchEnd } from "./engines/search-end.js";
import type { Part } from "./parts/split.js";
import type { ProgressMeter } from "./progress.js";
import type { Subject } from "./subject.js";

/**
 * "auto": for each partition the engines that its model allows, the quickest first, and the search
 * for any model where none of them can tell. "general": that search alone. "both": one after the
 * other, and an error where they disagree; where a search runs out of time or memory nothing was
 * compared, and the verdict is unknown.
 */
export type EngineChoice = "auto" | "general" | "both";

/** A part and what came out. */
export interface DecidedPart<State> {
  readonly part: Part;
  readonly question: Question<State>;
  readonly end: SearchEnd;
  readonly cost: SearchCost;
}

export interface Deciding {
  readonly budget: Budget;
  readonly meter: ProgressMeter;
  readonly engine: EngineChoice;
  /** Threads that may be started. */
  readonly workers: number;
}

/** Every part with its verdict, in the order of the parts. */
export async function decideParts<State, Input, Output>(
  subject: Subject<State, Input, Output>,
  deciding: Deciding,
): Promise<DecidedPart<State>[]> {
  const { engine } = deciding;
  if (engine !== "both") return decideBy(engine, subject, deciding);
  const quick = await decideBy("auto", subject, deciding);
  const general = await decideBy("general", subject, deciding);
  return general.map((decided, its) => agreed(at(quick, its), decided));
}

async function decideBy<State, Input, Output>(
  engine: "auto" | "general",
  subject: Subject<State, Input, Output>,
  { budget, meter, workers }: Deciding,
): Promise<DecidedPart<State>[]> {
  const { model, recorded, parts, questions } = subject;
  const decided: DecidedPart<State>[] = [];
  const claims: Claim[] = [];
  const open: OpenPart[] = [];
  for (const [its, part] of parts.entries()) {
    const startedMs = budget.elapsedMs();
    const question = questions.about(part, its);
    const settle = (end: SearchEnd, cost: SearchCost) => {
      if (end.outcome === "valid") claims.push({ its, part, order: end.order });
      decided[its] = { part, question, end, cost };
      meter.add({ decided: 1 });
    };
    // Where the time is up, the search will say so.
    const isQuick = engine === "auto" && !budget.expired();
    const quick = isQuick ? decideQuickly(question) : undefined;
    if (quick) {
      const elapsedMs = budget.elapsedMs() - startedMs;
      settle(quick.end, { engine: quick.engine, visited: quick.visited, bytes: 0, elapsedMs });
    } else {
      const onlyGeneral = engine === "general";
      open.push({
        start: () => startSearch(question, { onlyGeneral }),
        ended: settle,
        task: () => taskFor(question, { onlyGeneral }),
      });
    }
    // Thousands of parts take no time: not a promise for each.
    if (budget.needsBreath()) await budget.breathe();
  }
  await searchAll(open, {
    budget,
    workers,
    onProgress: (visited) => {
      meter.add({ visited });
    },
  });
  certify(model, recorded, claims);
  return decided;
}

/** What the general search says, unless that contradicts the others. */
function agreed<State>(quick: DecidedPart<State>, general: DecidedPart<State>): DecidedPart<State> {
  const [one, other] = [quick.end.outcome, general.end.outcome];
  if (one === "unknown") return quick;
  if (other === "unknown" || one === other) return general;
  throw new Error(
    `the engines must agree, but partition "${general.part.name}" is ${one} by ${quick.cost.engine} and ${other} by the general search; this is an error in porcupine-ts or in the model`,
  );
}
