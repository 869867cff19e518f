import { describe, expect, it } from "vitest";
import { variedConfig } from "./varied-config.js";

/** As etcd computes the shortest lease: see variedConfig. */
function shortestLeaseSeconds(heartbeatMs: number, electionMs: number): number {
  return Math.ceil(
    (Math.trunc((3 * Math.trunc(electionMs / heartbeatMs)) / 2) * heartbeatMs) / 1000,
  );
}

describe("the variation of a configuration", () => {
  it("differs from it in when snapshots, heartbeats and elections come", () => {
    expect(variedConfig({})).toEqual({
      "snapshot-count": 61,
      "heartbeat-interval": 50,
      "election-timeout": 1200,
    });
  });

  it("leaves everything else as it is", () => {
    const user = { "auto-compaction-retention": "10", "snapshot-count": 1000, "pre-vote": true };
    expect(variedConfig(user)).toMatchObject({ ...user, "snapshot-count": 601 });
  });

  it("never changes the shortest lease, and keeps elections well above heartbeats", () => {
    for (const heartbeat of [10, 50, 75, 100, 150, 333]) {
      for (const election of [500, 700, 1000, 1300, 1333, 2500, 5000, 41_000]) {
        if (election < 5 * heartbeat) continue;
        const user = { "heartbeat-interval": heartbeat, "election-timeout": election };
        const varied = variedConfig(user) as Record<string, number>;
        const [beat = 0, timeout = 0] = [varied["heartbeat-interval"], varied["election-timeout"]];
        expect(shortestLeaseSeconds(beat, timeout)).toBe(shortestLeaseSeconds(heartbeat, election));
        expect(timeout).toBeGreaterThanOrEqual(5 * beat);
        // Above this etcd does not start.
        expect(timeout).toBeLessThanOrEqual(50_000);
      }
    }
  });
});
