import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { blocksOf, piecesOf } from "./blocks.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-blocks-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function collected<T>(things: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const thing of things) all.push(thing);
  return all;
}

// Three bytes a letter: some of them stand astride the ends of what is read at one go.
const lines = Array.from({ length: 40 }, (_, i) => `${i} ${"語".repeat(30_000)}`);

it.each(["text", "text.gz"])("gives a %s whole, whatever its letters, in pieces", async (name) => {
  const path = join(folder, name);
  const text = lines.join("\n");
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  const pieces = await collected(piecesOf(path));
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.map((piece) => piece.text).join("") === text).toBe(true);
});

it("gives the same line by line", async () => {
  const path = join(folder, "text");
  writeFileSync(path, `${lines.join("\n")}\n`);
  const blocks = await collected(blocksOf(path));
  expect(blocks.length).toBeGreaterThan(2);
  expect(blocks.flatMap((block) => block.lines).join("\n") === lines.join("\n")).toBe(true);
});

it("refuses a file that has no lines, before it fills the memory", async () => {
  const path = join(folder, "text.gz");
  writeFileSync(path, gzipSync(Buffer.alloc(80 << 20, "x"), { level: 1 }));
  await expect(collected(blocksOf(path))).rejects.toThrow("a line has no end");
});
