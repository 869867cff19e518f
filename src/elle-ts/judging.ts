import { modelsAgainst } from "./models.js";
import type { CheckResult } from "./result.js";
import { type AnomalyTally, tallyAnomalies } from "./tally-anomalies.js";

export interface CheckOptions {
  /** How many anomalies of each type are told; the others are counted. Default: 5. */
  readonly mostOfEachType?: number;
  /** Asked again and again between two steps of the check, which ends where the answer is false. */
  readonly mayGoOn?: () => boolean | Promise<boolean>;
}

export interface Progress {
  edges: number;
  tangles: number;
  tanglesLeftOut: number;
}

/** What a check in progress writes to. */
export interface Judging {
  readonly tally: AnomalyTally;
  readonly progress: Progress;
  /** To be called every `atATime` steps; rejects where the check is to end. */
  readonly goOn: () => Promise<void>;
}

/** Transactions or keys between two questions whether to go on. */
export const atATime = 500;

class Stopped extends Error {}

export interface Subject {
  readonly transactions: number;
  /** How many keys there were, and which of them could not be judged. Asked at the end. */
  readonly keys: () => {
    readonly size: number;
    readonly repeated: CheckResult["repeated"];
  };
}

/** Does `work` until it ends or is not to go on, and says what came of it. */
export async function judge(
  { mostOfEachType = 5, mayGoOn = () => true }: CheckOptions,
  { transactions, keys }: Subject,
  work: (judging: Judging) => Promise<void>,
): Promise<CheckResult> {
  const tally = tallyAnomalies(mostOfEachType);
  const progress: Progress = { edges: 0, tangles: 0, tanglesLeftOut: 0 };
  const goOn = async () => {
    if (!(await mayGoOn())) throw new Stopped();
  };
  let stopped = false;
  try {
    await work({ tally, progress, goOn });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    stopped = true;
  }
  const { size, repeated } = keys();
  const isOpen = stopped || repeated.length > 0;
  return {
    validity: tally.total > 0 ? "invalid" : isOpen ? "unknown" : "valid",
    anomalies: tally.told(),
    counts: tally.counts(),
    models: modelsAgainst(tally.types()),
    repeated,
    stopped,
    statistics: { transactions, keys: size, ...progress },
  };
}

/** The keys to which one value was written twice, as `repeated` of each says. */
export function repeatedIn(
  keys: Iterable<{ readonly key: string; readonly repeated?: string }>,
): { key: string; element: string }[] {
  return [...keys].flatMap(({ key, repeated }) =>
    repeated === undefined ? [] : [{ key, element: repeated }],
  );
}
