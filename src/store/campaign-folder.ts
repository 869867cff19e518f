import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UsageError } from "../core/errors.js";
import { writeWhole, writingInto } from "./writing.js";

/** A night as its file holds it; what else is in it is its writer's business. */
interface NightFile {
  readonly ordeal: "night";
  readonly version: 1;
  readonly name: string;
}

/**
 * Where a campaign keeps its nights: `<results>/<night>/night.json` beside the folders of that
 * night's runs, and the pages about all of them in `<results>` itself.
 */
export interface CampaignFolder<Night extends NightFile> {
  readonly path: string;
  /** Oldest first. Throws UsageError where one of them is damaged or of a later version. */
  readNights(): Night[];
  /** All of it at once, so that a crash leaves the one before. */
  writeNight(night: Night): void;
  /** The folder that runs of that night are kept in. */
  pathOf(night: string): string;
  /** A file about all nights, such as `index.html`. */
  writePage(name: string, text: string): void;
}

const nightFile = "night.json";
/** What is left of a run of which only the summary is kept. */
const summaryFiles = ["plan.json", "verdict.json"];

/** Throws UsageError where the folder cannot be made. */
export function openCampaignFolder<Night extends NightFile>(path: string): CampaignFolder<Night> {
  writingInto(path, () => mkdirSync(path, { recursive: true }));
  const pathOf = (night: string) => join(path, night);
  return {
    path,
    pathOf,
    readNights: () =>
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(path, name, nightFile))
        .filter((file) => existsSync(file))
        .sort()
        .map((file) => readNight(file) as Night),
    writeNight: (night) => {
      mkdirSync(pathOf(night.name), { recursive: true });
      writeWhole(join(pathOf(night.name), nightFile), `${JSON.stringify(night, null, 1)}\n`);
    },
    writePage: (name, text) => {
      writeWhole(join(path, name), text);
    },
  };
}

function readNight(file: string): NightFile {
  let night: Partial<NightFile> | null;
  try {
    night = JSON.parse(readFileSync(file, "utf8")) as Partial<NightFile> | null;
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${messageOf(error)}): mend it, or give another folder with --results`,
      { cause: error },
    );
  }
  if (night?.ordeal === "night" && night.version === 1) return night as NightFile;
  throw new UsageError(
    `${file} is no night that this ordeal can read: use the one that wrote it, or give another folder with --results`,
  );
}

/** Leaves the verdict and the plan. */
export function reduceToSummary(runFolder: string): void {
  if (!existsSync(runFolder)) return;
  for (const name of readdirSync(runFolder)) {
    if (summaryFiles.includes(name)) continue;
    rmSync(join(runFolder, name), { recursive: true, force: true });
  }
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** In bytes, of all files below; links count as nothing. */
export function sizeOf(path: string): number {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.reduce((sum, entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return sum + sizeOf(inside);
    return entry.isFile() ? sum + statSync(inside).size : sum;
  }, 0);
}
