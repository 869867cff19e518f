import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HarnessError } from "../../core/errors.js";
import { hasInterpreter, refuseStatic } from "./clock-linkage.js";

/** Kinds of segments as elf.h numbers them. */
const kinds = { load: 1, dynamic: 2, interpreter: 3, stack: 0x6474e551 };
const entryBytes = 56;

function elf(segments: readonly number[]): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(entryBytes, 54);
  header.writeUInt16LE(segments.length, 56);
  const entries = segments.map((kind) => {
    const entry = Buffer.alloc(entryBytes);
    entry.writeUInt32LE(kind);
    return entry;
  });
  return Buffer.concat([header, ...entries]);
}

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ordeal-linkage-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function built(content: Buffer | string): Promise<string> {
  const path = join(folder, "etcd");
  await writeFile(path, content);
  return path;
}

it("knows programs that are linked to libraries by the loader that they name", async () => {
  const { load, dynamic, interpreter, stack } = kinds;
  expect(await hasInterpreter(await built(elf([load, interpreter, dynamic])))).toBe(true);
  expect(await hasInterpreter(await built(elf([load, load, stack])))).toBe(false);
  expect(await hasInterpreter(await built(elf([])))).toBe(false);
  expect(await hasInterpreter(await built("#!/bin/sh\necho it starts etcd\n"))).toBe(false);
});

it("refuses a build whose clock cannot be moved alone, in a sentence that names it", async () => {
  const build = { version: "3.5.99", directory: folder };
  await built(elf([kinds.load, kinds.interpreter]));
  await refuseStatic([build], "arm64");
  await built(elf([kinds.load]));
  await refuseStatic([build], "amd64");
  const refusal = refuseStatic([build], "arm64");
  await expect(refusal).rejects.toThrow(HarnessError);
  await expect(refusal).rejects.toThrow(/^etcd 3\.5\.99 is linked statically, .*\.$/);
});
