import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { HarnessError, messageOf, UsageError } from "../core/errors.js";

/** Throws UsageError where it fails: the folder is what somebody gave. */
export function writingInto<T>(results: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(
      `the results folder ${results} cannot be written (${messageOf(error)}): give another with --results`,
      { cause: error },
    );
  }
}

/**
 * A new folder that is named after the time, ISO 8601 without its colons, since not every file system
 * takes them. Two may be made in the same millisecond: the later one gets a number.
 */
export function freshFolder(parent: string, time: string): string {
  const stamp = time.replaceAll(":", "-");
  mkdirSync(parent, { recursive: true });
  for (let number = 1; ; number++) {
    const path = join(parent, number === 1 ? stamp : `${stamp}-${number}`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** All of it at once, so that a crash leaves what was there. Throws HarnessError. */
export function writeWhole(path: string, text: string): void {
  try {
    writeFileAtomic.sync(path, text);
  } catch (error) {
    throw new HarnessError(
      `${basename(path)} cannot be written into ${dirname(path)} (${messageOf(error)}): make room or check its permissions`,
      { cause: error },
    );
  }
}
