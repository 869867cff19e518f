import { createReadStream, createWriteStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";

/** The byte of a gzip header that names the system that compressed, and what stands for "unknown". */
const systemByte = 9;
const unknownSystem = 255;

/**
 * Writes all files below a folder into a `.tar.gz`, below `top` in it. The same files give the same
 * bytes: names are sorted, times and owners fixed. Returns how many there are.
 */
export async function packFolder(folder: string, top: string, archive: string): Promise<number> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  const tar = pack();
  const writing = pipeline(tar, createGzip(), nameless, createWriteStream(archive));
  try {
    for (const name of names) {
      const path = join(folder, name);
      const entry = tar.entry({
        name: `${top}/${name}`,
        size: statSync(path).size,
        mode: 0o644,
        mtime: new Date(0),
        uid: 0,
        gid: 0,
      });
      await pipeline(createReadStream(path), entry);
    }
    tar.finalize();
  } catch (error) {
    tar.destroy();
    await writing.catch(() => undefined);
    throw error;
  }
  await writing;
  return names.length;
}

/** The one byte that would differ from system to system. */
async function* nameless(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const piece of pieces) {
    if (at <= systemByte && systemByte < at + piece.length) piece[systemByte - at] = unknownSystem;
    at += piece.length;
    yield piece;
  }
}
