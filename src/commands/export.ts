import { renameSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { messageOf, UsageError } from "../core/errors.js";
import { readHistoryHeader } from "../history/reader.js";
import { readRun } from "../judge/judge-history.js";
import { saveReport } from "../run-test.js";
import { copyCleaned, placeOf } from "../store/archive/clean-run.js";
import { thisMachine } from "../store/archive/machine-words.js";
import { packFolder } from "../store/archive/pack.js";
import { isArchive } from "../store/archive/unpack.js";
import { openRun } from "../store/find-runs.js";
import { openRunFolder, type RunFolder } from "../store/run-folder.js";
import { temporaryFolder, type TemporaryFolder } from "../store/temporary-folder.js";
import { printable } from "../core/printable.js";
import { printJson, say } from "./say.js";

interface Arguments {
  readonly run: string;
  readonly out: string | undefined;
  readonly json: boolean;
}

export const exportCommand: CommandModule<object, Arguments> = {
  command: "export <run>",
  describe: "Make one archive of a saved run, without machine paths and secrets",

  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "A run's folder" })
      .options({
        out: {
          type: "string",
          describe: "The archive to write, .tar.gz; by default it is called as the run is",
        },
        json: { type: "boolean", default: false, describe: "One JSON object on standard output" },
      })
      .epilogue(
        "The archive holds the history, the plan, the verdict, the logs and a report made anew. check, report and export take it in place of a run's folder.",
      ),

  async handler({ run: path, out, json }) {
    if (out !== undefined && !isArchive(out)) {
      throw new UsageError(`expected --out to end in .tar.gz or .tgz, got "${out}"`);
    }
    const run = await openRun(path);
    try {
      if (!run.folder) {
        throw new UsageError(`expected a run's folder, but ${path} is a history that lies alone`);
      }
      const place = placeOf(run.folder.path, await readHistoryHeader(run.history));
      const archive = resolve(out ?? `${place.replace("/", "-")}.tar.gz`);
      const { files, leftOut } = await exportRun(run.folder, place, archive);
      const { size } = statSync(archive);
      if (json) {
        printJson({ archive, files, bytes: size, leftOut });
        return;
      }
      if (leftOut.length > 0) say(`left out: ${printable(leftOut.join(", "))}`);
      say(`archive: ${archive}  (${files} files, ${(size / 2 ** 20).toFixed(1)} MiB)`);
    } finally {
      run.close();
    }
  },
};

/** Written beside its place first, so that there is never a part of an archive in it. */
async function exportRun(folder: RunFolder, place: string, archive: string) {
  const temporary = folderBeside(archive);
  try {
    const copy = openRunFolder(join(temporary.path, "run"));
    const leftOut = await copyCleaned(folder, copy, thisMachine());
    await saveCleanReport(copy);
    const packed = join(temporary.path, basename(archive));
    const files = await packFolder(copy.path, place, packed);
    renameSync(packed, archive);
    return { files, leftOut };
  } finally {
    temporary.remove();
  }
}

/** Of what is in the copy, and nothing else. A run that was never judged has none. */
async function saveCleanReport(copy: RunFolder): Promise<void> {
  const verdict = copy.readVerdict();
  if (!verdict) return;
  const { history } = await readRun(copy.history, {});
  saveReport(copy, { history, verdict });
}

function folderBeside(archive: string): TemporaryFolder {
  try {
    return temporaryFolder(dirname(archive), ".ordeal-export-");
  } catch (cause) {
    throw new UsageError(
      `the archive ${archive} cannot be written (${messageOf(cause)}): give another with --out`,
      { cause },
    );
  }
}
