import { createWriteStream, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HarnessError, messageOf, UsageError } from "../../core/errors.js";
import { temporaryFolder } from "../temporary-folder.js";
import { type ArchiveBounds, ArchiveDamage, filesOf } from "./entries.js";

/** A run's folder out of an archive, which is gone with the process at the latest. */
export interface UnpackedRun {
  readonly path: string;
  remove(): void;
}

/** Far more than any run leaves. */
const usualBounds: ArchiveBounds = { bytes: 4 * 2 ** 30, entries: 1_000 };

export function isArchive(path: string): boolean {
  return /\.(tar\.gz|tgz)$/.test(path);
}

/**
 * Unpacks a run that was exported. All of the archive is looked at before anything is written.
 * Rejects with UsageError where it is not to be trusted, is damaged, or holds not just one history.
 */
export async function unpackRun(archive: string, bounds = usualBounds): Promise<UnpackedRun> {
  try {
    const inside = await runIn(archive, bounds);
    const folder = temporaryFolder(tmpdir(), "ordeal-run-");
    try {
      await filesOf(archive, bounds, (path, content) => write(join(folder.path, path), content));
    } catch (error) {
      folder.remove();
      throw error;
    }
    return {
      path: join(folder.path, inside),
      remove: () => {
        folder.remove();
      },
    };
  } catch (error) {
    if (error instanceof ArchiveDamage) {
      throw new UsageError(`the archive ${archive} cannot be read: ${error.message}`, {
        cause: error,
      });
    }
    throw new HarnessError(
      `the archive ${archive} cannot be unpacked into ${tmpdir()} (${messageOf(error)}): make room or check its permissions`,
      { cause: error },
    );
  }
}

/** The folder in it that has the history. */
async function runIn(archive: string, bounds: ArchiveBounds): Promise<string> {
  const histories: string[] = [];
  await filesOf(archive, bounds, async (path, content) => {
    if (basename(path) === "history.ndjson") histories.push(path);
    await pipeline(content, nowhere());
  });
  const [history] = histories;
  if (history !== undefined && histories.length === 1) return dirname(history);
  const found = histories.length === 0 ? "none" : String(histories.length);
  throw new ArchiveDamage(`expected one history.ndjson in it, found ${found}`);
}

function nowhere(): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
}

/** Never over another file. */
async function write(path: string, content: AsyncIterable<unknown>): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await pipeline(content, createWriteStream(path, { flags: "wx" }));
}
