import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readHistory } from "../../history/reader.js";
import { type RegisterInput, type RegisterOutput, registerModel } from "../../models/register.js";
import type { Operation } from "../../porcupine-ts/model.js";
import { judge } from "../judge.js";
import { allShapes } from "./all-shapes.js";
import { type Case, cases } from "./cases.js";
import { growthLine, growthsOf } from "./checkers.js";
import { writeLargeHistory } from "./large-history.js";
import type { Measurement } from "./measurement.js";
import { rowOf } from "./table.js";

const folder = mkdtempSync(join(tmpdir(), "ordeal-bench-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("calls no two cases by the same name", () => {
  for (const list of [cases, allShapes()]) {
    const names = list.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

it("knows the verdict of every history that it measures", async () => {
  for (const { load } of cases.filter(({ operations }) => operations <= 500)) {
    for (const history of load()) {
      expect((await history.judge({})).validity).toBe(history.expected);
    }
  }
});

describe("a large history", () => {
  const write = (name: string, seed: number) => {
    const path = join(folder, name);
    writeLargeHistory(path, 2_000, seed);
    return path;
  };

  it("is the same for the same seed, and another for another", () => {
    const [once, again, other] = [write("a", 1), write("b", 1), write("c", 2)].map((path) =>
      readFileSync(path, "utf8"),
    );
    expect(once).toBe(again);
    expect(once).not.toBe(other);
  });

  it("is a whole run of the register workload, and valid", async () => {
    const history = await readHistory(write("d", 3));
    expect(history.torn).toBe(false);
    expect(history.phases.map(({ phase }) => phase)).toEqual(["main", "healing", "final", "end"]);
    const types = history.operations.map(({ outcome }) => outcome.type);
    expect(types.filter((type) => type === "info").length).toBeGreaterThan(1);
    const operations = history.operations
      .filter(({ outcome }) => outcome.type !== "fail")
      .map(({ input, outcome, index, completedIndex }) => ({
        input: input as RegisterInput,
        call: index,
        ...(outcome.type === "ok" && {
          output: outcome.output as RegisterOutput,
          return: completedIndex,
        }),
      })) satisfies Operation<RegisterInput, RegisterOutput>[];
    const { validity, partitions } = await judge(registerModel, operations);
    expect(validity).toBe("valid");
    expect(partitions.length).toBeGreaterThan(8);
  });
});

describe("a line of the table", () => {
  const its: Case = {
    name: "a case",
    operations: 10,
    load: () => [],
    go: { fromMs: 100, toMs: 300 },
    target: { steadyMs: 60, timesFaster: 2, memoryMb: 20 },
  };
  const measured: Measurement = {
    operations: 10,
    verdict: "valid",
    engines: ["zones"],
    firstMs: 90,
    steadyMs: 25,
    runs: 5,
    engineMs: 3,
    memoryMb: 12,
  };

  it("compares with the least that was needed", () => {
    expect(rowOf(its, measured)).toMatchObject({
      go: "100 ms to 300 ms",
      times: "4.0",
      met: "yes",
      target: "< 60 ms; 2 times; < 20 MB",
    });
  });

  it("says which part of the target was missed", () => {
    const slow = { ...measured, steadyMs: 70, memoryMb: 30 };
    expect(rowOf(its, slow).met).toBe("no: steady, memory, times");
  });

  it("meets nothing with a wrong verdict, with none, or without a measurement", () => {
    expect(rowOf(its, { ...measured, verdict: "wrong", wrong: "not so" })).toMatchObject({
      verdict: "wrong; not so",
      met: "no",
    });
    expect(rowOf(its, { ...measured, verdict: "unknown" }).met).toBe("no");
    expect(rowOf(its, "ended with SIGKILL")).toMatchObject({
      verdict: "ended with SIGKILL",
      met: "no",
    });
  });
});

describe("the growth of a checker's time", () => {
  const timesOf = (events: number, cpuMs: number, validity: "valid" | "invalid" = "valid") => ({
    events,
    checkers: [{ name: "one", validity, cpuMs }],
  });
  const growthsTo = (long: ReturnType<typeof timesOf>) =>
    growthsOf({ workload: "kv", short: timesOf(1_000, 20), long });

  it("is 1 where ten times the events take ten times as long", () => {
    expect(growthsTo(timesOf(10_000, 200)).map(growthLine)).toEqual([
      "| kv | one | 1,000 | 20 ms | 10,000 | 200 ms | 1.00 | yes |",
    ]);
    expect(growthsTo(timesOf(10_000, 2_000)).map(growthLine).join()).toContain("| 10.00 |");
  });

  it("is of no use where a sound history was called wrong", () => {
    expect(growthsTo(timesOf(10_000, 200, "invalid"))).toMatchObject([{ isValid: false }]);
  });
});
