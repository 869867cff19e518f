import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freshFolder, writeWhole, writingInto } from "./writing.js";

/** A rollout's folder: `results/rollout/<time>/`, with a folder for each of its runs in it. */
export interface RolloutFolder {
  readonly path: string;
  readonly page: string;
  /** The etcd-config.yml of nodes before the change, or after it. Gives its path. */
  writeConfig(name: "old.yml" | "new.yml", text: string): string;
  writeRecord(record: object): void;
  writePage(html: string): void;
  writeSummary(markdown: string): void;
}

/** `time` is ISO 8601. Throws UsageError where the folder cannot be made. */
export function createRolloutFolder(results: string, time: string): RolloutFolder {
  const path = writingInto(results, () => {
    mkdirSync(results, { recursive: true });
    return freshFolder(join(results, "rollout"), time);
  });
  const file = (name: string) => join(path, name);
  return {
    path,
    page: file("index.html"),
    writeConfig(name, text) {
      writeWhole(file(name), text);
      return file(name);
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
