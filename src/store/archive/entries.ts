import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";

/** What an archive may come to when it is unpacked. */
export interface ArchiveBounds {
  readonly bytes: number;
  readonly entries: number;
}

/** What is wrong with an archive, in words that follow "the archive x.tar.gz cannot be read: ". */
export class ArchiveDamage extends Error {
  override readonly name = "ArchiveDamage";
}

export type TakeFile = (path: string, content: AsyncIterable<unknown>) => Promise<void>;

/**
 * Hands on the files of a `.tar.gz` one by one, by their paths below the folder that they are to be
 * unpacked into; each has to be read to its end. Rejects with ArchiveDamage where an entry leads out
 * of that folder or is anything but a file or a folder, where there are two of a path, where a bound
 * is passed, and where the archive is cut off or none.
 */
export async function filesOf(
  archive: string,
  { bytes: mostBytes, entries: mostEntries }: ArchiveBounds,
  takeFile: TakeFile,
): Promise<void> {
  const tar = extract();
  const seen = new Set<string>();
  let entries = 0;
  const taking = (async () => {
    for await (const entry of tar) {
      entries += 1;
      if (entries > mostEntries) throw new ArchiveDamage(`it holds more than ${mostEntries} files`);
      const path = pathOf(entry.header);
      if (seen.has(path)) throw new ArchiveDamage(`it holds "${path}" twice`);
      if (path !== "") seen.add(path);
      if (entry.header.type === "directory") entry.resume();
      else await takeFile(path, entry);
    }
  })();
  // Told below, by whichever of the two was first.
  taking.catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : undefined);
  });
  try {
    await pipeline(createReadStream(archive), createGunzip(), atMost(mostBytes), tar);
  } catch (error) {
    await taking.catch((first: unknown) => {
      if (first instanceof ArchiveDamage) throw first;
    });
    throw damageOf(error);
  }
  await taking;
  if (entries === 0) throw new ArchiveDamage("it is empty");
}

/** Of the file system's own trouble nothing is said about the archive. */
function damageOf(error: unknown): unknown {
  if (error instanceof ArchiveDamage || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (/^E[A-Z]+$/.test(code)) return error;
  return new ArchiveDamage(
    /unexpected end/i.test(error.message) ? "it is cut off" : `it is no .tar.gz (${error.message})`,
    { cause: error },
  );
}

function pathOf({ name, type }: Header): string {
  if (type !== "file" && type !== "contiguous-file" && type !== "directory") {
    throw new ArchiveDamage(`"${name}" in it is a ${type}: only files and folders may be`);
  }
  const parts = name.split(/[/\\]/).filter((part, i) => i === 0 || part !== "");
  const isOutside = parts[0] === "" || parts.includes("..") || /^[A-Za-z]:/.test(name);
  if (isOutside || name.includes("\0")) {
    throw new ArchiveDamage(`"${name}" in it leads out of the folder that it is unpacked into`);
  }
  return parts.filter((part) => part !== ".").join("/");
}

function atMost(bytes: number): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      sum += chunk.length;
      if (sum <= bytes) done(null, chunk);
      else done(new ArchiveDamage(`it is more than ${bytes / 2 ** 20} MiB when it is unpacked`));
    },
  });
}
