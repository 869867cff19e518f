import { type EtcdConfig, usualConfig } from "./etcd-config.js";

/**
 * Another configuration that a correct etcd must not mind while other members still have the given
 * one: snapshots come at other times, and so do heartbeats and elections, as far as that leaves the
 * shortest lease as it is. Members that differed in that would end the same lease at different times.
 */
export function variedConfig(user: EtcdConfig): EtcdConfig {
  const given = { ...usualConfig, ...user };
  const snapshotCount = Math.ceil(numberOr(given["snapshot-count"], 100) * 0.6) + 1;
  const heartbeatMs = numberOr(given["heartbeat-interval"], 100);
  const electionMs = numberOr(given["election-timeout"], 1000);
  const leastSeconds = shortestLeaseSeconds(heartbeatMs, electionMs);
  const timings = [
    {
      heartbeat: Math.ceil(heartbeatMs / 2),
      election: Math.min(mostElectionMs, Math.round(electionMs * 1.2)),
    },
    { heartbeat: Math.ceil(heartbeatMs / 2), election: electionMs },
  ].find(({ heartbeat, election }) => shortestLeaseSeconds(heartbeat, election) === leastSeconds);
  return {
    ...user,
    "snapshot-count": snapshotCount,
    ...(timings && {
      "heartbeat-interval": timings.heartbeat,
      "election-timeout": timings.election,
    }),
  };
}

/** Above this etcd does not start. */
const mostElectionMs = 50_000;

/** As etcd computes it, in ticks of a heartbeat (3.4.23 and 3.5.30, etcdserver/server.go, "minTTL"). */
function shortestLeaseSeconds(heartbeatMs: number, electionMs: number): number {
  const ticks = Math.floor(electionMs / heartbeatMs);
  return Math.ceil((Math.floor((3 * ticks) / 2) * heartbeatMs) / 1000);
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && value > 0 ? value : otherwise;
}
