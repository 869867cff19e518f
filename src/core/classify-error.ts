/** What a failed request told its client: kept verbatim, so that a mended table can judge again. */
export interface RequestErrorFacts {
  /** gRPC status code, 0 to 16. */
  readonly code: number;
  /** gRPC's status details, as etcd or the transport worded them. */
  readonly details: string;
  /** The socket address that the call was bound to, or the target if it never left. */
  readonly peer: string;
  /**
   * False only where the client knows that not one byte of the request left this process. When in
   * doubt, true.
   */
  readonly sent: boolean;
}

/** "fail": it did not take effect and never will. "info": nobody knows. */
export type Certainty = "fail" | "info";

/**
 * Whether a failed request is known to have changed nothing. Everything that is not known is
 * "info": a needless "info" costs search time, a wrong "fail" accuses etcd of our mistake.
 */
export function classifyError(
  facts: RequestErrorFacts,
  { readOnly }: { readonly readOnly: boolean },
): Certainty {
  return !facts.sent || readOnly ? "fail" : "info";
}

/** A short, stable name for counts in reports, such as "timeout" or "connection-refused". */
export function errorName(facts: RequestErrorFacts): string {
  return facts.sent ? `code-${facts.code}` : "not-sent";
}
