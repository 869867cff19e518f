import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { CheckContext, Verdict } from "./core/checker.js";
import { messageOf, UsageError } from "./core/errors.js";
import type { RunVerdict } from "./core/run.js";
import { foreignModels } from "./foreign-models.js";
import type { ForeignEvent } from "./history/formats/foreign-event.js";
import { readJepsenEdn } from "./history/formats/jepsen-edn.js";
import { readJepsenLog } from "./history/formats/jepsen-log.js";
import { LineDamage } from "./history/formats/line-damage.js";
import { pairEvents } from "./history/formats/pair-events.js";
import { readPorcupineKv } from "./history/formats/porcupine-kv.js";
import { separateKeys } from "./history/formats/separate-keys.js";
import { runVerdict } from "./judge-history.js";

interface ForeignFormat {
  /** Throws LineDamage. */
  read(text: string): ForeignEvent[];
  readonly defaultModel: string;
}

/** How other tools write histories down. */
export const foreignFormats: Readonly<Record<string, ForeignFormat>> = {
  "jepsen-log": { read: readJepsenLog, defaultModel: "cas-register" },
  "jepsen-edn": { read: readJepsenEdn, defaultModel: "cas-register" },
  "porcupine-kv": { read: readPorcupineKv, defaultModel: "kv" },
};

export interface ForeignContext extends CheckContext {
  /** A key of `foreignFormats`. */
  readonly format: string;
  /** A key of `foreignModels`. Default: the format's. */
  readonly model?: string;
}

/**
 * Judges a history that another tool recorded: whether it is linearizable, and nothing else.
 * Rejects with UsageError, naming the line, where it is damaged, and where it holds no operation.
 */
export async function judgeForeign(
  path: string,
  context: ForeignContext & { /** ISO 8601. */ readonly judgedAt: string },
): Promise<RunVerdict> {
  const text = contentOf(path);
  try {
    const linearizable = await judgeForeignText(text, context);
    return runVerdict(
      { linearizable },
      { run: basename(path), judgedAt: context.judgedAt, incomplete: false },
    );
  } catch (cause) {
    if (!(cause instanceof LineDamage)) throw cause;
    throw new UsageError(
      `the history ${path} cannot be judged as ${context.format}, line ${cause.line}: ${cause.message}`,
      { cause },
    );
  }
}

/** The same for a text. Rejects with LineDamage in place of UsageError. */
export async function judgeForeignText(text: string, context: ForeignContext): Promise<Verdict> {
  const format = foreignFormats[context.format];
  const judge = foreignModels[context.model ?? format?.defaultModel ?? ""];
  if (!format || !judge) {
    throw new RangeError(`no such format or model: ${context.format}, ${context.model ?? ""}`);
  }
  const calls = separateKeys(pairEvents(format.read(text)));
  // A verdict about nothing would be "valid", and mostly the wrong format's.
  if (calls.length === 0) {
    throw new LineDamage(1, "no operation was found from here to its end; is it another --format?");
  }
  return judge(calls, context);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`the history ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
