import { appendFileSync } from "node:fs";
import { renderSoakPage } from "../campaign/soak/index-page.js";
import { junitXml } from "../campaign/soak/junit.js";
import { annotations, summaryMarkdown } from "../campaign/soak/markdown.js";
import type { Night } from "../campaign/soak/night.js";
import { summaryOf } from "../campaign/soak/summary.js";
import { HarnessError, messageOf } from "../core/errors.js";
import type { CampaignFolder } from "../store/campaign-folder.js";

/** Everything that a campaign leaves beside its nights; all of it is made anew each time. */
export function writeSoakPages(folder: CampaignFolder<Night>, nights: readonly Night[]): void {
  const newest = nights.at(-1);
  if (!newest) return;
  folder.writePage("index.html", renderSoakPage({ nights }));
  folder.writePage("summary.json", `${JSON.stringify(summaryOf(newest), null, 2)}\n`);
  folder.writePage("junit.xml", junitXml(newest));
  folder.writePage("summary.md", summaryMarkdown(nights));
}

/** Tells a GitHub workflow that this runs in, if it does, by its own means. */
export function tellWorkflow(
  nights: readonly Night[],
  { GITHUB_STEP_SUMMARY: file, GITHUB_ACTIONS: isWorkflow }: NodeJS.ProcessEnv,
): void {
  const newest = nights.at(-1);
  if (file !== undefined && file !== "") append(file, summaryMarkdown(nights));
  if (isWorkflow !== "true" || !newest) return;
  for (const line of annotations(newest)) process.stderr.write(`${line}\n`);
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new HarnessError(
      `the summary cannot be written to GITHUB_STEP_SUMMARY, ${file} (${messageOf(error)}): make it writable, or unset it`,
      { cause: error },
    );
  }
}
