import { appendFileSync } from "node:fs";
import { HarnessError, messageOf } from "../core/errors.js";

/** Shown by a GitHub workflow that this runs in, if it does. */
export function appendStepSummary(
  markdown: string,
  { GITHUB_STEP_SUMMARY: file }: NodeJS.ProcessEnv,
): void {
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, markdown);
  } catch (error) {
    throw new HarnessError(
      `the summary cannot be written to GITHUB_STEP_SUMMARY, ${file} (${messageOf(error)}): make it writable, or unset it`,
      { cause: error },
    );
  }
}
