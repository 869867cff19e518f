import { rm } from "node:fs/promises";
import type Docker from "dockerode";
import { HarnessError } from "../../core/errors.js";
import { staleTemporaryDirectories } from "./cache-directory.js";
import type { Engine } from "./engine.js";
import { engineStatus, engineWords } from "./engine-words.js";
import { labels } from "./labels.js";
import { ownDiskCapability, releaseDiskScript } from "./own-disk.js";
import { livenessOf } from "./owner.js";

/** A container or a network that ordeal made. */
export interface Made {
  readonly type: "container" | "network";
  readonly id: string;
  readonly name: string;
  readonly run: string;
  readonly kind: string;
  /** "running", "paused", "exited", ... in the engine's words; "" for a network. */
  readonly state: string;
  readonly ownerPid: number;
  /** "unknown" where the owner is, or was, on another host. */
  readonly owner: "alive" | "gone" | "unknown";
  /** The user asked that it be left standing. */
  readonly kept: boolean;
}

const removalByAnotherMs = 10_000;

/** Everything that ordeal made in this engine and that is still there, containers first. */
export async function listMade(engine: Engine): Promise<Made[]> {
  const ours = { filters: { label: [labels.run] } };
  const [containers, networks] = await Promise.all([
    engine.docker.listContainers({ ...ours, all: true }),
    engine.docker.listNetworks(ours),
  ]);
  return [
    ...containers.map(({ Id, Names, State, Labels }) =>
      made("container", { id: Id, name: Names[0]?.replace(/^\//, "") ?? Id, state: State }, Labels),
    ),
    ...networks.map(({ Id, Name, Labels }) =>
      made("network", { id: Id, name: Name, state: "" }, Labels ?? {}),
    ),
  ];
}

/** What runs left behind whose process is no more; those that were told to keep it included. */
export async function findLeftovers(engine: Engine): Promise<Made[]> {
  return (await listMade(engine)).filter(({ owner }) => owner === "gone");
}

export interface RemoveOptions {
  readonly log: (line: string) => void;
  /** Also what belongs to a living run, or to one on another host. */
  readonly all?: boolean;
  /** What this run made and nothing else. */
  readonly run?: string;
}

export interface Removed {
  readonly removed: readonly Made[];
  readonly failed: readonly { readonly made: Made; readonly reason: string }[];
  /** Folders of the cache that dead processes left. */
  readonly directories: readonly string[];
}

/** Removes leftovers, and says what it removed. What one object cannot be rid of stops no other. */
export async function removeLeftovers(
  engine: Engine,
  { log, all = false, run }: RemoveOptions,
): Promise<Removed> {
  const candidates = all ? await listMade(engine) : await findLeftovers(engine);
  const doomed = candidates.filter((made) => run === undefined || made.run === run);
  const result = await removeMade(engine, doomed, log);
  const directories = await staleTemporaryDirectories();
  for (const directory of directories) {
    await rm(directory, { recursive: true, force: true });
    log(`removed ${directory}`);
  }
  return { ...result, directories };
}

/**
 * Removes what one run made, whoever owns it: for those who must leave at once. Rejects with
 * HarnessError where something stays.
 */
export async function removeRun(engine: Engine, run: string): Promise<void> {
  const ofRun = (await listMade(engine)).filter((made) => made.run === run);
  const { failed } = await removeMade(engine, ofRun, () => undefined);
  const [first] = failed;
  if (first === undefined) return;
  throw new HarnessError(
    `${failed.length} of the run's containers and networks could not be removed (${first.reason}): run \`ordeal clean --run ${run}\`.`,
  );
}

/** Containers first and all at once: a network goes when nobody is in it any more. */
async function removeMade(engine: Engine, doomed: readonly Made[], log: (line: string) => void) {
  const removed: Made[] = [];
  const failed: { made: Made; reason: string }[] = [];
  for (const type of ["container", "network"] as const) {
    const some = doomed.filter((made) => made.type === type);
    await Promise.all(
      some.map(async (made) => {
        try {
          await (type === "container" ? removeContainer : removeNetwork)(engine, made.id);
          removed.push(made);
          log(`removed ${inWords(made)}`);
        } catch (error) {
          const reason = engineWords(error);
          failed.push({ made, reason });
          log(`could not remove ${inWords(made)}: ${reason}`);
        }
      }),
    );
  }
  return { removed, failed };
}

/**
 * A frozen process takes no signal, and some engines refuse to kill it: it is thawed first. With
 * the volumes that were made for it.
 */
async function removeContainer(engine: Engine, id: string): Promise<void> {
  const container = engine.docker.getContainer(id);
  // 409: it is not paused; 500: an older engine's word for the same.
  await tolerating([404, 409, 500], () => container.unpause());
  await letGoOfDisk(container);
  try {
    await tolerating([404], () => container.remove({ force: true, v: true }));
  } catch (error) {
    // Another is removing it, such as the run itself that is being interrupted: its network can
    // go only after it.
    if (engineStatus(error) !== 409 || !(await goesByItself(container))) throw error;
  }
}

/** Whoever waits for a disk that stands still does not even die. */
export async function letGoOfDisk(container: Docker.Container): Promise<void> {
  await tolerating([404, 409], async () => {
    const { State, HostConfig } = await container.inspect();
    // Typed as anything at all.
    const capabilities = (HostConfig.CapAdd ?? []) as readonly string[];
    if (!State.Running || !capabilities.some((one) => one.endsWith(ownDiskCapability))) return;
    const exec = await container.exec({ Cmd: ["sh", "-c", releaseDiskScript] });
    const connection = await exec.start({ Detach: true });
    // Some engines keep it open, and it would keep this process alive.
    connection.destroy();
    while ((await exec.inspect()).Running) await new Promise((wake) => setTimeout(wake, 20));
  });
}

/** Time is the machine's own: nothing here is part of a run. */
async function goesByItself(container: Docker.Container): Promise<boolean> {
  const deadlineMs = performance.now() + removalByAnotherMs;
  while (performance.now() < deadlineMs) {
    try {
      await container.inspect();
    } catch (error) {
      if (engineStatus(error) === 404) return true;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function removeNetwork(engine: Engine, id: string): Promise<void> {
  await tolerating([404], () => engine.docker.getNetwork(id).remove());
}

async function tolerating(statuses: readonly number[], act: () => Promise<unknown>) {
  try {
    await act();
  } catch (error) {
    const status = engineStatus(error);
    if (status === undefined || !statuses.includes(status)) throw error;
  }
}

function made(
  type: Made["type"],
  object: { id: string; name: string; state: string },
  itsLabels: Readonly<Record<string, string>>,
): Made {
  const pid = Number(itsLabels[labels.pid]);
  const host = itsLabels[labels.host];
  const named = Number.isSafeInteger(pid) && pid > 0 && host !== undefined;
  const start = itsLabels[labels.pidStart] ?? "";
  return {
    type,
    ...object,
    run: itsLabels[labels.run] ?? "",
    kind: itsLabels[labels.kind] ?? "",
    ownerPid: named ? pid : 0,
    owner: named ? livenessOf({ pid, start, host }) : "unknown",
    kept: itsLabels[labels.kept] === "true",
  };
}

/** "container n1 of run 20261122-171500-ab12 (paused)". */
export function inWords({ type, name, run, state }: Made): string {
  return `${type} ${name} of run ${run}${state === "" ? "" : ` (${state})`}`;
}
