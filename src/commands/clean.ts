import type { CommandModule } from "yargs";
import { inWords, listMade, type Made, removeLeftovers } from "../cluster/docker/clean.js";
import { connectEngine, type Engine } from "../cluster/docker/engine.js";
import { HarnessError } from "../core/errors.js";
import { printJson, say } from "./say.js";

interface Arguments {
  readonly list: boolean;
  readonly all: boolean;
  readonly run: string | undefined;
  readonly json: boolean;
}

export const cleanCommand: CommandModule<object, Arguments> = {
  command: "clean",
  describe: "Remove the containers and networks that runs left behind",

  builder: (yargs) =>
    yargs.options({
      list: { type: "boolean", default: false, describe: "Show what there is, remove nothing" },
      all: {
        type: "boolean",
        default: false,
        describe: "Also what belongs to a run that is still on, or to one on another host",
      },
      run: { type: "string", describe: "Only what this run made" },
      json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
    }),

  async handler(given) {
    const engine = await connectEngine();
    await (given.list ? show(engine, given) : remove(engine, given));
  },
};

async function show(engine: Engine, { json, run }: Arguments): Promise<void> {
  const there = (await listMade(engine)).filter((made) => run === undefined || made.run === run);
  if (json) printJson({ there });
  for (const made of there) say(`${inWords(made)}: ${whose(made)}`);
  if (there.length === 0) say("nothing of ordeal's is there");
}

async function remove(engine: Engine, { all, run, json }: Arguments): Promise<void> {
  const options = { log: say, all, ...(run !== undefined && { run }) };
  const { removed, failed, directories } = await removeLeftovers(engine, options);
  const left = (await listMade(engine)).filter(
    (made) => made.owner !== "gone" && !all && (run === undefined || made.run === run),
  );
  if (json) printJson({ removed, failed, directories, left });
  for (const made of left) say(`left alone: ${inWords(made)}, ${whose(made)}`);
  if (removed.length + failed.length + directories.length === 0) say("there was nothing to clean");
  if (failed.length === 0) return;
  throw new HarnessError(
    `${failed.length} of ${removed.length + failed.length} leftovers could not be removed: see above for the engine's reasons, and try again.`,
  );
}

function whose({ owner, ownerPid, kept }: Made): string {
  switch (owner) {
    case "alive":
      return `in use by process ${ownerPid}`;
    case "gone":
      return kept ? "kept on request" : "left behind";
    case "unknown":
      return "of another host or of unknown origin (`--all` removes it)";
  }
}
