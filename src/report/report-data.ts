import type { Validity } from "../core/checker.js";
import type {
  FaultRecord,
  HistoryHeader,
  LogEvent,
  NoteEvent,
  PhaseEvent,
} from "../core/history.js";
import type { Operation } from "../core/operation.js";
import type { Plan, RunVerdict } from "../core/run.js";
import type { PackedColumns } from "./columns.js";
import type { MemberTable } from "./member-table.js";

/** Ids of the elements that carry data in a report, and the mark in the template they replace. */
export const embedding = {
  placeholder: "<!--ordeal:data-->",
  data: "report-data",
  columns: "report-columns",
  /** Followed by the number of the chunk. */
  details: "report-details-",
} as const;

/**
 * What a report knows, apart from the bulk of the operations: those are in columns (what the
 * drawings need) and in chunks of details (everything, unpacked when somebody looks).
 */
export interface ReportData {
  readonly header: HistoryHeader;
  readonly verdict: RunVerdict;
  readonly plan?: Plan;
  /** Faults as they happened. */
  readonly faults: readonly FaultRecord[];
  readonly phases: readonly PhaseEvent[];
  /** What a scenario did, in words. */
  readonly notes?: readonly NoteEvent[];
  readonly logs: readonly LogEvent[];
  /** Lines of each node's log. */
  readonly excerpts: Readonly<Record<string, readonly string[]>>;
  readonly statuses: readonly StatusSpan[];
  readonly versions: readonly VersionSpan[];
  /** At the end. */
  readonly members: MemberTable;
  /** The last moment that the history names, in nanoseconds since the run began. */
  readonly endNs: number;
  readonly counts: readonly KindCount[];
  readonly errors: readonly ErrorClass[];
  /** Every operation that a finding names, by invocation index. */
  readonly named: Readonly<Record<string, Operation>>;
  readonly torn: boolean;
  readonly operations: {
    readonly total: number;
    /** How many of them are in the columns: fewer than `total` in a history beyond the cap. */
    readonly shown: number;
    readonly perDetailsChunk: number;
  };
  readonly columns: PackedColumns;
}

/** A stretch of time in which a member, whenever asked, said the same. */
export interface StatusSpan {
  readonly node: string;
  readonly fromNs: number;
  /** The last time that it said so. */
  readonly toNs: number;
  /** Undefined where it did not answer. */
  readonly says?: {
    /** A node's name, a member id that belongs to no node that answered, or undefined for none. */
    readonly leader?: string;
    readonly term: number;
  };
}

/** A stretch of time in which a member, whenever asked, answered and named the same version. */
export interface VersionSpan {
  readonly node: string;
  readonly fromNs: number;
  /** The last time that it said so. */
  readonly toNs: number;
  /** etcd's, such as "3.5.30". */
  readonly version: string;
}

export interface KindCount {
  readonly f: string;
  readonly phase: "main" | "final";
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

export interface ErrorClass {
  readonly outcome: "fail" | "info";
  /** As the table of errors calls it. */
  readonly name: string;
  /** Undefined where the run ended before an answer or an error came. */
  readonly code?: number;
  /** What the first of them said, with numbers and addresses taken out. */
  readonly details: string;
  readonly count: number;
  /** Invocation index of the first operation that ended so. */
  readonly first: number;
}

/** A verdict in a word, for people. */
export const validityWords: Readonly<Record<Validity, string>> = {
  valid: "Valid",
  invalid: "Invalid",
  unknown: "Inconclusive",
};
