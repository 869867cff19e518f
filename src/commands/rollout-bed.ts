import { removeRun } from "../cluster/docker/clean.js";
import { type EtcdConfig, refuseUnknownKeys } from "../cluster/docker/etcd-config.js";
import { type DockerParts, dockerTestBed } from "../cluster/docker/test-bed.js";
import type { TestBed } from "../core/test-bed.js";
import { newRunId } from "../run-id.js";
import { systemClock } from "../runner/system-clock.js";
import type { TestOptions } from "../test-options.js";
import { faultsAskedFor } from "./faults-asked-for.js";

/** A build of etcd on this machine, and the user's configuration of it. */
export interface PreparedSide {
  readonly etcd: DockerParts["etcd"];
  readonly config: EtcdConfig;
}

export interface RolloutBed {
  readonly run: string;
  readonly bed: TestBed;
}

/** A cluster whose nodes begin as `from`, and can be changed to `changeTo`. */
export function rolloutBed(
  { engine, image }: DockerParts,
  options: Pick<TestOptions, "nodes" | "tls" | "data" | "nemeses">,
  { from, changeTo }: { readonly from: PreparedSide; readonly changeTo?: PreparedSide },
): RolloutBed {
  const { nodes, tls, data, nemeses } = options;
  const faults = faultsAskedFor(nemeses);
  const parts = { engine, image, ...from, ...(changeTo && { changes: [changeTo] }) };
  const bed = dockerTestBed({
    ...{ parts, nodes, tls, data, faults, keep: false },
    startClock: systemClock,
  });
  return { run: newRunId(systemClock().wallTime()), bed };
}

export async function removeBed({ engine }: DockerParts, { run }: RolloutBed): Promise<void> {
  await removeRun(engine, run);
}

/**
 * Starts one node with it, and stops it: a file that etcd does not take is found here and not after
 * the first run. Rejects with UsageError then.
 */
export async function tryOut(
  bed: RolloutBed,
  { etcd, config }: PreparedSide,
  { logs, signal }: { readonly logs: string; readonly signal: AbortSignal },
): Promise<void> {
  await refuseUnknownKeys(config, etcd);
  const cluster = await bed.bed.start({
    run: bed.run,
    logsDirectory: logs,
    onLogFinding: () => undefined,
    log: () => undefined,
    signal,
  });
  await cluster.stop({ keep: false });
}
