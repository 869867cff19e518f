import { stringify } from "yaml";
import { resumable } from "../campaign/rollout/resume.js";
import type { SetUpOptions } from "../campaign/rollout/rollout.js";
import type { LegRun, RolloutRecord, Side } from "../campaign/rollout/rollout-record.js";
import { systemClock } from "../runner/system-clock.js";
import {
  createRolloutFolder,
  newestRolloutFolder,
  type RolloutFolder,
} from "../store/rollout-folder.js";
import type { AskedRollout } from "./rollout-arguments.js";
import type { PreparedSide } from "./rollout-bed.js";
import type { CheckedChange } from "./rollout-change.js";

export interface BegunRollout {
  readonly folder: RolloutFolder;
  /** As asked, with the seed of the one that it goes on with. */
  readonly asked: AskedRollout;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Of whole rounds that were made before. */
  readonly made: readonly LegRun[];
}

/**
 * Goes on with the newest rollout of the results folder where it asked the same, of the same files
 * and builds, and did not come to its end; else begins one. `seed` is undefined where any will do.
 */
export function beginOrResume(
  asked: AskedRollout,
  change: CheckedChange,
  seed: number | undefined,
): BegunRollout {
  const { results } = asked.common;
  const newest = newestRolloutFolder(results);
  const record = newest?.readRecord() as RolloutRecord | undefined;
  const { command } = asked;
  const question = { command, ...sidesOf(asked, change), differences: change.differences };
  const resumed = record && resumable(record, question, seed);
  if (newest && record && resumed && hasSameFiles(newest, change) && resumed.runs.length > 0) {
    const common = { ...asked.common, seed: resumed.seed };
    return {
      folder: newest,
      asked: { ...asked, common, command: record.command },
      startedAt: record.startedAt,
      made: resumed.runs,
    };
  }
  const startedAt = systemClock().wallTime();
  return { folder: createRolloutFolder(results, startedAt), asked, startedAt, made: [] };
}

export function sidesOf(
  asked: AskedRollout,
  change: CheckedChange,
): { readonly from: Side; readonly to: Side } {
  return { from: sideOf(asked.from, change.from), to: sideOf(asked.to, change.to) };
}

function sideOf({ etcd, config }: SetUpOptions, side: PreparedSide): Side {
  const { version, sha256 } = side.etcd;
  return { etcd, version, sha256, ...(config !== undefined && { config }) };
}

function hasSameFiles(folder: RolloutFolder, { from, to }: CheckedChange): boolean {
  return (
    folder.readConfig("old.yml") === configText(from) &&
    folder.readConfig("new.yml") === configText(to)
  );
}

/** Undefined where there is nothing to say. */
export function configText({ config }: PreparedSide): string | undefined {
  return Object.keys(config).length === 0 ? undefined : stringify(config);
}
