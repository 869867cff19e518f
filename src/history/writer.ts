import { closeSync, fdatasync, fstatSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { Clock } from "../core/clock.js";
import { HarnessError, messageOf } from "../core/errors.js";
import type {
  FaultEvent,
  HistoryHeader,
  LogEvent,
  MemberEvent,
  NoteEvent,
  PhaseEvent,
  StatusEvent,
} from "../core/history.js";
import type { Input, Outcome } from "../core/operation.js";

/** How long an event may wait in memory: what a SIGKILL of this process can lose. */
const flushEveryMs = 100;
/** What a crash of the whole machine can lose. */
const flushesPerSync = 10;
const mostLinesInMemory = 500;

type Unstamped<Event> = Omit<Event, "index" | "atNs">;

/**
 * Records events in the order of the calls and stamps each with the clock. Every method but
 * `close` returns at once with the event's index.
 */
export interface HistoryWriter {
  invoke(invocation: {
    readonly process: number;
    readonly node: string;
    readonly input: Input;
  }): number;
  /** Of an operation that is under way. */
  part(part: { readonly process: number; readonly part: unknown }): number;
  complete(completion: { readonly process: number; readonly outcome: Outcome }): number;
  fault(event: Unstamped<FaultEvent>): number;
  status(event: Unstamped<StatusEvent>): number;
  log(event: Unstamped<LogEvent>): number;
  member(event: Unstamped<MemberEvent>): number;
  note(event: Unstamped<NoteEvent>): number;
  phase(event: Unstamped<PhaseEvent>): number;
  /**
   * Aborted once when the file can no longer be written, with a HarnessError as its reason. What
   * was written before stays readable; events recorded later are dropped.
   */
  readonly failed: AbortSignal;
  /**
   * Writes what is left, syncs and closes the file. Safe to call twice. Never rejects: look at
   * `failed` afterwards, since the last lines may be the ones that found no room.
   */
  close(): Promise<void>;
}

export interface HistoryWriterOptions {
  readonly clock: Clock;
}

/**
 * Opens a new history and writes its header. The format, version 1, is one JSON object a line: the
 * header, then events in the order in which they happened. An invocation is a line of its own,
 * there before its outcome is known, so that a history that ends early still knows what was under
 * way. Throws HarnessError where the file cannot be made or holds something already.
 */
export function openHistoryWriter(
  path: string,
  header: HistoryHeader,
  { clock }: HistoryWriterOptions,
): HistoryWriter {
  const file = openFile(path);
  const busy = new Set<number>();
  let events = 0;

  const record = (event: Readonly<Record<string, unknown>>): number => {
    const index = events;
    events += 1;
    file.append(JSON.stringify({ index, at: clock.nowNs(), ...event }));
    return index;
  };

  file.append(JSON.stringify(header));
  file.flush();

  return {
    failed: file.failed,
    invoke({ process, node, input }) {
      if (busy.has(process)) throw new Error(`process ${process} has not completed its last call`);
      busy.add(process);
      return record({ type: "invoke", process, node, input });
    },
    part({ process, part }) {
      if (!busy.has(process)) throw new Error(`process ${process} has invoked nothing`);
      return record({ type: "part", process, part });
    },
    complete({ process, outcome }) {
      if (!busy.delete(process)) throw new Error(`process ${process} has invoked nothing`);
      return record({ type: outcome.type, process, ...withoutType(outcome) });
    },
    fault({ fault, stage, spec, evidence, rewind }) {
      const index = record({ type: "fault", fault, stage, spec, evidence, rewind });
      file.flush();
      return index;
    },
    status: ({ node, status }) => record({ type: "status", node, status }),
    log: ({ node, level, line }) => record({ type: "log", node, level, line }),
    member: (event) => record({ type: "member", ...event }),
    note: ({ kind, text }) => record({ type: "note", kind, text }),
    phase({ phase, reason }) {
      const index = record({ type: "phase", phase, reason });
      file.flush();
      return index;
    },
    close: () => file.close(),
  };
}

/** In the order in which the fields are to stand in the line. */
function withoutType(outcome: Outcome): Readonly<Record<string, unknown>> {
  return outcome.type === "ok"
    ? { output: outcome.output, header: outcome.header }
    : { error: outcome.error };
}

interface AppendedFile {
  append(line: string): void;
  flush(): void;
  readonly failed: AbortSignal;
  close(): Promise<void>;
}

/**
 * Appends lines in batches. Written with blocking calls, which end in the page cache: a line is
 * safe from our own death as soon as the call returns. Syncing to the disk takes far longer and is
 * left to a thread. The timer runs in wall time whatever the run's clock is, since it guards
 * against a real death, and changes nothing that the run could see.
 */
function openFile(path: string): AppendedFile {
  const fd = openEmpty(path);
  const failure = new AbortController();
  let lines: string[] = [];
  let flushesSinceSync = 0;
  let unsynced = false;
  let syncing: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const fail = (cause: unknown) => {
    if (failure.signal.aborted) return;
    clearInterval(timer);
    failure.abort(
      new HarnessError(
        `The history ${path} can no longer be written (${messageOf(cause)}): make room or mend the disk; what was recorded before can still be judged.`,
        { cause },
      ),
    );
  };

  const flush = () => {
    if (lines.length === 0 || failure.signal.aborted) return;
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    lines = [];
    unsynced = true;
    try {
      // A write may take a part only, as the last one before the disk is full does.
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    } catch (error) {
      fail(error);
    }
  };

  const sync = () => {
    unsynced = false;
    flushesSinceSync = 0;
    syncing = syncing.then(() => promisify(fdatasync)(fd)).catch(fail);
  };

  const timer = setInterval(() => {
    flush();
    flushesSinceSync += 1;
    if (unsynced && flushesSinceSync >= flushesPerSync) sync();
  }, flushEveryMs);
  timer.unref();

  return {
    append(line) {
      if (closing) throw new Error("the history is closed");
      if (failure.signal.aborted) return;
      lines.push(line);
      if (lines.length >= mostLinesInMemory) flush();
    },
    flush,
    failed: failure.signal,
    close() {
      closing ??= (async () => {
        clearInterval(timer);
        flush();
        if (!failure.signal.aborted) sync();
        await syncing;
        try {
          closeSync(fd);
        } catch (error) {
          fail(error);
        }
      })();
      return closing;
    },
  };
}

/** To append to another history would spoil both. */
function openEmpty(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, "a");
  } catch (cause) {
    throw new HarnessError(
      `The history ${path} cannot be created (${messageOf(cause)}): choose a results folder that can be written.`,
      { cause },
    );
  }
  if (fstatSync(fd).size === 0) return fd;
  closeSync(fd);
  throw new HarnessError(
    `The history ${path} exists already and is not empty: choose another results folder.`,
  );
}
