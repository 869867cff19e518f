import type { Operation } from "../../core/operation.js";

/** Lease ids are decimal strings, chosen by the client: none is granted twice in a run. */
export interface GrantInput {
  readonly f: "grant";
  readonly lease: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Attaches the key to the lease; without one it detaches it from whatever lease it had. */
export interface PutInput {
  readonly f: "put";
  readonly key: string;
  /** Written once in a run. */
  readonly value: string;
  readonly lease?: string;
}

export interface DeleteInput {
  readonly f: "delete";
  readonly key: string;
}

/** Of a single lease: keep it alive, end it, ask how it is. */
export interface OneLeaseInput {
  readonly f: "renew" | "revoke" | "time-to-live";
  readonly lease: string;
}

/** All keys of a shelf, which is what their names begin with: "lease/3/". */
export interface ReadInput {
  readonly f: "read";
  readonly shelf: string;
}

/** Lets time pass. Asks nothing of anybody. */
export interface WaitInput {
  readonly f: "wait";
  readonly seconds: number;
}

export type LeaseInput =
  GrantInput | PutInput | DeleteInput | OneLeaseInput | ReadInput | WaitInput;

export interface FoundKey {
  readonly key: string;
  readonly value: string;
  /** "0" for none. */
  readonly lease: string;
}

export type LeaseOutput =
  /** Of a grant: seconds, which may be more than was asked for. */
  | { readonly granted: number }
  /** Of a put or a deletion. */
  | { readonly revision: number }
  | { readonly revoked: true }
  /** Of a put or a revocation: etcd knows no such lease, and nothing was changed. */
  | { readonly refused: "lease not found" }
  /** Of a renewal: seconds from now; 0 where there is no such lease. */
  | { readonly renewed: number }
  /** Of a time-to-live: seconds; -1 where there is no such lease. */
  | { readonly left: number; readonly granted: number; readonly keys: readonly string[] }
  | { readonly found: readonly FoundKey[] }
  | { readonly waited: number };

export type LeaseOperation = Operation<LeaseInput, LeaseOutput>;

/** What it was answered; undefined where it was not. */
export function answerOf({ outcome }: LeaseOperation): LeaseOutput | undefined {
  return outcome.type === "ok" ? outcome.output : undefined;
}

/** What a read found; nothing for whatever else. */
export function foundBy(operation: LeaseOperation): readonly FoundKey[] {
  const answer = answerOf(operation);
  return answer && "found" in answer ? answer.found : [];
}

/** Neither failed nor refused: it changed something, or nobody knows. */
export function mayHaveHappened(operation: LeaseOperation): boolean {
  const answer = answerOf(operation);
  return operation.outcome.type !== "fail" && !(answer && "refused" in answer);
}

export function shelfOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

export type PutOperation = LeaseOperation & { readonly input: PutInput };

export function isPut(operation: LeaseOperation): operation is PutOperation {
  return operation.input.f === "put";
}
