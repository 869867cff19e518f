import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { recordedConfig } from "../campaign/replay/recorded-config.js";
import type { SavedRun } from "../campaign/replay/saved-run.js";
import type { TestOptions } from "../test-options.js";
import { bedNamed } from "./choose-bed.js";
import { type PreparedBed, testBeds } from "./test-beds.js";

/**
 * A cluster as the saved run had it. Throws UsageError where this version cannot make such a one,
 * HarnessError where its engine or its etcd cannot be had.
 */
export async function prepareAgain(saved: SavedRun, options: TestOptions): Promise<PreparedBed> {
  const { seed, clusterSeed = seed } = options;
  const bed = testBeds[bedNamed(options.cluster)];
  if (options.cluster === "simulated") return bed.prepare({ ...options, seed: clusterSeed });
  return withConfigFile(saved, options, (asRecorded) => bed.prepare(asRecorded));
}

async function withConfigFile<T>(
  { plan }: SavedRun,
  options: TestOptions,
  use: (options: TestOptions) => Promise<T>,
): Promise<T> {
  const config = recordedConfig(plan, options);
  if (options.config === undefined && Object.keys(config).length === 0) return use(options);
  const directory = mkdtempSync(join(tmpdir(), "ordeal-replay-"));
  try {
    const path = join(directory, "etcd-config.yml");
    writeFileSync(path, stringify(config));
    return await use({ ...options, config: path });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
