import { type Validity, worst } from "../core/checker.js";
import { exitCodes } from "../core/run.js";
import { type JudgeMany, judgeMany, type Outcome } from "../judge/judge-many.js";
import type { Question } from "../judge/judge-saved.js";
import { systemClock } from "../runner/system-clock.js";
import { interruptible } from "./interruptible.js";
import { liveLine } from "./live-line.js";
import { printable } from "../core/printable.js";
import { printJson } from "./say.js";
import { paints, validityInCapitals } from "./validity-words.js";

type Bounds = Pick<JudgeMany, "deadlineMs" | "memoryMb" | "judgedAt">;

/** Longer paths push what follows them to the right. */
const widestPath = 60;
const longestSentence = 160;

/** Judges several histories in parallel: a line each, in the order in which they were given. */
export async function checkMany(
  questions: readonly Question[],
  { json, ...bounds }: Bounds & { readonly json: boolean },
): Promise<void> {
  const clock = systemClock();
  const outcomes: (Outcome | undefined)[] = questions.map(() => undefined);
  const isOpen = (outcome: Outcome | undefined) => outcome === undefined;
  const { signal, release } = interruptible({
    first: "judging no further",
    again: "leaving",
    exitCode: exitCodes.unknown,
  });
  const line = liveLine(() => {
    const done = outcomes.length - outcomes.filter(isOpen).length;
    return `${(clock.nowNs() / 1e9).toFixed(0)} s  judging: ${done} of ${histories(outcomes.length)} done`;
  });
  const width = Math.min(widestPath, Math.max(...questions.map(({ path }) => path.length)));
  let told = 0;
  try {
    await judgeMany(questions, {
      ...bounds,
      signal,
      onOutcome(index, outcome) {
        outcomes[index] = outcome;
        for (let next = outcomes[told]; next; next = outcomes[told]) {
          if (!json) line.log(inALine(questions[told]?.path ?? "", next, width));
          told += 1;
        }
      },
    });
    line.stop();
    const known = outcomes.filter((outcome) => outcome !== undefined);
    if (json) printJson(asJson(questions, known));
    else line.log(tallyOf(known));
    process.exitCode = exitCodeOf(known);
  } finally {
    line.stop();
    release();
  }
}

/**
 * A violation wins over everything else; what could not be judged never passes, and tells more than
 * what could and stayed open.
 */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const codes = outcomes.flatMap(({ answer, trouble }) => [
    ...(answer ? [answer.verdict.exitCode] : []),
    ...(trouble ? [trouble.exitCode] : []),
  ]);
  const { invalid, harness, usage, unknown, valid } = exitCodes;
  return [invalid, harness, usage, unknown].find((code) => codes.includes(code)) ?? valid;
}

function inALine(path: string, { answer, trouble }: Outcome, width: number): string {
  const name = printable(path).padEnd(width);
  if (!answer) {
    const isStopped = trouble?.exitCode === exitCodes.unknown;
    const word = isStopped ? validityInColour("unknown") : notJudged;
    return `${name}  ${word}  ${printable(trouble?.message ?? "")}`;
  }
  const { validity, sentence } = answer.verdict;
  const more = trouble ? ` But ${printable(trouble.message)}` : "";
  return `${name}  ${validityInColour(validity)}  ${shortened(printable(sentence))}${more}`;
}

/** Padded before it is painted: a terminal's colours take no room. */
function validityInColour(validity: Validity, width = notJudged.length): string {
  return paints[validity](validityInCapitals[validity].padEnd(width));
}

const notJudged = "NOT JUDGED  ";

function histories(count: number): string {
  return count === 1 ? "1 history" : `${count.toLocaleString("en")} histories`;
}

function shortened(sentence: string): string {
  return sentence.length <= longestSentence
    ? sentence
    : `${sentence.slice(0, longestSentence - 3).trimEnd()}...`;
}

function tallyOf(outcomes: readonly Outcome[]): string {
  const verdicts = outcomes.flatMap(({ answer }) => (answer ? [answer.verdict] : []));
  const count = (wanted: string) => verdicts.filter(({ validity }) => validity === wanted).length;
  const counts: [number, string][] = [
    [count("valid"), "valid"],
    [count("invalid"), "invalid"],
    [count("unknown"), "inconclusive"],
    [outcomes.length - verdicts.length, "not judged"],
  ];
  const parts = counts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
  const isAllJudged = verdicts.length === outcomes.length;
  const overall = worst([...verdicts, ...(isAllJudged ? [] : [{ validity: "unknown" as const }])]);
  const word = validityInColour(overall, 0);
  return `ordeal: ${word}  ${histories(outcomes.length)}: ${parts.join(", ")}.`;
}

function asJson(questions: readonly Question[], outcomes: readonly Outcome[]) {
  return {
    ordeal: "verdicts",
    version: 1,
    exitCode: exitCodeOf(outcomes),
    files: outcomes.map(({ answer, trouble }, i) => ({
      path: questions[i]?.path,
      ...answer,
      ...(trouble && { trouble }),
    })),
  };
}
