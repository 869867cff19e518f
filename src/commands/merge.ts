import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Argv, CommandModule } from "yargs";
import { mergeNights, missingAmong } from "../campaign/soak/merge.js";
import type { Night } from "../campaign/soak/night.js";
import { HarnessError, messageOf, UsageError } from "../core/errors.js";
import { type CampaignFolder, openCampaignFolder } from "../store/campaign-folder.js";
import { announceNight } from "./announce-night.js";
import { lockFolder } from "./folder-lock.js";
import { say } from "./say.js";
import { writeSoakPages } from "./soak-pages.js";

interface Arguments {
  readonly folders: readonly string[];
  readonly results: string;
  readonly allowMissing: boolean;
  readonly json: boolean;
}

export const mergeCommand: CommandModule<object, Arguments> = {
  command: "merge <folders..>",
  describe: "Bring the shards of a soak's night together",

  builder: (yargs) =>
    yargs
      .positional("folders", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "The results folders of `ordeal soak --shard`, one for each shard",
      })
      .options({
        results: {
          type: "string",
          default: "results/soak",
          describe: "Folder of the whole campaign; nights that are there stay",
        },
        "allow-missing": {
          type: "boolean",
          default: false,
          describe: "Merge what there is, though a shard is missing",
        },
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      })
      .example("$0 merge shards/1 shards/2 --results results/soak", "two halves of a night")
      .strict() as unknown as Argv<Arguments>,

  handler({ folders, results, allowMissing, json }) {
    const shards = folders.map(shardIn);
    const night = mergeNights(
      shards.map((shard) => shard.night),
      { allowMissing },
    );
    const missing = missingAmong(shards.map((shard) => shard.night));
    if (missing !== undefined) say(missing);
    const whole = openCampaignFolder<Night>(results);
    const unlock = lockFolder(whole.path);
    try {
      const earlier = whole.readNights();
      if (earlier.some(({ name }) => name === night.name)) {
        throw new UsageError(
          `the night ${night.name} is in ${results} already: give another folder with --results`,
        );
      }
      for (const shard of shards) copyRuns(shard, whole.pathOf(night.name));
      whole.writeNight(night);
      const nights = [...earlier, night].sort((a, b) => (a.name < b.name ? -1 : 1));
      writeSoakPages(whole, nights);
      announceNight(nights, whole, json);
    } finally {
      unlock();
    }
  },
};

interface ShardFolder {
  readonly folder: CampaignFolder<Night>;
  /** The newest. */
  readonly night: Night;
}

function shardIn(path: string): ShardFolder {
  if (!existsSync(path))
    throw new UsageError(`expected a shard's folder, but ${path} is not there`);
  const folder = openCampaignFolder<Night>(path);
  const night = folder.readNights().at(-1);
  if (night) return { folder, night };
  throw new UsageError(
    `expected a shard's folder, but ${path} holds no night: it is what \`ordeal soak --shard\` had for --results`,
  );
}

/** Where two of them are named alike nothing is written over: that would lose a run. */
function copyRuns({ folder, night }: ShardFolder, to: string): void {
  for (const { folder: run } of night.runs) {
    if (run === undefined) continue;
    try {
      const from = join(folder.pathOf(night.name), run);
      cpSync(from, join(to, run), { recursive: true, errorOnExist: true, force: false });
    } catch (error) {
      throw new HarnessError(
        `the run ${run} of ${folder.path} cannot be copied to ${to} (${messageOf(error)}): make room, or give an empty folder with --results`,
        { cause: error },
      );
    }
  }
}
