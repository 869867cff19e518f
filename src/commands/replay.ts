import { rmSync } from "node:fs";
import type { Argv, CommandModule } from "yargs";
import type { CandidateHost } from "../campaign/replay/candidates.js";
import { replay } from "../campaign/replay/replay.js";
import { loadSavedRun, type SavedRun } from "../campaign/replay/saved-run.js";
import { shrinkSchedule } from "../campaign/replay/shrink-schedule.js";
import { defaultEtcd } from "../cluster/docker/versions.js";
import { HarnessError, UsageError } from "../core/errors.js";
import { exitCodes } from "../core/run.js";
import { runTest } from "../run-test.js";
import { newProgress } from "../runner/progress.js";
import { systemClock } from "../runner/system-clock.js";
import { requireWritable } from "../store/run-folder.js";
import { boundsFrom, type JudgingArguments, judgingOptions, wholeNumber } from "./arguments.js";
import { bedNamed } from "./choose-bed.js";
import { interruptible } from "./interruptible.js";
import { liveLine } from "./live-line.js";
import { prepareAgain } from "./replay-bed.js";
import {
  replayInWords,
  type ReplayWords,
  shrunkInWords,
  tellCandidate,
  tellSubject,
  tellTry,
} from "./replay-in-words.js";
import { runInWords } from "./run-in-words.js";
import { printJson, say } from "./say.js";
import { testBeds } from "./test-beds.js";

interface Arguments extends JudgingArguments {
  readonly run: string;
  readonly times: number | undefined;
  readonly untilFailure: boolean;
  readonly shrinkSchedule: boolean;
  readonly atLeast: number | undefined;
  readonly results: string;
  readonly json: boolean;
}

/** Each candidate of a smaller schedule is tried so often unless it is asked for otherwise. */
const usualTries = 5;

export const replayCommand: CommandModule<object, Arguments> = {
  command: "replay <run>",
  describe:
    "Make a saved run again: the same cluster, operations and faults; exit 1 if it fails again",

  builder: (yargs) =>
    yargs
      .positional("run", {
        type: "string",
        demandOption: true,
        describe: "The run's folder, such as results/latest",
      })
      .options({
        times: {
          type: "number",
          describe: `How often; 1 by default, ${usualTries} for each schedule with --shrink-schedule`,
        },
        "until-failure": {
          type: "boolean",
          default: false,
          describe: "Until the violation shows again, --times at most",
        },
        "shrink-schedule": {
          type: "boolean",
          default: false,
          describe: "Drop faults and shorten the load as long as the violation still shows",
        },
        "at-least": {
          type: "number",
          describe: "In so many of --times tries it must show then; 1 by default",
        },
        ...judgingOptions,
        results: { type: "string", default: "results", describe: "Folder that runs are kept in" },
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      }) as unknown as Argv<Arguments>,

  async handler(given) {
    const asked = askedIn(given);
    const bounds = { ...boundsFrom(given), judgedAt: systemClock().wallTime() };
    const saved = await loadSavedRun(given.run, bounds);
    const isExact = requireBed(saved);
    if (asked.shrink && saved.violated.length === 0) {
      throw new UsageError(
        `expected a run that found a violation with --shrink-schedule, but no checker found one in ${saved.path}`,
      );
    }
    requireWritable(given.results);
    tellSubject(saved, { isExact, shrink: asked.shrink });
    const { host, release } = hostOf(saved);
    try {
      announce(await madeAgain(saved, { ...given, ...asked, isExact }, host), given.json);
    } finally {
      release();
    }
  },
};

interface Asked {
  readonly shrink: boolean;
  readonly times: number;
  readonly atLeast: number;
  readonly untilFailure: boolean;
  readonly results: string;
  readonly isExact: boolean;
}

async function madeAgain(saved: SavedRun, asked: Asked, host: CandidateHost): Promise<ReplayWords> {
  return asked.shrink
    ? shrunkInWords(saved, await shrinkSchedule(saved, asked, host))
    : replayInWords(saved, await replay(saved, asked, host));
}

function askedIn({ times, untilFailure, shrinkSchedule: shrink, atLeast }: Arguments) {
  if (shrink && untilFailure) {
    throw new UsageError("expected --until-failure or --shrink-schedule, got both");
  }
  if (!shrink && atLeast !== undefined) {
    throw new UsageError("expected --at-least together with --shrink-schedule, got it alone");
  }
  const usual = shrink ? usualTries : untilFailure ? Infinity : 1;
  const asked = times === undefined ? usual : wholeNumber("--times", times, 1);
  const least = wholeNumber("--at-least", atLeast ?? 1, 1);
  if (least > asked) {
    throw new UsageError(`expected --at-least to be at most --times, ${asked}, got ${least}`);
  }
  return { shrink, times: asked, atLeast: least };
}

/** Whether runs on this kind of cluster can be repeated to the byte. Throws UsageError. */
function requireBed({ options }: SavedRun): boolean {
  const kind = bedNamed(options.cluster);
  // Of what a kind may refuse, only bugs may have become unknown since.
  const { bugs } = options;
  const other = { etcd: defaultEtcd, config: undefined, tls: false, data: "tmpfs", keep: false };
  testBeds[kind].refuse({ bugs, ...other });
  return kind === "simulated";
}

function hostOf(saved: SavedRun): { host: CandidateHost; release: () => void } {
  let removeAtOnce = () => Promise.resolve();
  let doomed: string[] = [];
  let count = 0;
  const { signal, release } = interruptible({
    first: "healing, saving and judging this try; no other begins",
    again: "removing the cluster and leaving",
    beforeLeaving: () => removeAtOnce(),
    failure: (cause) => `the cluster could not be removed (${cause}): \`ordeal clean\` does so`,
    exitCode: exitCodes.harness,
  });

  const host: CandidateHost = {
    signal,
    wallTime: () => systemClock().wallTime(),
    async prepare(options) {
      const prepared = await prepareAgain(saved, options);
      ({ removeAtOnce } = prepared);
      return prepared;
    },
    async run(test) {
      // Only now, when "latest" points elsewhere.
      for (const path of doomed) rmSync(path, { recursive: true });
      doomed = [];
      const progress = newProgress();
      const line = liveLine(runInWords(progress));
      try {
        // What a run says of itself is the same each time.
        const log = count === 0 ? line.log : () => undefined;
        return await runTest(test, { log, progress, signal });
      } finally {
        line.stop();
      }
    },
    onTry(tried) {
      tellTry(saved, tried, ++count);
    },
    onCandidate: tellCandidate,
    discard(tries) {
      doomed.push(...tries.map(({ folder }) => folder.path));
    },
  };
  return { host, release };
}

/** The exit code stands when a failure of the harness is told: a violation wins over it. */
function announce({ lines, json, exitCode, failure }: ReplayWords, asJson: boolean): void {
  if (asJson) printJson(json);
  else for (const line of lines) say(line);
  process.exitCode = exitCode;
  if (!failure || exitCode === exitCodes.invalid) return;
  throw new HarnessError(failure.message, { cause: failure, details: failure.details });
}
