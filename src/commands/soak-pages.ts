import { renderSoakPage } from "../campaign/soak/index-page.js";
import { junitXml } from "../campaign/soak/junit.js";
import { annotations, summaryMarkdown } from "../campaign/soak/markdown.js";
import type { Night } from "../campaign/soak/night.js";
import { summaryOf } from "../campaign/soak/summary.js";
import type { CampaignFolder } from "../store/campaign-folder.js";
import { appendStepSummary } from "./step-summary.js";

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
export function tellWorkflow(nights: readonly Night[], environment: NodeJS.ProcessEnv): void {
  const newest = nights.at(-1);
  appendStepSummary(summaryMarkdown(nights), environment);
  if (environment["GITHUB_ACTIONS"] !== "true" || !newest) return;
  for (const line of annotations(newest)) process.stderr.write(`${line}\n`);
}
