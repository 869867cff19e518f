import { readFileSync } from "node:fs";
import type { FaultRecord } from "./core/history.js";
import type { Plan } from "./core/run.js";
import type { StartedCluster } from "./core/test-bed.js";
import type { TestRun } from "./test-options.js";

/** The version of ordeal itself, as its package says. */
export function toolVersion(): string {
  // Seen from dist/src when built, from src when run from source.
  for (const up of ["../package.json", "../../package.json"]) {
    const url = new URL(up, import.meta.url);
    try {
      const { version } = JSON.parse(readFileSync(url, "utf8")) as { version: string };
      return version;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return "unknown";
}

export function planOf(
  { run, options, command, bed, plannedFaults }: TestRun,
  cluster: StartedCluster,
  { startedAt, schedule }: { startedAt: string; schedule: readonly FaultRecord[] },
): Plan {
  return {
    ordeal: "plan",
    version: 1,
    run,
    tool: toolVersion(),
    startedAt,
    command,
    options: { ...options },
    seed: options.seed,
    nodes: cluster.nodes,
    etcd: cluster.builds,
    config: cluster.configs,
    ...(cluster.changes && cluster.changes.length > 0 && { changes: cluster.changes }),
    ...bed.about,
    ...(plannedFaults && { plannedFaults }),
    schedule,
  };
}
