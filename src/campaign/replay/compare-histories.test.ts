import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HarnessError } from "../../core/errors.js";
import { compareHistories } from "./compare-histories.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-compare-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function compared(one: string, other: string) {
  const paths = [one, other].map((text, index) => {
    const path = join(folder, `${index}.ndjson`);
    writeFileSync(path, text);
    return path;
  });
  return compareHistories(paths[0] ?? "", paths[1] ?? "");
}

it.each([
  ["the same", "a\nb\nc\n", "a\nb\nc\n", { isSame: true, sameLines: 3, lines: 3 }],
  ["another last line", "a\nb\nc\n", "a\nb\nd\n", { isSame: false, sameLines: 2, lines: 3 }],
  ["another first line", "a\nb\n", "c\nb\n", { isSame: false, sameLines: 0, lines: 2 }],
  ["one that goes on", "a\nb\n", "a\nb\nc\n", { isSame: false, sameLines: 2, lines: 2 }],
  ["one that ends early", "a\nb\nc\n", "a\n", { isSame: false, sameLines: 1, lines: 3 }],
  ["a torn one", "a\nb\nc", "a\nb\nc\n", { isSame: false, sameLines: 2, lines: 2 }],
])("tells a history from %s", (_, one, other, expected) => {
  expect(compared(one, other)).toEqual(expected);
});

it("says which one cannot be read", () => {
  const path = join(folder, "none");
  expect(() => compareHistories(path, path)).toThrow(HarnessError);
});
