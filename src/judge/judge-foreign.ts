import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { askAll } from "../checkers/check-all.js";
import type { CheckContext, Verdict } from "../core/checker.js";
import { messageOf, UsageError } from "../core/errors.js";
import type { RunVerdict } from "../core/run.js";
import { foreignModels } from "./foreign-models.js";
import { piecesOf } from "../history/blocks.js";
import { Damage } from "../history/fields.js";
import { pairElleEvents, readElleEdn } from "../history/formats/elle-edn.js";
import type { ForeignReader, TakeEvent } from "../history/formats/foreign-reader.js";
import { readJepsenEdn } from "../history/formats/jepsen-edn.js";
import { readJepsenLog } from "../history/formats/jepsen-log.js";
import { LineDamage } from "../history/formats/line-damage.js";
import { pairEvents } from "../history/formats/pair-events.js";
import { readPorcupineKv } from "../history/formats/porcupine-kv.js";
import { type JudgeContext, runVerdict } from "./judge-history.js";

interface ForeignFormat {
  /** Hands on event by event. */
  readonly read: (takeEvent: TakeEvent) => ForeignReader;
  /** How events make up operations. Default: by invocations and what completed them. */
  readonly pair?: typeof pairEvents;
  readonly defaultModel: string;
}

/** How other tools write histories down. */
export const foreignFormats: Readonly<Record<string, ForeignFormat>> = {
  "jepsen-log": { read: readJepsenLog, defaultModel: "cas-register" },
  "jepsen-edn": { read: readJepsenEdn, defaultModel: "cas-register" },
  "porcupine-kv": { read: readPorcupineKv, defaultModel: "kv" },
  "elle-edn": { read: readElleEdn, pair: pairElleEvents, defaultModel: "list-append" },
};

interface Foreign {
  /** A key of `foreignFormats`. */
  readonly format: string;
  /** A key of `foreignModels`. Default: the format's. */
  readonly model?: string;
}

/**
 * Judges a history that another tool recorded: whether it is linearizable, or strictly serializable
 * where it is one of transactions, and nothing else.
 * Rejects with UsageError, naming the line, where it is damaged, and where it holds no operation;
 * with the signal's reason where it is aborted before all is read.
 */
export async function judgeForeign(
  path: string,
  context: JudgeContext & Foreign,
): Promise<RunVerdict> {
  const foreign = foreignHistory(context);
  try {
    await readAll(path, foreign, context);
    const verdicts = await askAll({ [foreign.checker]: (given) => foreign.judge(given) }, context);
    return runVerdict(verdicts, {
      run: basename(path),
      judgedAt: context.judgedAt,
      incomplete: false,
    });
  } catch (cause) {
    if (!(cause instanceof Damage)) throw cause;
    const place = cause instanceof LineDamage ? `, line ${cause.line}` : "";
    throw new UsageError(
      `the history ${path} cannot be judged as ${context.format}${place}: ${printable(cause.message)}`,
      { cause },
    );
  }
}

/** The same for a text. Rejects with LineDamage in place of UsageError. */
export async function judgeForeignText(
  text: string,
  context: CheckContext & Foreign,
): Promise<Verdict> {
  const foreign = foreignHistory(context);
  foreign.take(text);
  foreign.end();
  return foreign.judge(context);
}

interface ForeignHistory extends ForeignReader {
  /** How many events were read. */
  readonly events: number;
  /** What it is judged for. */
  readonly checker: string;
  /** To be called after `end`. */
  judge(context: CheckContext): Promise<Verdict>;
}

/** From a text to operations, event by event: of a long history nothing else is kept. */
function foreignHistory({ format: name, model: asked }: Foreign): ForeignHistory {
  const format = foreignFormats[name];
  const model = foreignModels[asked ?? format?.defaultModel ?? ""];
  if (!format || !model) throw new RangeError(`no such format or model: ${name}, ${asked ?? ""}`);

  const lines: number[] = [];
  const operations = model(lines);
  const pairing = (format.pair ?? pairEvents)((call) => {
    operations.add(call);
  });
  const reader = format.read((event) => {
    lines.push(event.line);
    pairing.add(event);
  });
  return {
    take: (piece) => {
      reader.take(piece);
    },
    end() {
      reader.end();
      pairing.end();
      // A verdict about nothing would be "valid", and mostly the wrong format's.
      if (lines.length > 0) return;
      throw new LineDamage(
        1,
        "no operation was found from here to its end; is it another --format?",
      );
    },
    get events() {
      return lines.length;
    },
    checker: operations.checker,
    judge: (context) => operations.judge(context),
  };
}

async function readAll(
  path: string,
  foreign: ForeignHistory,
  { signal, onReading }: JudgeContext,
): Promise<void> {
  const totalBytes = await sizeOf(path);
  const pieces = piecesOf(path);
  for (;;) {
    const next = await pieces.next().catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    signal?.throwIfAborted();
    if (next.done) break;
    foreign.take(next.value.text);
    onReading?.({ events: foreign.events, bytes: next.value.bytes, totalBytes });
  }
  foreign.end();
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): UsageError {
  return new UsageError(`the history ${path} cannot be read: ${messageOf(cause)}`, { cause });
}

/** Whatever a file holds, it must not speak to the terminal. */
function printable(message: string): string {
  return message.replaceAll(/\p{Cc}/gu, "\u{FFFD}");
}
