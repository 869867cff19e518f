import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Certainty,
  classifyError,
  errorName,
  type RequestErrorFacts,
  sentRows,
  unsentRows,
} from "./classify-error.js";

type Sample = readonly [code: number, details: string, name: string, certainty: Certainty];

const peer = "127.0.0.1:2379";

const sent: readonly Sample[] = [
  [3, "etcdserver: key is not provided", "invalid-request", "fail"],
  [3, "etcdserver: duplicate key given in txn request", "invalid-request", "fail"],
  [3, "etcdserver: too many operations in txn request", "invalid-request", "fail"],
  [3, "etcdserver: request is too large", "request-too-large", "fail"],
  [2, "etcdserver: too many requests", "too-many-requests", "fail"],
  [8, "etcdserver: too many requests", "too-many-requests", "fail"],
  [11, "etcdserver: mvcc: required revision has been compacted", "compacted", "info"],
  [11, "etcdserver: mvcc: required revision is a future revision", "future-revision", "info"],
  [5, "etcdserver: requested lease not found", "lease-not-found", "fail"],
  [11, "etcdserver: too large lease TTL", "lease-refused", "fail"],
  [5, "etcdserver: member not found", "member-refused", "fail"],
  [
    2,
    "etcdserver: re-configuration failed due to not enough started members",
    "member-refused",
    "fail",
  ],
  [14, "etcdserver: unhealthy cluster", "unhealthy-cluster", "fail"],
  [9, "etcdserver: not leader", "not-leader", "fail"],
  [9, "etcdserver: bad leader transferee", "bad-transferee", "fail"],
  [14, "etcdserver: rpc not supported for learner", "learner", "fail"],
  [7, "etcdserver: permission denied", "permission-denied", "fail"],
  [16, "etcdserver: invalid auth token", "auth-refused", "fail"],
  [3, "etcdserver: revision of auth store is old", "auth-refused", "fail"],
  [12, "unknown service etcdserverpb.Nothing", "unimplemented", "fail"],
  [8, "etcdserver: mvcc: database space exceeded", "no-space", "info"],
  [14, "etcdserver: leader changed", "leader-changed", "info"],
  [14, "etcdserver: no leader", "no-leader", "info"],
  [2, "raft proposal dropped", "proposal-dropped", "info"],
  [14, "etcdserver: request timed out", "server-timeout", "info"],
  [
    14,
    "etcdserver: request timed out, possibly due to previous leader failure",
    "server-timeout",
    "info",
  ],
  [14, "etcdserver: server stopped", "server-stopped", "info"],
  [2, "raft: stopped", "server-stopped", "info"],
  [15, "etcdserver: corrupt cluster", "corrupt", "info"],
  [14, "Connection dropped", "connection-lost", "info"],
  [14, "read ECONNRESET", "connection-lost", "info"],
  [4, "Deadline exceeded after 0.501s,LB pick: 0.001s,remote_addr=::1", "timeout", "info"],
  [4, "context deadline exceeded", "timeout", "info"],
  [1, "Cancelled on client", "cancelled", "info"],
  [14, "the server is away", "unavailable", "info"],
  [8, "Received message larger than max", "resource-exhausted", "info"],
  [13, "Received RST_STREAM with code 2", "internal", "info"],
  [10, "aborted", "unknown", "info"],
];

const unsent: readonly Sample[] = [
  [
    14,
    "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1.",
    "connection-refused",
    "fail",
  ],
  [4, "Deadline exceeded after 0.501s,Waiting for LB pick", "connect-timeout", "fail"],
  [1, "Cancelled on client", "client-closed", "fail"],
  [14, "Channel closed before call started", "client-closed", "fail"],
  [14, "anything", "no-connection", "fail"],
];

describe("the error table", () => {
  it.each(sent)("code %i, %j that was sent: %s, %s", (code, details, name, certainty) => {
    const facts = { code, details, peer, sent: true };
    expect(errorName(facts)).toBe(name);
    expect(classifyError(facts, { readOnly: false })).toBe(certainty);
  });

  it.each(unsent)("code %i, %j that never left: %s, %s", (code, details, name, certainty) => {
    const facts = { code, details, peer: `dns:${peer}`, sent: false };
    expect(errorName(facts)).toBe(name);
    expect(classifyError(facts, { readOnly: false })).toBe(certainty);
  });

  it("has a sample here for every row", () => {
    const sampled = new Set([...sent, ...unsent].map(([, , name]) => name));
    for (const { name } of [...sentRows, ...unsentRows]) expect(sampled).toContain(name);
  });

  it("takes nothing for certain that only looks like one of etcd's refusals", () => {
    const refusals = sent.filter(([, , , certainty]) => certainty === "fail");
    for (const [code, details, name] of refusals) {
      if (name === "unimplemented") continue;
      const longer = { code, details: `${details}, maybe`, peer, sent: true };
      const otherCode = { code: 0, details, peer, sent: true };
      expect(classifyError(longer, { readOnly: false })).toBe("info");
      expect(classifyError(otherCode, { readOnly: false })).toBe("info");
    }
  });

  it("knows nothing about a write that was sent and met an error that nobody has seen before", () => {
    const certain = new Set(sent.map(([, details]) => details));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.string(), (code, details) => {
        fc.pre(!certain.has(details) && !details.startsWith("unknown "));
        const facts = { code, details, peer, sent: true };
        expect(classifyError(facts, { readOnly: false })).toBe("info");
      }),
    );
  });

  it("counts every failed read and all that never left as a fail, whatever the error", () => {
    const anyFacts: fc.Arbitrary<RequestErrorFacts> = fc.record({
      code: fc.integer({ min: 0, max: 16 }),
      details: fc.oneof(fc.string(), fc.constantFrom(...sent.map(([, details]) => details))),
      peer: fc.string(),
      sent: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(classifyError(facts, { readOnly: true })).toBe("fail");
        expect(classifyError({ ...facts, sent: false }, { readOnly: false })).toBe("fail");
      }),
    );
  });
});
