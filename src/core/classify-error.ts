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

/** A kind of error. The first row that fits an error names it and judges it. */
export interface ErrorRow {
  /** Short and stable: reports count by it. */
  readonly name: string;
  readonly certainty: Certainty;
  /** The codes that it comes with; any where undefined. */
  readonly codes?: readonly number[];
  /** Exactly what `details` says, or a pattern that it fits; anything where undefined. */
  readonly details?: string | RegExp;
  /** Why it is certain, or what may have happened. */
  readonly reason: string;
}

/**
 * Whether a failed request is known to have changed nothing. Everything that is not known is
 * "info": a needless "info" costs search time, a wrong "fail" accuses etcd of our mistake.
 */
export function classifyError(
  facts: RequestErrorFacts,
  { readOnly }: { readonly readOnly: boolean },
): Certainty {
  // A read has no effect that could still come.
  return readOnly ? "fail" : rowOf(facts).certainty;
}

/** A short, stable name for counts in reports, such as "timeout" or "connection-refused". */
export function errorName(facts: RequestErrorFacts): string {
  return rowOf(facts).name;
}

function rowOf(facts: RequestErrorFacts): ErrorRow {
  const rows = facts.sent ? sentRows : unsentRows;
  return rows.find((row) => fits(row, facts)) ?? (facts.sent ? unknownSent : unknownUnsent);
}

function fits({ codes, details }: ErrorRow, facts: RequestErrorFacts): boolean {
  if (codes && !codes.includes(facts.code)) return false;
  if (details === undefined) return true;
  return typeof details === "string" ? details === facts.details : details.test(facts.details);
}

const notSent = "not one byte of it left this process";

/** For requests that never left: all are certain, and only the name is in question. */
export const unsentRows: readonly ErrorRow[] = [
  { name: "connection-refused", certainty: "fail", details: /ECONNREFUSED/, reason: notSent },
  {
    name: "connect-timeout",
    certainty: "fail",
    codes: [4],
    details: /^Deadline exceeded/,
    reason: notSent,
  },
  {
    name: "client-closed",
    certainty: "fail",
    details: /^(Cancelled on client|Channel closed|the client was closed)/,
    reason: notSent,
  },
];

const unknownUnsent: ErrorRow = { name: "no-connection", certainty: "fail", reason: notSent };

const checked = "etcd refuses such a request before it changes anything";
const mayBeProposed = "etcd says so after it handed the request to raft, which may still commit it";
const replyLost = "the request left, and whether it arrived is not known";

/**
 * For requests that left. Etcd's own words go before codes, since a code alone misleads: etcd sends
 * some definite refusals as UNKNOWN (2). A "fail" asks for etcd's exact wording and code, so that
 * nothing is taken for certain that only looks alike. Wording and codes: etcd's
 * `api/v3rpc/rpctypes/error.go`, 3.3 to 3.5; where each is raised: `server/etcdserver`.
 */
export const sentRows: readonly ErrorRow[] = [
  // Refused.
  {
    name: "invalid-request",
    certainty: "fail",
    codes: [3],
    details:
      /^etcdserver: (key is not provided|key not found|value is provided|lease is provided|too many operations in txn request|duplicate key given in txn request|invalid client api version|invalid sort option)$/,
    reason: checked,
  },
  {
    name: "request-too-large",
    certainty: "fail",
    codes: [3],
    details: "etcdserver: request is too large",
    reason: "its size is checked before it is proposed",
  },
  {
    name: "too-many-requests",
    certainty: "fail",
    codes: [2, 8],
    details: "etcdserver: too many requests",
    reason: "etcd looks at its backlog before it proposes, and then does not",
  },
  {
    name: "compacted",
    certainty: "info",
    codes: [11],
    details: "etcdserver: mvcc: required revision has been compacted",
    reason:
      "another member may do the writes of a transaction whose read this one refuses (etcd#18667), and a lock or a campaign has written its key before it reads",
  },
  {
    name: "future-revision",
    certainty: "info",
    codes: [11],
    details: "etcdserver: mvcc: required revision is a future revision",
    reason:
      "another member may do the writes of a transaction whose read this one refuses (etcd#18667)",
  },
  {
    name: "lease-not-found",
    certainty: "fail",
    codes: [5],
    details: "etcdserver: requested lease not found",
    reason: "the lease is looked up before anything is written",
  },
  {
    name: "lease-refused",
    certainty: "fail",
    codes: [9, 11],
    details: /^etcdserver: (lease already exists|too large lease TTL)$/,
    reason: checked,
  },
  {
    name: "member-refused",
    certainty: "fail",
    codes: [2, 3, 5, 9],
    details:
      /^etcdserver: (member not found|member ID already exist|Peer URLs already exists|given member URLs are invalid|re-configuration failed due to not enough started members|can only promote a learner member( which is in sync with leader)?|too many learner members in cluster)$/,
    reason: "a change of membership is checked before it is made",
  },
  {
    name: "unhealthy-cluster",
    certainty: "fail",
    codes: [14],
    details: "etcdserver: unhealthy cluster",
    reason: "a change of membership is checked before it is made",
  },
  {
    name: "not-leader",
    certainty: "fail",
    codes: [9],
    details: "etcdserver: not leader",
    reason: checked,
  },
  {
    name: "bad-transferee",
    certainty: "fail",
    codes: [9],
    details: "etcdserver: bad leader transferee",
    reason: checked,
  },
  {
    name: "learner",
    certainty: "fail",
    codes: [9, 14],
    details: "etcdserver: rpc not supported for learner",
    reason: "turned away at the door",
  },
  {
    name: "permission-denied",
    certainty: "fail",
    codes: [7],
    details: "etcdserver: permission denied",
    reason: checked,
  },
  {
    name: "auth-refused",
    certainty: "fail",
    codes: [3, 9, 16],
    details:
      /^etcdserver: (invalid auth token|authentication failed, invalid user ID or password|revision of auth store is old|authentication is not enabled|user name is empty|user name not found)$/,
    reason: checked,
  },
  {
    name: "unimplemented",
    certainty: "fail",
    codes: [12],
    details: /^unknown (service|method) /,
    reason: "the server has no code that could do it",
  },

  // Words that sound certain, and are not.
  {
    name: "no-space",
    certainty: "info",
    details: "etcdserver: mvcc: database space exceeded",
    reason: "etcd applies the write and then returns this error: the write was seen afterwards",
  },
  {
    name: "leader-changed",
    certainty: "info",
    details: "etcdserver: leader changed",
    reason: "only a read that waits for the leader is told so, and reads are certain anyway",
  },
  {
    name: "no-leader",
    certainty: "info",
    details: "etcdserver: no leader",
    reason: "lease renewals say so after an earlier attempt of theirs may have got through",
  },
  {
    name: "proposal-dropped",
    certainty: "info",
    details: "raft proposal dropped",
    reason: "raft's word for one hop: another member may have taken it up",
  },
  {
    name: "server-timeout",
    certainty: "info",
    details: /^etcdserver: request timed out/,
    reason: mayBeProposed,
  },
  {
    name: "server-stopped",
    certainty: "info",
    details: /^(etcdserver: server stopped|raft: stopped)$/,
    reason: mayBeProposed,
  },
  {
    name: "corrupt",
    certainty: "info",
    details: "etcdserver: corrupt cluster",
    reason: "a cluster that knows itself to be damaged is believed nothing",
  },

  // The transport's words.
  {
    name: "connection-lost",
    certainty: "info",
    codes: [14],
    details: /^(Connection dropped|Write error|Write failed)|ECONNRESET|EPIPE|ETIMEDOUT/,
    reason: replyLost,
  },
  { name: "timeout", certainty: "info", codes: [4], reason: replyLost },
  { name: "cancelled", certainty: "info", codes: [1], reason: replyLost },
  { name: "unavailable", certainty: "info", codes: [14], reason: replyLost },
  { name: "resource-exhausted", certainty: "info", codes: [8], reason: replyLost },
  { name: "internal", certainty: "info", codes: [13], reason: replyLost },
];

const unknownSent: ErrorRow = {
  name: "unknown",
  certainty: "info",
  reason: "nobody has filled in a row for it",
};
