import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { embedding } from "../report/report-data.js";
import { openRunFolder } from "../store/run-folder.js";
import { runCli } from "./run-cli.js";

// The page itself is not built where unit tests run.
vi.mock("../report/load-template.js", () => ({
  loadTemplate: () =>
    `<html><head><title>ordeal</title></head><body>${embedding.placeholder}</body></html>`,
}));

let results: string;
let said: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-without-engine-"));
  said = "";
  vi.stubEnv("DOCKER_HOST", "tcp://127.0.0.1:1");
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(results, { recursive: true });
});

const job = ["--workload", "register", "--nemesis", "partition,kill,pause", "--time-limit", "60"];

it("judges a simulated cluster, and says so at the start, in the verdict and in the title", async () => {
  vi.stubEnv("CI", "");
  await runCli(["test", ...job, "--seed", "7", "--results", results]);
  const folder = openRunFolder(join(results, "latest"));
  const caveat = "This judges a simulated cluster in virtual time and not etcd itself.";
  const [first, second] = said.split("\n");
  expect(first).toMatch(/No Docker engine answers .*127.0.0.1:1.* runs on a simulated cluster/);
  expect(second).toContain(caveat);
  expect(folder.readVerdict()).toMatchObject({ validity: "valid" });
  expect(folder.readVerdict()?.sentence).toContain(caveat);
  expect(/<title>.*<\/title>/.exec(readFileSync(folder.report, "utf8"))?.[0]).toContain(caveat);
  expect(folder.readPlan()?.command).toContain("--cluster simulated");
  expect(process.exitCode).toBe(0);
});

it("with CI=true a simulation is judged where it is asked for", async () => {
  vi.stubEnv("CI", "true");
  await runCli(["test", ...job, "--cluster", "simulated", "--seed", "7", "--results", results]);
  expect(said).not.toContain("Docker engine");
  expect(process.exitCode).toBe(0);
});
