import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError } from "../core/errors.js";

/**
 * The viewer as vite built it: one HTML file that lacks only its data. Throws HarnessError where it
 * was not built.
 */
export function loadTemplate(): string {
  const path = join(packageRoot(), "dist/src/report/viewer/index.html");
  if (!existsSync(path)) {
    throw new HarnessError(
      `The report's page was expected at ${path}, which does not exist: run "npm run build" first.`,
    );
  }
  return readFileSync(path, "utf8");
}

/** The same from `src/report` and from `dist/src/report`. */
function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  let folder = here;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new HarnessError(`No package.json was found above ${here}: install ordeal again.`);
    }
    folder = parent;
  }
  return folder;
}
