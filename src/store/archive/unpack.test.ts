import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.js";
import { unpackRun } from "./unpack.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-unpack-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Entry = Partial<Header> & { readonly name: string; readonly text?: string };

const history: Entry = { name: "a/b/history.ndjson", text: "{}\n" };

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { text = "", ...header } of entries) tar.entry(header, text);
  tar.finalize();
  return buffer(tar);
}

async function archiveOf(...entries: Entry[]): Promise<string> {
  return archiveFrom(gzipSync(await tarOf(entries)));
}

function archiveFrom(bytes: Buffer): string {
  const path = join(folder, "run.tar.gz");
  writeFileSync(path, bytes);
  return path;
}

const unpacked = () => readdirSync(tmpdir()).filter((name) => name.startsWith("ordeal-run-"));
const bounds = { bytes: 100_000, entries: 5 };

async function expectRefusal(archive: string, sentence: RegExp): Promise<void> {
  const before = unpacked();
  const error: unknown = await unpackRun(archive, bounds).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toMatch(sentence);
  expect((error as Error).message).toMatch(/^the archive .*run\.tar\.gz cannot be read: /);
  expect(unpacked()).toEqual(before);
  expect(readdirSync(folder)).toEqual(["run.tar.gz"]);
}

describe("an archive", () => {
  it("is unpacked into a folder that is gone when it is removed", async () => {
    const run = await unpackRun(
      await archiveOf({ name: "a/", type: "directory" }, history, {
        name: "a/b/logs/n1.log",
        text: "x",
      }),
      bounds,
    );
    expect(run.path).toMatch(/a\/b$/);
    expect(readFileSync(join(run.path, "history.ndjson"), "utf8")).toBe("{}\n");
    expect(readFileSync(join(run.path, "logs", "n1.log"), "utf8")).toBe("x");
    run.remove();
    expect(() => readdirSync(run.path)).toThrow(/ENOENT/);
  });

  it("may name its files from where it was made", async () => {
    const run = await unpackRun(
      await archiveOf({ name: "./", type: "directory" }, { ...history, name: "./history.ndjson" }),
      bounds,
    );
    expect(readdirSync(run.path)).toEqual(["history.ndjson"]);
    run.remove();
  });

  it("leaves nobody listening when it is removed", async () => {
    const before = ["exit", "SIGINT"].map((name) => process.listenerCount(name));
    (await unpackRun(await archiveOf(history), bounds)).remove();
    expect(["exit", "SIGINT"].map((name) => process.listenerCount(name))).toEqual(before);
  });
});

describe("nothing is unpacked of an archive", () => {
  it.each<[string, Entry, RegExp]>([
    ["that leads up", { name: "../evil" }, /"\.\.\/evil" in it leads out/],
    ["that leads up later", { name: "a/../../evil" }, /leads out/],
    ["that leads up by another slash", { name: "a\\..\\..\\evil" }, /leads out/],
    ["that names a place of the machine", { name: "/etc/evil" }, /leads out/],
    ["that names a drive", { name: "C:/evil" }, /leads out/],
    ["with a link", { name: "a/l", type: "symlink", linkname: "/etc" }, /is a symlink: only files/],
    ["with a hard link", { name: "a/l", type: "link", linkname: "../x" }, /is a link: only files/],
    ["with a device", { name: "a/d", type: "character-device" }, /is a character-device: only/],
    ["with a pipe", { name: "a/p", type: "fifo" }, /is a fifo: only/],
    ["with two files of a name", history, /holds "a\/b\/history\.ndjson" twice/],
    [
      "with two histories",
      { name: "c/history.ndjson" },
      /expected one history.ndjson in it, found 2/,
    ],
    ["that is huge", { name: "a/zeros", text: "0".repeat(200_000) }, /more than 0\.09\d* MiB when/],
  ])("%s", async (_, entry, sentence) => {
    await expectRefusal(await archiveOf(history, entry), sentence);
  });

  it("of too many files", async () => {
    const files = ["1", "2", "3", "4", "5"].map((name) => ({ name }));
    await expectRefusal(await archiveOf(history, ...files), /more than 5 files/);
  });

  it("without a history", async () => {
    await expectRefusal(await archiveOf({ name: "a.txt", text: "x" }), /found none/);
  });

  it("that is cut off, wherever", async () => {
    const text = Array.from({ length: 5_000 }, (_, i) => String(i * 7919)).join("\n");
    const whole = gzipSync(await tarOf([{ ...history, text }]));
    for (const share of [0.01, 0.5, 0.99]) {
      await expectRefusal(archiveFrom(whole.subarray(0, whole.length * share)), /it is cut off/);
    }
    const tar = await tarOf([{ ...history, text }]);
    await expectRefusal(archiveFrom(gzipSync(tar.subarray(0, 2_000))), /it is cut off/);
  });

  it.each<[string, Buffer, RegExp]>([
    ["that is text", Buffer.from("hello"), /it is no \.tar\.gz/],
    ["that is empty", Buffer.alloc(0), /it is (cut off|empty)/],
    ["that is compressed text", gzipSync("hello ".repeat(500)), /it is no \.tar\.gz/],
    ["that holds nothing", gzipSync(Buffer.alloc(1024)), /it is empty/],
  ])("%s", async (_, bytes, sentence) => {
    await expectRefusal(archiveFrom(bytes), sentence);
  });
});
