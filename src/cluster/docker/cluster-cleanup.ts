import type Docker from "dockerode";
import { messageOf } from "../../core/errors.js";
import { letGoOfDisk } from "./clean.js";
import type { StopOptions } from "./cluster.js";
import type { NodeLog } from "./logs.js";

/** What a cluster consists of in the engine, noted as it is made, so that all of it can go. */
export interface Belongings {
  readonly docker: Docker;
  network?: { stop(): Promise<unknown> };
  /** By name, since one that did not start has told no id. */
  readonly containers: Map<string, { log?: NodeLog }>;
}

/**
 * Ends the logs and removes containers and network, unless they are kept. Never rejects: a run's
 * result stands whether or not its cluster could be cleared away. `log` is told.
 */
export async function release(
  { docker, network, containers }: Belongings,
  { keep }: StopOptions,
  log: (line: string) => void,
): Promise<void> {
  // Many containers may be in the way for one and the same reason.
  const reasons = new Set<string>();
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      reasons.add(messageOf(error).trim());
    }
  };
  await Promise.all(
    [...containers].map(async ([name, made]) => {
      // A container is stopped first and removed only when its log has been read to the end.
      if (!keep) await attempt(() => stopContainer(docker.getContainer(name)));
      await attempt(async () => made.log?.end({ hasStopped: !keep }));
      if (!keep) await attempt(() => removeContainer(docker.getContainer(name)));
    }),
  );
  if (!keep) await attempt(async () => network?.stop());
  if (reasons.size > 0) {
    const said = [...reasons].join("; ");
    log(`the cluster could not be cleared away (${said}): run \`ordeal clean\``);
  }
}

function stopContainer(container: Docker.Container): Promise<void> {
  return unlessDone(async () => {
    const { State: state } = await container.inspect();
    // A frozen process cannot even be killed.
    if (state.Paused) await container.unpause();
    await letGoOfDisk(container);
    if (state.Running) await container.kill();
  });
}

function removeContainer(container: Docker.Container): Promise<void> {
  return unlessDone(() => container.remove({ force: true, v: true }));
}

async function unlessDone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    // 404: it is not there; 409: it has stopped, or is being removed already.
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}
