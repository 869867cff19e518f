import type { Checker, Verdict } from "../../core/checker.js";
import type { History } from "../../core/history.js";
import { historyOf, ok } from "../../testing/histories.js";
import type { FoundKey, LeaseInput, LeaseOperation, LeaseOutput } from "./lease-operation.js";

/** Spans as in src/testing/histories.ts: one millisecond an event. */
type Span = string;

export function grant(process: number, span: Span, lease: string, ttl: number): LeaseOperation {
  return ok(process, span, { f: "grant", lease, ttl }, { granted: ttl }, answered);
}

/** Of `value` to key "a/<name>"; without a lease where that is "". */
export function put(process: number, span: Span, [name, value, lease]: Written): LeaseOperation {
  return ok(process, span, putInput(name, value, lease), { revision: 1 }, answered);
}

export type Written = readonly [name: string, value: string, lease: string];

export function putInput(name: string, value: string, lease: string): LeaseInput {
  return { f: "put", key: `a/${name}`, value, ...(lease !== "" && { lease }) };
}

export function refusedPut(process: number, span: Span, written: Written): LeaseOperation {
  return ok(process, span, putInput(...written), { refused: "lease not found" });
}

export function remove(process: number, span: Span, name: string): LeaseOperation {
  return ok(process, span, { f: "delete", key: `a/${name}` }, { revision: 1 }, answered);
}

/** Seconds; 0 where there is no such lease. */
export function renew(process: number, span: Span, lease: string, ttl: number): LeaseOperation {
  return ok(process, span, { f: "renew", lease }, { renewed: ttl }, answered);
}

export function revoke(process: number, span: Span, lease: string): LeaseOperation {
  return ok(process, span, { f: "revoke", lease }, { revoked: true }, answered);
}

export function refusedRevoke(process: number, span: Span, lease: string): LeaseOperation {
  return ok(process, span, { f: "revoke", lease }, { refused: "lease not found" });
}

/** What it found as [name, value, lease]. */
export function read(process: number, span: Span, found: readonly Written[] = []): LeaseOperation {
  const keys = found.map(([name, value, lease]): FoundKey => ({
    ...{ key: `a/${name}`, value },
    lease: lease === "" ? "0" : lease,
  }));
  return ok(process, span, { f: "read", shelf: "a/" }, { found: keys }, answered);
}

/** The answers come from members in term 2. */
const answered = { revision: 1 };

export async function judge(
  checker: Checker<LeaseInput, LeaseOutput>,
  operations: readonly LeaseOperation[],
  rest: Partial<Omit<History, "header">> = {},
): Promise<Verdict> {
  const history = historyOf<LeaseInput, LeaseOutput>(operations, rest);
  return checker.check(history, { deadlineMs: 60_000, memoryMb: 100 });
}
