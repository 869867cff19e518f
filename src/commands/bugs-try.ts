import type { Try } from "../campaign/bugs/matrix.js";
import type { HarnessError } from "../core/errors.js";
import type { History } from "../core/history.js";
import type { RunVerdict } from "../core/run.js";
import type { Scenario } from "../core/scenario.js";
import { readHistory } from "../history/reader.js";
import type { RunFolder } from "../store/run-folder.js";

/** A run of a scenario that is over. */
interface PlayedRun {
  readonly scenario: Scenario;
  readonly verdict: RunVerdict;
  readonly folder: RunFolder;
  /** It, seen from the folder of all results. */
  readonly where: string;
  readonly failure?: HarnessError;
}

/** What came of it, with the time from the beginning of the run to what was found. */
export async function tryOf({
  scenario,
  verdict,
  folder,
  where,
  failure,
}: PlayedRun): Promise<Try> {
  const objecting = Object.entries(verdict.checkers)
    .filter(([, { validity }]) => validity === "invalid")
    .map(([name]) => name);
  const caughtBy = scenario.caughtBy.filter((name) => objecting.includes(name));
  const history = await readHistory(folder.history);
  const foundAfterMs = detectionMs(history, verdict, caughtBy);
  return {
    validity: verdict.validity,
    caughtBy,
    objecting,
    sentence: sentenceFor(verdict, caughtBy),
    ...(foundAfterMs !== undefined && { foundAfterMs }),
    tookMs: lengthMs(history),
    folder: where,
    ...(failure && verdict.validity !== "invalid" && { failure: failure.message }),
  };
}

/** The first finding of those that are to object, else what the verdict says. */
function sentenceFor({ checkers, sentence }: RunVerdict, [first]: readonly string[]): string {
  const message = first === undefined ? undefined : checkers[first]?.findings[0]?.message;
  return message ?? sentence;
}

function detectionMs(
  { operations, phases }: History,
  { checkers }: RunVerdict,
  caughtBy: readonly string[],
): number | undefined {
  const findings = caughtBy.flatMap((name) => checkers[name]?.findings.slice(0, 1) ?? []);
  const named = new Set(findings.flatMap((finding) => finding.operations));
  const ends = operations
    .filter(({ index }) => named.has(index))
    .map(({ completedAtNs, invokedAtNs }) => completedAtNs ?? invokedAtNs);
  const beginNs = phases[0]?.atNs ?? 0;
  return ends.length === 0 ? undefined : (Math.max(...ends) - beginNs) / 1e6;
}

function lengthMs({ phases }: History): number {
  return ((phases.at(-1)?.atNs ?? 0) - (phases[0]?.atNs ?? 0)) / 1e6;
}
