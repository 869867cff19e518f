import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isAffected } from "../src/core/scenario.js";
import { readHistoryHeader } from "../src/history/reader.js";
import { judgeHistory } from "../src/judge/judge-history.js";
import { scenarios } from "./index.js";

const folder = "scenarios/caught";
const files = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));

/** Runs in which a stock etcd was caught, mostly made small: no checker may lose one of them again. */
it.each(files)("finds what was caught in %s", async (file) => {
  const path = join(folder, file);
  const { scenario: notes, cluster } = await readHistoryHeader(path);
  const scenario = scenarios[notes?.name ?? ""];
  if (!scenario) throw new Error(`${file} is of no scenario that is known`);
  const [version = ""] = new Set(Object.values(cluster.versions));
  expect(file).toBe(`${scenario.name}-${version}.ndjson`);
  expect(isAffected(scenario.bug, version)).toBe(true);

  const { verdict } = await judgeHistory(path, {
    ...{ deadlineMs: 60_000, memoryMb: 1_024, judgedAt: "2026-01-01T00:00:00.000Z" },
  });
  const objecting = Object.entries(verdict.checkers)
    .filter(([, { validity }]) => validity === "invalid")
    .map(([name]) => name);
  expect(verdict.validity).toBe("invalid");
  expect(scenario.caughtBy.some((name) => objecting.includes(name))).toBe(true);
});

it("has at least one for each known bug", () => {
  for (const name of Object.keys(scenarios)) {
    expect(files.some((file) => file.startsWith(`${name}-3`))).toBe(true);
  }
});
