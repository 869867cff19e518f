import { expect, it } from "vitest";
import { prometheusText } from "./metrics.js";
import {
  aCell,
  aFailure,
  aViolation,
  hostile,
  hostileNight,
  nightOf,
  runOf,
} from "./testing-night.fixture.js";

it("counts runs by what came of their last attempt, and operations of all", () => {
  const night = nightOf([
    runOf({ number: 0, ...aViolation }),
    runOf({ number: 1, ...aFailure }),
    runOf({ number: 1, attempt: 2, wallMs: 1250 }),
  ]);
  expect(samplesOf(prometheusText(night, { elapsedMs: 90_500 }))).toEqual([
    'ordeal_soak_info{night="2026-11-27T22-00-00.000Z",tool="0.1.0",seed="4711",shard=""} 1',
    "ordeal_soak_elapsed_seconds 90.5",
    'ordeal_soak_runs{outcome="invalid"} 1',
    'ordeal_soak_runs{outcome="failed"} 0',
    'ordeal_soak_runs{outcome="unknown"} 0',
    'ordeal_soak_runs{outcome="valid"} 1',
    "ordeal_soak_retries_total 1",
    'ordeal_soak_operations_total{outcome="ok"} 1800',
    'ordeal_soak_operations_total{outcome="fail"} 120',
    'ordeal_soak_operations_total{outcome="info"} 80',
    "ordeal_soak_last_run_wall_seconds 1.25",
  ]);
});

it("names the run that is under way, and the shard", () => {
  const night = nightOf([], { shard: { part: 3, of: 5 } });
  const running = { ...aCell, nemeses: ["kill", "pause"], config: "ha.yml" };
  const samples = samplesOf(prometheusText(night, { running, elapsedMs: 0 }));
  expect(samples).toContain(
    'ordeal_soak_current_run{workload="register",nemeses="kill+pause",etcd="3.5.30",nodes="5",config="ha.yml"} 1',
  );
  expect(samples[0]).toContain('shard="3/5"');
});

it("escapes what would end a label or a line", () => {
  const running = { ...aCell, etcd: 'a"b\\c\nd' };
  const text = prometheusText(nightOf([]), { running, elapsedMs: 0 });
  expect(text).toContain(String.raw`etcd="a\"b\\c\nd"`);
});

it("is well formed, whatever values say", () => {
  const night = hostileNight(hostile);
  const text = prometheusText(night, { running: night.cells[0] ?? aCell, elapsedMs: 1 });
  const label = String.raw`[a-z]+="(?:[^"\\\n]|\\["\\n])*"`;
  const sample = new RegExp(String.raw`^[a-z_]+(\{${label}(,${label})*\})? [\d.]+$`);
  expect(text.endsWith("\n")).toBe(true);
  for (const line of samplesOf(text)) expect(line).toMatch(sample);
  expect(samplesOf(text)).toHaveLength(12);
});

it("says of each metric once what it is, before its samples", () => {
  const lines = prometheusText(nightOf([runOf()]), { running: aCell, elapsedMs: 1 }).split("\n");
  const types = lines.filter((line) => line.startsWith("# TYPE "));
  expect(new Set(types).size).toBe(7);
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith("# TYPE ")) continue;
    const [, , name = ""] = line.split(" ");
    expect(lines[index - 1]).toMatch(new RegExp(`^# HELP ${name} .+\\.$`));
    expect(lines[index + 1]).toMatch(new RegExp(`^${name}[ {]`));
  }
});

function samplesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
