import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { changesIn, recordedConfig } from "../campaign/replay/recorded-config.js";
import type { SavedRun } from "../campaign/replay/saved-run.js";
import { type SetUp, setUpName } from "../core/cluster.js";
import type { Plan } from "../core/run.js";
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
  const directory = mkdtempSync(join(tmpdir(), "ordeal-replay-"));
  try {
    const fileOf = (
      ran: Pick<Plan, "etcd" | "config">,
      given: string | undefined,
      name: string,
    ) => {
      const config = recordedConfig(plan.run, ran, options);
      if (given === undefined && Object.keys(config).length === 0) return {};
      const path = join(directory, name);
      writeFileSync(path, stringify(config));
      return { config: path };
    };
    const { changes, variation, ...rest } = options;
    const recorded = changesIn(plan);
    const again = (asked: { readonly config?: string }, setUp: SetUp) => {
      const ran = recorded.find((one) => one.setUp === setUp);
      return ran ? fileOf(ran, asked.config, `${setUp}.yml`) : {};
    };
    return await use({
      ...rest,
      ...fileOf(plan, options.config, "etcd-config.yml"),
      ...(changes && {
        changes: changes.map((one, index) => ({
          ...one,
          ...again(one, setUpName(index + 1, false)),
        })),
      }),
      ...(variation && { variation: { ...variation, ...again(variation, setUpName(0, true)) } }),
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
