import { readFileSync } from "node:fs";
import { HarnessError, messageOf } from "../../core/errors.js";

export interface Comparison {
  readonly isSame: boolean;
  /** Lines from the first one on that are the same to the byte. */
  readonly sameLines: number;
  /** Of the first history. */
  readonly lines: number;
}

const newline = 0x0a;

/** Two histories byte by byte, for clusters whose runs can be repeated exactly. */
export function compareHistories(path: string, otherPath: string): Comparison {
  const [one, other] = [read(path), read(otherPath)];
  const at = firstDifference(one, other);
  return {
    isSame: at === undefined,
    sameLines: linesIn(at === undefined ? one : one.subarray(0, at)),
    lines: linesIn(one),
  };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new HarnessError(`the history ${path} cannot be compared: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function firstDifference(one: Buffer, other: Buffer): number | undefined {
  if (one.equals(other)) return undefined;
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one[at] === other[at]) at += 1;
  return at;
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
