import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RunVerdict } from "../core/run.js";
import { killAll, ordeal } from "./cli-process.fixture.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-power-"));
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true });
});

async function verdictOf(...words: string[]) {
  const faults = ["--nemesis", "power-failure", "--nemesis-interval", "3", "--seed", "1"];
  const where = ["--results", folder, "--nodes", "3", "--rate", "100", "--json"];
  const { code, stdout } = await ordeal("test", ...faults, ...where, ...words);
  return { code, verdict: JSON.parse(stdout) as RunVerdict };
}

it("an etcd that does not sync breaks its promises when its power fails, and that is found", async () => {
  const config = join(folder, "etcd-config.yml");
  writeFileSync(config, "unsafe-no-fsync: true\n");
  const { code, verdict } = await verdictOf("--config", config, "--time-limit", "30");
  expect(verdict.validity).toBe("invalid");
  expect(code).toBe(1);
});

it("one that syncs keeps them", async () => {
  const { code, verdict } = await verdictOf("--time-limit", "15");
  expect(verdict.validity).toBe("valid");
  expect(code).toBe(0);
});
