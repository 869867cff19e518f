import { isAbsolute, relative, resolve } from "node:path";
import { execa } from "execa";
import type { RunVerdict } from "../../core/run.js";
import type { RunOutcome } from "./night.js";
import type { RunResult } from "./soak.js";

export interface RunProcess {
  /** What starts ordeal: Node, its options, the program. */
  readonly program: readonly [string, ...string[]];
  /** The words of the command line, without where its results go. */
  readonly words: readonly string[];
  /** For people. */
  readonly command: string;
  /** Gets the run's folder. */
  readonly nightPath: string;
  readonly startedAt: string;
  /** Of the wall clock. */
  readonly elapsedMs: () => number;
  /** An abort is passed on, once: the run heals, judges what there is and ends. */
  readonly signal: AbortSignal;
}

/** What `ordeal test --json` prints. */
interface Printed extends RunVerdict {
  readonly folder?: string;
}

const outcomes: Readonly<Record<number, RunOutcome>> = { 0: "valid", 1: "invalid", 2: "unknown" };
/** Enough of what a run said last to know why it failed. */
const mostSaidBytes = 64 * 1024;

/**
 * One run in a process of its own, and what came of it. In a group of its own, so that a Ctrl-C
 * reaches it once, by way of us. Does not reject.
 */
export async function runProcess(options: RunProcess): Promise<RunResult> {
  const { program, words, command, nightPath, startedAt, elapsedMs, signal } = options;
  const [node, ...rest] = program;
  const child = execa(node, [...rest, ...words, "--results", nightPath, "--json"], {
    reject: false,
    detached: true,
    stdin: "ignore",
    // Its lines are read as they come: a run may say more than should be kept.
    buffer: { stderr: false, stdout: true },
    cleanup: true,
  });
  const said = lastOf(child.stderr);
  const passOn = () => {
    child.kill("SIGTERM");
  };
  signal.addEventListener("abort", passOn, { once: true });
  if (signal.aborted) passOn();
  const { exitCode, signal: killedBy, stdout } = await child;
  signal.removeEventListener("abort", passOn);

  const printed = printedIn(stdout);
  const outcome = outcomes[exitCode ?? -1];
  const folder = printed?.folder === undefined ? undefined : folderIn(nightPath, printed.folder);
  const facts = {
    startedAt,
    wallMs: Math.round(elapsedMs()),
    command,
    ...(folder !== undefined && { folder }),
  };
  if (!outcome || !printed) {
    const end = killedBy ? `was killed by ${killedBy}` : `ended with exit code ${exitCode ?? "?"}`;
    const sentence = lastLine(said()) ?? `The run ${end} and said nothing.`;
    return { ...facts, outcome: "failed", sentence, findings: [] };
  }
  return { ...facts, outcome, sentence: printed.sentence, ...factsOf(printed) };
}

function factsOf({ checkers }: Printed): Pick<RunResult, "findings" | "operations"> {
  const findings = Object.entries(checkers).flatMap(([checker, { validity, findings, summary }]) =>
    validity === "valid" ? [] : [{ checker, message: findings[0]?.message ?? summary }],
  );
  const total = checkers["stats"]?.details?.["total"] as RunResult["operations"] | undefined;
  if (!total) return { findings };
  const { ok, fail, info } = total;
  return { findings, operations: { ok, fail, info } };
}

function printedIn(stdout: string | undefined): Printed | undefined {
  try {
    const printed = JSON.parse(stdout ?? "") as Printed | null;
    return printed?.ordeal === "verdict" ? printed : undefined;
  } catch {
    // It came to no verdict.
    return undefined;
  }
}

/** Relative to the night's; undefined for one that lies elsewhere, which is not ours to keep or drop. */
function folderIn(nightPath: string, folder: string): string | undefined {
  const inside = relative(resolve(nightPath), resolve(folder));
  return inside.startsWith("..") || isAbsolute(inside) ? undefined : inside;
}

function lastOf(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (piece: string) => {
    text = (text + piece).slice(-mostSaidBytes);
  });
  return () => text;
}

/** What ordeal says of trouble begins with its name; details follow below. */
function lastLine(text: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const told = lines.findLast((line) => line.startsWith("ordeal: "))?.slice("ordeal: ".length);
  return told ?? lines.findLast((line) => line !== "");
}
