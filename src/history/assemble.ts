import { type Certainty, classifyError, type RequestErrorFacts } from "../core/classify-error.js";
import type { NodeStatus } from "../core/cluster.js";
import type {
  FaultEvent,
  FaultRecord,
  FaultSpec,
  FaultStage,
  History,
  HistoryHeader,
  LogEvent,
  MemberEvent,
  NoteEvent,
  PhaseEvent,
  StatusEvent,
} from "../core/history.js";
import type {
  Input,
  Operation,
  OperationPart,
  Outcome,
  Phase,
  ResponseHeader,
} from "../core/operation.js";
import type { Rewind } from "../core/rewind.js";
import {
  choiceIn,
  Damage,
  type Fields,
  fieldsOf,
  flagIn,
  numberIn,
  shown,
  textIn,
  wholeIn,
} from "./fields.js";
import { type Interner, internTexts } from "./intern-texts.js";
import { memberEventOf } from "./member-events.js";
import { faultAfter } from "./pair-faults.js";

export interface Assembly {
  /** Takes the next line's value. Throws Damage where it cannot come next. */
  add(value: unknown): void;
  readonly events: number;
  finish(torn: boolean): History;
}

/** Builds a history out of its events, one by one: pairs what belongs together, judges nothing. */
export function assemble(
  header: HistoryHeader,
  isReadOnly: ((input: Input) => boolean) | undefined,
): Assembly {
  const operations: Operation[] = [];
  const faults = new Map<number, FaultRecord>();
  const statuses: StatusEvent[] = [];
  const logs: LogEvent[] = [];
  const members: MemberEvent[] = [];
  const phases: PhaseEvent[] = [];
  const notes: NoteEvent[] = [];
  /** By process: where its open invocation stands among the operations. */
  const open = new Map<number, number>();
  /** By process: what its open invocation was told so far. */
  const told = new Map<number, OperationPart[]>();
  const intern = internTexts();
  let phase: Phase = "main";
  let events = 0;

  const invoke = (fields: Fields, index: number, atNs: number) => {
    const process = wholeIn(fields, "process");
    if (open.has(process)) {
      throw new Damage(`process ${process} invokes although its last call has not completed`);
    }
    open.set(process, operations.length);
    operations.push({
      index,
      process,
      node: intern(textIn(fields, "node")),
      phase,
      input: inputOf(fields, intern),
      invokedAtNs: atNs,
      // Until its completion is met.
      outcome: unfinished,
    });
  };

  const tell = (fields: Fields, index: number, atNs: number) => {
    const process = wholeIn(fields, "process");
    const at = open.get(process);
    const invoked = at === undefined ? undefined : operations[at];
    if (at === undefined || !invoked) {
      throw new Damage(`process ${process} is told of what it never invoked`);
    }
    const part = { index, atNs, part: fields["part"] };
    const parts = told.get(process);
    if (parts) {
      parts.push(part);
      return;
    }
    const first = [part];
    told.set(process, first);
    operations[at] = { ...invoked, parts: first };
  };

  const complete = (fields: Fields, completedIndex: number, completedAtNs: number) => {
    const process = wholeIn(fields, "process");
    const at = open.get(process);
    const invoked = at === undefined ? undefined : operations[at];
    if (at === undefined || !invoked) {
      throw new Damage(`process ${process} completes what it never invoked`);
    }
    open.delete(process);
    told.delete(process);
    const { index, node, phase, input, invokedAtNs, parts } = invoked;
    const outcome = outcomeOf(fields, input);
    // Spelled out rather than spread: a million times, that is the larger half of the work.
    operations[at] = {
      index,
      process,
      node,
      phase,
      input,
      invokedAtNs,
      completedIndex,
      completedAtNs,
      ...(parts && { parts }),
      outcome,
    };
  };

  const outcomeOf = (fields: Fields, input: Input): Outcome => {
    if (fields["type"] === "ok") {
      const { output, header } = fields;
      return header === undefined
        ? { type: "ok", output }
        : { type: "ok", output, header: responseHeaderOf(header, intern) };
    }
    const recorded: Certainty = fields["type"] === "fail" ? "fail" : "info";
    if (fields["error"] === undefined) {
      if (recorded === "info") return unfinished;
      throw new Damage(`process ${wholeIn(fields, "process")} fails without an "error"`);
    }
    const error = factsOf(fields["error"], intern);
    const type = isReadOnly ? classifyError(error, { readOnly: isReadOnly(input) }) : recorded;
    return { type, error };
  };

  const enter = (event: PhaseEvent) => {
    phases.push(event);
    if (event.phase !== "end") phase = event.phase === "final" ? "final" : "main";
  };

  return {
    add(value) {
      const fields = fieldsOf(value, "the line");
      const index = wholeIn(fields, "index");
      if (index !== events) throw new Damage(`expected event ${events} here, got event ${index}`);
      const atNs = numberIn(fields, "at");
      switch (fields["type"]) {
        case "invoke":
          invoke(fields, index, atNs);
          break;
        case "part":
          tell(fields, index, atNs);
          break;
        case "ok":
        case "fail":
        case "info":
          complete(fields, index, atNs);
          break;
        case "fault": {
          const event = faultEventOf(fields, index, atNs);
          faults.set(event.fault, faultAfter(faults.get(event.fault), event));
          break;
        }
        case "status":
          statuses.push(statusEventOf(fields, index, atNs, intern));
          break;
        case "log":
          logs.push({
            index,
            atNs,
            node: intern(textIn(fields, "node")),
            level: choiceIn(fields, "level", ["panic", "fatal"]),
            line: textIn(fields, "line"),
          });
          break;
        case "member":
          members.push(memberEventOf(fields, index, atNs));
          break;
        case "note":
          notes.push({
            index,
            atNs,
            kind: choiceIn(fields, "kind", ["done", "missed", "round"]),
            text: textIn(fields, "text"),
          });
          break;
        case "phase":
          enter(phaseEventOf(fields, index, atNs));
          break;
        default:
          throw new Damage(`unknown type of event: ${shown(fields["type"])}`);
      }
      events += 1;
    },
    get events() {
      return events;
    },
    finish: (torn) => ({
      header,
      operations,
      faults: [...faults.values()],
      statuses,
      logs,
      members,
      phases,
      ...(notes.length > 0 && { notes }),
      events,
      torn,
    }),
  };
}

const unfinished: Outcome = { type: "info" };

function inputOf(fields: Fields, intern: Interner): Input {
  const input = fieldsOf(fields["input"], `"input"`) as Record<string, unknown>;
  textIn(input, "f");
  // A key is asked for hundreds of times. Kept once, it also is found the faster in every table.
  for (const name in input) {
    const value = input[name];
    if (typeof value === "string") input[name] = intern(value);
  }
  // The rest is the workload's, and it wrote it itself.
  return input as unknown as Input;
}

function responseHeaderOf(value: unknown, intern: Interner): ResponseHeader {
  const fields = fieldsOf(value, `"header"`);
  return {
    clusterId: intern(textIn(fields, "clusterId")),
    memberId: intern(textIn(fields, "memberId")),
    revision: wholeIn(fields, "revision"),
    raftTerm: wholeIn(fields, "raftTerm"),
  };
}

function factsOf(value: unknown, intern: Interner): RequestErrorFacts {
  const fields = fieldsOf(value, `"error"`);
  return {
    code: wholeIn(fields, "code"),
    details: intern(textIn(fields, "details")),
    peer: intern(textIn(fields, "peer")),
    sent: flagIn(fields, "sent"),
  };
}

const stages: readonly FaultStage[] = [
  "inject",
  "in-force",
  "not-in-force",
  "heal",
  "over",
  "not-over",
];

function faultEventOf(fields: Fields, index: number, atNs: number): FaultEvent {
  return {
    index,
    atNs,
    fault: wholeIn(fields, "fault"),
    stage: choiceIn(fields, "stage", stages),
    ...(fields["spec"] !== undefined && { spec: specOf(fields["spec"]) }),
    ...(fields["evidence"] !== undefined && { evidence: textIn(fields, "evidence") }),
    ...(fields["rewind"] !== undefined && { rewind: rewindOf(fields["rewind"]) }),
  };
}

function rewindOf(value: unknown): Rewind {
  const fields = fieldsOf(value, `"rewind"`);
  return { revision: wholeIn(fields, "revision"), clusterId: textIn(fields, "clusterId") };
}

function specOf(value: unknown): FaultSpec {
  const fields = fieldsOf(value, `"spec"`);
  const nodes = fields["nodes"];
  if (!Array.isArray(nodes) || !nodes.every((node) => typeof node === "string")) {
    throw new Damage(`expected names of nodes as "nodes", got ${shown(nodes)}`);
  }
  // Whatever else names the fault stays, so that it can be asked for again.
  return {
    ...fields,
    nemesis: textIn(fields, "nemesis"),
    nodes,
    description: textIn(fields, "description"),
  };
}

function statusEventOf(fields: Fields, index: number, atNs: number, intern: Interner): StatusEvent {
  const node = intern(textIn(fields, "node"));
  if (fields["status"] === undefined) return { index, atNs, node };
  return { index, atNs, node, status: statusOf(fields["status"], intern) };
}

function statusOf(value: unknown, intern: Interner): NodeStatus {
  const fields = fieldsOf(value, `"status"`);
  return {
    memberId: intern(textIn(fields, "memberId")),
    leaderId: intern(textIn(fields, "leaderId")),
    raftTerm: wholeIn(fields, "raftTerm"),
    raftIndex: wholeIn(fields, "raftIndex"),
    version: intern(textIn(fields, "version")),
    dbSizeBytes: wholeIn(fields, "dbSizeBytes"),
  };
}

function phaseEventOf(fields: Fields, index: number, atNs: number): PhaseEvent {
  return {
    index,
    atNs,
    phase: choiceIn(fields, "phase", ["main", "healing", "final", "end"]),
    ...(fields["reason"] !== undefined && { reason: textIn(fields, "reason") }),
  };
}
