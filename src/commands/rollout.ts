import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { compareLegs } from "../campaign/rollout/compare/compare.js";
import { judgeRollout } from "../campaign/rollout/verdict/judge-rollout.js";
import { rollout, type RolloutEnd, type SetUpOptions } from "../campaign/rollout/rollout.js";
import type { EarlyEnd, RolloutRecord } from "../campaign/rollout/rollout-record.js";
import type { DockerParts } from "../cluster/docker/test-bed.js";
import { exitCodes } from "../core/run.js";
import { prepareDocker } from "../docker-parts.js";
import { toolVersion } from "../plan.js";
import type { RolloutFolder } from "../store/rollout-folder.js";
import { requireWritable } from "../store/run-folder.js";
import { announceRollout } from "./announce-rollout.js";
import { lockFolder } from "./folder-lock.js";
import { type Interruptible, interruptible } from "./interruptible.js";
import {
  type AskedRollout,
  askedRollout,
  type RolloutArguments,
  rolloutOptions,
} from "./rollout-arguments.js";
import { type BegunRollout, beginOrResume, configText, sidesOf } from "./rollout-begin.js";
import { type PreparedSide, removeBed, rolloutBed, tryOut } from "./rollout-bed.js";
import { type CheckedChange, checkChange } from "./rollout-change.js";
import { legInALine } from "./rollout-in-words.js";
import { writeRollout } from "./rollout-pages.js";
import { legRunner } from "./rollout-runs.js";
import { say } from "./say.js";

export const rolloutCommand: CommandModule<object, RolloutArguments> = {
  command: "rollout",
  describe: "Say whether a change of etcd or of its configuration is safe to roll out",

  builder: (yargs) =>
    rolloutOptions(yargs)
      .example("$0 rollout --from old.yml --to new.yml", "a configuration")
      .example(
        "$0 rollout --from-etcd 3.5.16 --to-etcd 3.5.30",
        "a version",
      ) as unknown as Argv<RolloutArguments>,

  async handler(given) {
    const asked = askedRollout(given);
    requireWritable(asked.common.results);
    const parts = await prepareDocker({ ...asked.from, changes: [asked.to] }, say);
    const change = await checkChange(parts, asked.common.tls);
    await startsBothWays(parts, asked, change);
    const begun = beginOrResume(asked, change, given.seed);
    const { path } = begun.folder;
    say(
      begun.made.length > 0 ? `going on after ${begun.made.length} runs in ${path}` : `in ${path}`,
    );
    const unlock = lockFolder(path);
    try {
      await makeRollout({ begun, parts, change, json: given.json });
    } finally {
      unlock();
    }
  },
};

/** Each side by itself, before the first run is made for nothing. */
async function startsBothWays(
  parts: DockerParts,
  { common }: AskedRollout,
  { from, to }: CheckedChange,
): Promise<void> {
  const logs = mkdtempSync(join(tmpdir(), "ordeal-rollout-"));
  try {
    for (const side of [from, to]) {
      await startsOnce(parts, { ...common, nodes: 1 }, side, logs);
    }
  } finally {
    rmSync(logs, { recursive: true });
  }
}

async function startsOnce(
  parts: DockerParts,
  options: AskedRollout["common"],
  side: PreparedSide,
  logs: string,
): Promise<void> {
  const bed = rolloutBed(parts, options, { from: side });
  const { signal, release } = interruptible({
    first: "removing the cluster; nothing was recorded yet",
    again: "removing the cluster and leaving",
    beforeLeaving: () => removeBed(parts, bed),
    exitCode: exitCodes.harness,
  });
  try {
    await tryOut(bed, side, { logs, signal });
  } finally {
    release();
  }
}

/** As the record has it until the last run has ended. */
const unfinished: EarlyEnd = { by: "unfinished", why: "it still goes on, or it was killed" };

interface ToMake {
  readonly begun: BegunRollout;
  readonly parts: DockerParts;
  readonly change: CheckedChange;
  readonly json: boolean;
}

async function makeRollout(toMake: ToMake): Promise<void> {
  const { begun, parts, change, json } = toMake;
  const { folder, asked, made } = begun;
  const { common, rounds } = asked;
  const from = withOwnFile(folder, "old.yml", asked.from.etcd, change.from);
  const to = withOwnFile(folder, "new.yml", asked.to.etcd, change.to);
  const recordOf = (end: RolloutEnd) => recordFrom(toMake, end);
  const runner = legRunner({ parts, change, folder, rounds });
  const interrupts = endingInOrder(runner.removeAtOnce);
  const end = await rollout(
    {
      rounds,
      seed: common.seed,
      common,
      from,
      to,
      leavesOne: change.pointOfNoReturn !== undefined,
    },
    {
      signal: interrupts.signal,
      run: (leg) => runner.run(leg, interrupts.signal),
      again: ({ leg, round }, why) => {
        say(`round ${round}, ${leg} is made once more: ${why}`);
      },
      changed(runs) {
        const last = runs.at(-1);
        if (last) say(legInALine(last));
        writeRollout(folder, recordOf({ runs, endedEarly: unfinished }));
      },
    },
    made,
  );
  const record = recordOf(end);
  writeRollout(folder, record);
  announceRollout(record, folder, json);
}

/** As its nodes get it: replays and repeats find the same file, whatever becomes of the user's. */
function withOwnFile(
  folder: RolloutFolder,
  name: "old.yml" | "new.yml",
  etcd: string,
  side: PreparedSide,
): SetUpOptions {
  const text = configText(side);
  return text === undefined ? { etcd } : { etcd, config: folder.writeConfig(name, text) };
}

function endingInOrder(removeAtOnce: () => Promise<void>): Interruptible {
  return interruptible({
    first: "healing, saving and judging this run; no other begins",
    again: "removing the cluster and leaving",
    beforeLeaving: removeAtOnce,
    failure: (cause) => `the cluster could not be removed (${cause}): \`ordeal clean\` does so`,
    exitCode: exitCodes.harness,
  });
}

function recordFrom({ begun, change }: ToMake, { runs, endedEarly }: RolloutEnd): RolloutRecord {
  const { asked, startedAt } = begun;
  const { common, rounds, thresholds, command } = asked;
  const { differences, remarks, pointOfNoReturn } = change;
  const comparisons = compareLegs(runs, thresholds);
  const known = {
    remarks,
    rounds,
    runs,
    comparisons,
    ...(endedEarly && { endedEarly }),
    ...(pointOfNoReturn !== undefined && { pointOfNoReturn }),
  };
  return {
    ordeal: "rollout",
    version: 1,
    tool: toolVersion(),
    startedAt,
    command,
    ...sidesOf(asked, change),
    differences,
    nodes: common.nodes,
    workload: common.workload,
    nemeses: common.nemeses,
    timeLimitMs: common.timeLimitMs,
    rate: common.rate,
    seed: common.seed,
    thresholds,
    ...known,
    verdict: judgeRollout(known),
  };
}
