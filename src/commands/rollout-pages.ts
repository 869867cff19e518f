import { renderRolloutPage } from "../campaign/rollout/page/page.js";
import { rolloutMarkdown } from "../campaign/rollout/page/rollout-markdown.js";
import type { RolloutRecord } from "../campaign/rollout/rollout-record.js";
import type { RolloutFolder } from "../store/rollout-folder.js";

/** Anew after each run, so that a crash leaves what there was. */
export function writeRollout(folder: RolloutFolder, record: RolloutRecord): void {
  folder.writeRecord(record);
  folder.writePage(renderRolloutPage(record));
  folder.writeSummary(rolloutMarkdown(record));
}
