import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BugMatrix } from "../campaign/bugs/matrix.js";
import { killAll, ordeal } from "./cli-process.fixture.js";

let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-bugs-"));
});
afterEach(() => {
  killAll();
  rmSync(results, { recursive: true });
});

it("catches a bug where it is, finds nothing where it is not, and leaves evidence of both", async () => {
  const { code, stdout, stderr } = await ordeal(
    ...["bugs", "--case", "watch-at-compacted-tombstone", "--etcd", "3.4.23,3.5.30"],
    ...["--results", results, "--seed", "1", "--json"],
  );
  const { cells, folder } = JSON.parse(stdout) as BugMatrix & { readonly folder: string };
  expect(cells).toMatchObject([
    { version: "3.4.23", isAffected: true, tries: [{ validity: "invalid" }] },
    { version: "3.5.30", isAffected: false, tries: [{ validity: "valid", objecting: [] }] },
  ]);
  const [caught, clean] = cells.flatMap(({ tries }) => tries);
  expect(caught?.caughtBy.length).toBeGreaterThan(0);
  expect(caught?.sentence).toMatch(/was never told of the deletion of/);
  expect(stderr).toContain("watch-at-compacted-tombstone: caught 1 of 1");
  expect(code).toBe(0);
  for (const run of [caught, clean]) {
    expect(existsSync(join(results, run?.folder ?? "", "report.html"))).toBe(true);
  }
  expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("caught 1 of 1");
  expect(readFileSync(join(folder, "bugs.md"), "utf8")).toContain("| clean 1 of 1 |");
});
