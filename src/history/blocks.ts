import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { constants, createGunzip } from "node:zlib";
import { Damage } from "./fields.js";

/** Lines that were read at one go. */
export interface Block {
  readonly lines: readonly string[];
  /** False for a last line that lacks its line break. */
  readonly whole: boolean;
  /** How much of the file, as it is on disk, has been read by now. */
  readonly bytes: number;
}

const blockBytes = 1 << 20;
const longestLineBytes = 1 << 26;
const lineBreak = 10;

/**
 * A text file line by line, in blocks; `.gz` is unpacked. A line break at the end makes no empty
 * line, and a compressed file that was cut off yields what can be unpacked.
 */
export async function* blocksOf(path: string): AsyncGenerator<Block, void, undefined> {
  const file = createReadStream(path, { highWaterMark: blockBytes });
  let rest: Buffer[] = [];

  for await (const piece of path.endsWith(".gz") ? unpacked(file) : file) {
    const bytes = piece as Buffer;
    const end = bytes.lastIndexOf(lineBreak);
    if (end === -1) {
      rest.push(bytes);
      // A file that has no lines at all must not fill the memory before somebody says so.
      if (rest.length * bytes.length > longestLineBytes) throw new Damage("a line has no end");
      continue;
    }
    const text = Buffer.concat([...rest, bytes.subarray(0, end)]).toString();
    rest = end + 1 < bytes.length ? [bytes.subarray(end + 1)] : [];
    yield { lines: text.split("\n"), whole: true, bytes: file.bytesRead };
  }
  if (rest.length > 0) {
    yield { lines: [Buffer.concat(rest).toString()], whole: false, bytes: file.bytesRead };
  }
}

/** A piece of a text, which may begin and end anywhere but within a character. */
export interface Piece {
  readonly text: string;
  /** How much of the file, as it is on disk, has been read by now. */
  readonly bytes: number;
}

/** A text file piece by piece; `.gz` is unpacked as `blocksOf` does. */
export async function* piecesOf(path: string): AsyncGenerator<Piece, void, undefined> {
  const file = createReadStream(path, { highWaterMark: blockBytes });
  const decoder = new StringDecoder("utf8");
  for await (const bytes of path.endsWith(".gz") ? unpacked(file) : file) {
    yield { text: decoder.write(bytes as Buffer), bytes: file.bytesRead };
  }
  yield { text: decoder.end(), bytes: file.bytesRead };
}

function unpacked(file: ReturnType<typeof createReadStream>) {
  const gunzip = createGunzip({ chunkSize: blockBytes, finishFlush: constants.Z_SYNC_FLUSH });
  // `pipe` hands on neither errors nor the end that comes when a reader leaves early.
  file.on("error", (error) => gunzip.destroy(error));
  gunzip.on("close", () => file.destroy());
  return file.pipe(gunzip);
}
