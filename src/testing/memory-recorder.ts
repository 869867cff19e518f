import type { Clock } from "../core/clock.js";
import type {
  FaultEvent,
  LogEvent,
  MemberEvent,
  NoteEvent,
  PhaseEvent,
  StatusEvent,
} from "../core/history.js";
import type { Input, Outcome } from "../core/operation.js";
import type { HistoryWriter } from "../history/writer.js";

type Recorded =
  | {
      readonly kind: "invoke";
      readonly process: number;
      readonly node: string;
      readonly input: Input;
    }
  | { readonly kind: "part"; readonly process: number; readonly part: unknown }
  | { readonly kind: "complete"; readonly process: number; readonly outcome: Outcome }
  | ({ readonly kind: "fault" } & Omit<FaultEvent, "index" | "atNs">)
  | ({ readonly kind: "status" } & Omit<StatusEvent, "index" | "atNs">)
  | ({ readonly kind: "log" } & Omit<LogEvent, "index" | "atNs">)
  | ({ readonly kind: "member" } & Omit<MemberEvent, "index" | "atNs">)
  | { readonly kind: "note"; readonly note: Omit<NoteEvent, "index" | "atNs"> }
  | ({ readonly kind: "phase" } & Omit<PhaseEvent, "index" | "atNs">);

export type RecordedEvent = Recorded & { readonly atNs: number };

export interface MemoryRecorder extends HistoryWriter {
  readonly events: RecordedEvent[];
  /** As a full disk would: what is recorded later is dropped. */
  fail(reason: Error): void;
}

/** Records into an array, for tests of what is recorded rather than of how it is written. */
export function memoryRecorder(clock: Clock): MemoryRecorder {
  const events: RecordedEvent[] = [];
  const failure = new AbortController();
  const add = (event: Recorded) => events.push({ ...event, atNs: clock.nowNs() }) - 1;
  return {
    events,
    failed: failure.signal,
    fail: (reason) => {
      failure.abort(reason);
    },
    invoke: (invocation) => add({ kind: "invoke", ...invocation }),
    part: (part) => add({ kind: "part", ...part }),
    complete: (completion) => add({ kind: "complete", ...completion }),
    fault: (event) => add({ kind: "fault", ...event }),
    status: (event) => add({ kind: "status", ...event }),
    log: (event) => add({ kind: "log", ...event }),
    member: (event) => add({ kind: "member", ...event }),
    note: (note) => add({ kind: "note", note }),
    phase: (event) => add({ kind: "phase", ...event }),
    close: () => Promise.resolve(),
  };
}
