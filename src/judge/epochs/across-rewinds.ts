import { askAll, type Judge } from "../../checkers/check-all.js";
import {
  type CheckContext,
  type Checker,
  type Finding,
  type Verdict,
  worst,
} from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { plural } from "../../core/plural.js";
import { epochsOf, type InSnapshot, mayHaveEpochs } from "./epochs.js";

/** The same checker for runs whose cluster may be set back: it judges each epoch by itself. */
export function acrossRewinds(checker: Checker, isInSnapshot?: InSnapshot): Checker {
  return {
    ...checker,
    check(history, context) {
      if (!mayHaveEpochs(history)) return checker.check(history, context);
      const epochs = epochsOf(history, isInSnapshot);
      return epochs ? judgeEach(checker, epochs, context) : nobodyKnows;
    },
  };
}

/** The same checker, for what holds in the end: it judges the last epoch. */
export function afterRewinds(checker: Checker): Checker {
  return {
    ...checker,
    check(history, context) {
      const last = mayHaveEpochs(history) ? epochsOf(history)?.at(-1) : undefined;
      return checker.check(last ?? history, context);
    },
  };
}

const nobodyKnows: Verdict = {
  validity: "unknown",
  summary:
    "The cluster was set back to an older state, and nobody saw to which: what was lost by that cannot be told from what should not have been.",
  findings: [],
};

async function judgeEach(
  checker: Checker,
  epochs: readonly History[],
  { onProgress, ...context }: CheckContext,
): Promise<Verdict> {
  const judges = epochs.flatMap((epoch, place): [string, Judge][] =>
    place === epochs.length - 1 || wasAnswered(epoch)
      ? [[nameOf(place, epochs.length), (given) => checker.check(epoch, given)]]
      : [],
  );
  const verdicts = await askAll(Object.fromEntries(judges), {
    ...context,
    ...(onProgress && { onProgress }),
  });
  return together(telling(Object.entries(verdicts)));
}

type Named = readonly [name: string, verdict: Verdict];

/** A cluster that was destroyed before there was anything to judge says nothing of the others. */
function telling(verdicts: readonly Named[]): readonly Named[] {
  const some = verdicts.filter(([, { details }]) => details?.nothingToJudge !== true);
  return some.length > 0 ? some : verdicts;
}

/** Where nobody answered nothing can be wrong, and a checker that looks for something finds nothing. */
function wasAnswered({ operations }: History): boolean {
  return operations.some(({ outcome }) => outcome.type === "ok");
}

function nameOf(place: number, epochs: number): string {
  if (epochs === 1) return "all along";
  if (place === 0) return "before the first restore";
  return place === epochs - 1 ? "after the last restore" : `after restore ${place}`;
}

function together(verdicts: readonly Named[]): Verdict {
  const [only, ...others] = verdicts;
  if (only && others.length === 0) return only[1];
  const validity = worst(verdicts.map(([, verdict]) => verdict));
  // Where all is well the last one speaks for all.
  const speakers =
    validity === "valid"
      ? verdicts.slice(-1)
      : verdicts.filter(([, verdict]) => verdict.validity === validity);
  const many = `The cluster was restored from a snapshot, and each of ${plural(verdicts.length, "epoch")} was judged by itself.`;
  return {
    validity,
    summary: [
      many,
      ...speakers.map(([name, { summary }]) => `${capitalised(name)}: ${summary}`),
    ].join(" "),
    findings: verdicts.flatMap(([name, { findings }]) =>
      findings.map((finding): Finding => ({ ...finding, message: `${name}, ${finding.message}` })),
    ),
    details: {
      ...verdicts.at(-1)?.[1].details,
      epochs: Object.fromEntries(verdicts.map(([name, { details = {} }]) => [name, details])),
    },
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
