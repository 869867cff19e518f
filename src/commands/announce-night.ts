import { join } from "node:path";
import type { Night } from "../campaign/soak/night.js";
import { headlineOf } from "../campaign/soak/night-in-words.js";
import { exitCodeOf, summaryOf } from "../campaign/soak/summary.js";
import type { CampaignFolder } from "../store/campaign-folder.js";
import { printable } from "../core/printable.js";
import { printJson, say } from "./say.js";
import { tellWorkflow } from "./soak-pages.js";

/** Says what came of the newest night, and sets the exit code. */
export function announceNight(
  nights: readonly Night[],
  folder: CampaignFolder<Night>,
  json: boolean,
): void {
  const newest = nights.at(-1);
  if (!newest) return;
  const page = join(folder.path, "index.html");
  if (json) printJson({ ...summaryOf(newest), page });
  say(`page:    ${page}`);
  say(`ordeal: ${printable(headlineOf(newest))}`);
  process.exitCode = exitCodeOf(newest);
  tellWorkflow(nights, process.env);
}
