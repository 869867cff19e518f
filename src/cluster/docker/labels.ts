import { thisProcess } from "./owner.js";

/**
 * Every object that ordeal makes in an engine bears these labels, so that what a killed run left
 * behind can be told from what a living one needs, and from everything that is not ours.
 */
export const labels = {
  /** The run's id. What belongs to no run, such as a probe, names its purpose instead. */
  run: "ordeal",
  kind: "ordeal.kind",
  /** The owning process. Its number may have gone to another, hence its start time and host. */
  pid: "ordeal.pid",
  pidStart: "ordeal.pid-start",
  host: "ordeal.host",
  /** "true" where the user asked with `--keep` that the cluster be left standing. */
  kept: "ordeal.kept",
} as const;

/** "node" and "network" belong to a run, "probe" and "fetch" live for seconds. */
export type ObjectKind = "node" | "network" | "image" | "probe" | "fetch";

/** The labels of an object that this process is about to make. */
export function labelsFor(
  run: string,
  kind: ObjectKind,
  options: { kept?: boolean } = {},
): Record<string, string> {
  const owner = thisProcess();
  return {
    [labels.run]: run,
    [labels.kind]: kind,
    [labels.pid]: String(owner.pid),
    [labels.pidStart]: owner.start,
    [labels.host]: owner.host,
    ...(options.kept === true && { [labels.kept]: "true" }),
  };
}
