import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freshFolder, writeWhole, writingInto } from "./writing.js";

const rollouts = "rollout";

/** A rollout's folder: `results/rollout/<time>/`, with a folder for each of its runs in it. */
export interface RolloutFolder {
  readonly path: string;
  readonly page: string;
  /** The etcd-config.yml of nodes before the change, or after it. Gives its path. */
  writeConfig(name: "old.yml" | "new.yml", text: string): string;
  /** Undefined where there is none. */
  readConfig(name: "old.yml" | "new.yml"): string | undefined;
  /** Undefined where there is none that can be read. What is in it is its writer's business. */
  readRecord(): object | undefined;
  writeRecord(record: object): void;
  writePage(html: string): void;
  writeSummary(markdown: string): void;
}

/** `time` is ISO 8601. Throws UsageError where the folder cannot be made. */
export function createRolloutFolder(results: string, time: string): RolloutFolder {
  const path = writingInto(results, () => {
    mkdirSync(results, { recursive: true });
    return freshFolder(join(results, rollouts), time);
  });
  return openRolloutFolder(path);
}

/** The folder of the newest rollout below a results folder; undefined where there is none. */
export function newestRolloutFolder(results: string): RolloutFolder | undefined {
  const parent = join(results, rollouts);
  if (!existsSync(parent)) return undefined;
  const newest = readdirSync(parent).sort().at(-1);
  return newest === undefined ? undefined : openRolloutFolder(join(parent, newest));
}

function openRolloutFolder(path: string): RolloutFolder {
  const file = (name: string) => join(path, name);
  return {
    path,
    page: file("index.html"),
    writeConfig(name, text) {
      writeWhole(file(name), text);
      return file(name);
    },
    readConfig: (name) => readIfThere(file(name)),
    readRecord: () => {
      const text = readIfThere(file("rollout.json"));
      return text === undefined ? undefined : parsed(text);
    },
    writeRecord: (record) => {
      writeWhole(file("rollout.json"), `${JSON.stringify(record, null, 1)}\n`);
    },
    writePage: (html) => {
      writeWhole(file("index.html"), html);
    },
    writeSummary: (markdown) => {
      writeWhole(file("summary.md"), markdown);
    },
  };
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function parsed(text: string): object | undefined {
  try {
    const record = JSON.parse(text) as { readonly ordeal?: unknown } | null;
    return record?.ordeal === "rollout" ? record : undefined;
  } catch {
    // It was cut short: nothing can be gone on with.
    return undefined;
  }
}
