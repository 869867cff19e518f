import { relative } from "node:path";
import { replayCommandFor } from "../campaign/replay/tries.js";
import { legResultOf } from "../campaign/rollout/leg-run.js";
import type { LegResult, LegToRun } from "../campaign/rollout/rollout.js";
import type { DockerParts } from "../cluster/docker/test-bed.js";
import { runTest } from "../run-test.js";
import { newProgress } from "../runner/progress.js";
import { systemClock } from "../runner/system-clock.js";
import type { RolloutFolder } from "../store/rollout-folder.js";
import { createRunFolder } from "../store/run-folder.js";
import { liveLine } from "./live-line.js";
import { removeBed, type RolloutBed, rolloutBed } from "./rollout-bed.js";
import type { CheckedChange } from "./rollout-change.js";
import { runInWords } from "./run-in-words.js";
import { say } from "./say.js";
import { commandFor } from "./test.js";

export interface LegRunner {
  /** Aborting the signal ends the run in order. */
  readonly run: (leg: LegToRun, signal: AbortSignal) => Promise<LegResult>;
  /** Removes the cluster of the run that goes on. */
  readonly removeAtOnce: () => Promise<void>;
}

interface Surroundings {
  readonly parts: DockerParts;
  readonly change: CheckedChange;
  readonly folder: RolloutFolder;
  readonly rounds: number;
}

/** Makes the runs of a rollout, one after the other, in this process. */
export function legRunner({ parts, change, folder, rounds }: Surroundings): LegRunner {
  let current: RolloutBed | undefined;

  async function run(toRun: LegToRun, signal: AbortSignal): Promise<LegResult> {
    const { leg, round, plannedFaults } = toRun;
    const options = { ...toRun.options, results: folder.path };
    const from = leg === "candidate" ? change.to : change.from;
    current = rolloutBed(parts, options, { from, ...(options.changes && { changeTo: change.to }) });
    const wallTime = systemClock().wallTime();
    const clock = systemClock();
    const runFolder = createRunFolder(folder.path, `round-${round}-${leg}`, wallTime);
    const command = plannedFaults ? replayCommandFor(runFolder) : commandFor(options);
    say(`round ${round} of ${rounds}, ${leg}:`);
    if (toRun.changesLeft > 0) {
      say(
        `faults leave no time for ${toRun.changesLeft} of ${toRun.changesPlanned} changes: a longer --time-limit or --nemesis-interval does`,
      );
    }
    const progress = newProgress();
    const line = liveLine(runInWords(progress));
    try {
      const result = await runTest(
        {
          ...current,
          options,
          command,
          folder: runFolder,
          ...(plannedFaults && { plannedFaults }),
        },
        // What a run says of itself is nearly the same each time.
        { log: () => undefined, progress, signal },
      );
      return await legResultOf({
        leg: toRun,
        result,
        folder: runFolder,
        folderName: relative(folder.path, runFolder.path),
        startedAt: wallTime,
        wallMs: clock.nowNs() / 1e6,
        command,
      });
    } finally {
      line.stop();
    }
  }

  return {
    run,
    removeAtOnce: async () => {
      if (current) await removeBed(parts, current);
    },
  };
}
