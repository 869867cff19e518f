import { homedir, hostname, userInfo } from "node:os";
import { basename, dirname, resolve } from "node:path";
import type { EtcdBuild, Plan } from "../../core/run.js";

/** What a run may say of the machine that it was made on. */
export interface MachineWords {
  /** Absolute paths, and what is told in their place. */
  readonly paths: ReadonlyMap<string, string>;
  /** Names of people and machines, and what is told in their place. */
  readonly names: ReadonlyMap<string, string>;
}

/** Who looks: the machine that exports, which mostly is the one that recorded. */
export interface Machine {
  readonly home: string;
  readonly user: string;
  readonly host: string;
  readonly workingDirectory: string;
}

export function thisMachine(): Machine {
  return {
    home: homedir(),
    user: userNameOf(),
    host: hostname(),
    workingDirectory: process.cwd(),
  };
}

/** Empty for a user that the system has no name for. */
function userNameOf(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}

interface AskedFiles {
  readonly etcd?: unknown;
  readonly config?: unknown;
}

/** Names that say nothing of anybody, and are words of their own in any log. */
const anybody = ["root", "user", "admin", "node", "etcd", "docker", "runner", "ubuntu", "debian"];

/** A shorter name would be found everywhere. */
const shortestName = 3;

/**
 * The words that a run's plan and its folder give away. Files that it asked for keep their names:
 * "./etcd-config.yml" says what was asked for, and not where it was.
 */
export function machineWords(
  machine: Machine,
  // The folder without links in its path.
  { plan, folder }: { readonly plan: Plan | undefined; readonly folder: string },
): MachineWords {
  const { home, user, host, workingDirectory } = machine;
  const { results, config, etcd, change, changes, variation } = plan?.options ?? {};
  // Older versions had a single change.
  const asked = [change, changes, variation].flat() as (AskedFiles | undefined)[];
  const setUps = [plan, plan?.changedTo, ...(plan?.changes ?? [])];
  const builds = setUps.flatMap((setUp) => Object.values<EtcdBuild>(setUp?.etcd ?? {}));
  const sources = builds.map(({ source }) => source);
  const paths = new Map<string, string>();
  const add = (path: unknown, instead: string) => {
    if (typeof path !== "string" || !path.startsWith("/") || path === "/") return;
    paths.set(path, instead);
  };
  add(home, "~");
  add(workingDirectory, ".");
  if (isRunsTime(basename(folder))) add(dirname(dirname(folder)), "results");
  else add(folder, "results/run");
  add(typeof results === "string" ? resolve(workingDirectory, results) : undefined, "results");
  const changed = asked.flatMap((one) => [one?.config, one?.etcd]);
  for (const file of [config, etcd, ...changed, ...sources]) {
    if (typeof file === "string") add(file, `./${basename(file)}`);
  }

  const names = new Map<string, string>();
  const spoken = new Set<unknown>([...anybody, ...(plan?.nodes ?? []), ...wordsOf(plan)]);
  for (const [name, instead] of [
    [user, "<user>"],
    [host, "<host>"],
  ] as const) {
    if (name.length >= shortestName && !spoken.has(name)) names.set(name, instead);
  }
  return { paths, names };
}

/** Whether a folder is called as those of runs are: by the time at which the run began. */
export function isRunsTime(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d.-]+Z(-\d+)?$/.test(name);
}

/** Of the plan's options, whatever they are called: a user may be called as a workload is. */
function wordsOf(plan: Plan | undefined): unknown[] {
  return Object.values(plan?.options ?? {}).flat();
}
