import { join } from "node:path";
import {
  type CampaignFolder,
  reduceToSummary,
  removeFolder,
  sizeOf,
} from "../../store/campaign-folder.js";
import type { Night, NightRun } from "./night.js";

/** What is left of runs that passed. */
export const keepings = ["none", "summary", "all"] as const;
export type Keeping = (typeof keepings)[number];

/** Runs that found something are always kept whole; what proves nothing is kept to be looked into. */
export function keepOf({ outcome }: NightRun, passing: Keeping): Keeping {
  return outcome === "valid" ? passing : "all";
}

/** Leaves of a run's folder what is to be kept. */
export function keepRun(run: NightRun, kept: Keeping, nightPath: string): NightRun {
  if (run.folder === undefined) return { ...run, kept: "none" };
  const path = join(nightPath, run.folder);
  if (kept === "summary") reduceToSummary(path);
  if (kept !== "none") return { ...run, kept };
  removeFolder(path);
  return Object.fromEntries(
    Object.entries({ ...run, kept }).filter(([name]) => name !== "folder"),
  ) as unknown as NightRun;
}

/**
 * Takes away of old runs until the folder holds no more than `maxBytes`: first the bulk of those
 * that passed, then that of those that proved nothing, then their summaries, the oldest first each
 * time. Runs that found a violation stay, whatever happens.
 */
export function makeRoom(
  nights: readonly Night[],
  { folder, maxBytes }: { readonly folder: CampaignFolder<Night>; readonly maxBytes: number },
): { readonly nights: readonly Night[]; readonly isFull: boolean } {
  const kept = nights.map((night) => ({ night, runs: [...night.runs] }));
  let excess = sizeOf(folder.path) - maxBytes;
  for (const { isMeant, left } of sacrifices) {
    for (const { night, runs } of kept) {
      for (const [index, run] of runs.entries()) {
        if (excess <= 0) break;
        if (!isMeant(run)) continue;
        runs[index] = keepRun(run, left, folder.pathOf(night.name));
        excess = sizeOf(folder.path) - maxBytes;
      }
    }
  }
  return { nights: kept.map(({ night, runs }) => ({ ...night, runs })), isFull: excess > 0 };
}

interface Sacrifice {
  readonly isMeant: (run: NightRun) => boolean;
  readonly left: Keeping;
}

const sacrifices: readonly Sacrifice[] = [
  { isMeant: ({ outcome, kept }) => outcome === "valid" && kept === "all", left: "summary" },
  { isMeant: ({ outcome, kept }) => outcome !== "invalid" && kept === "all", left: "summary" },
  { isMeant: ({ outcome, kept }) => outcome !== "invalid" && kept === "summary", left: "none" },
];
