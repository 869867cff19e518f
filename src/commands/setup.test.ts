import { afterEach, expect, test, vi } from "vitest";
import yargs from "yargs";
import { HarnessError, UsageError } from "../core/errors.js";
import { setupCommand } from "./setup.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("without an engine --check prints one object that says so, and fails", async () => {
  const { failure, printed } = await setup("--check", "--json");
  expect(failure).toBeInstanceOf(HarnessError);
  expect(String(failure)).toContain("Not ready for a run, for want of: engine (unix:///none.sock");
  expect(printed.map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      ready: false,
      rows: [
        {
          what: "engine",
          state: "blocking",
          found: "unix:///none.sock (from DOCKER_HOST): no such socket",
          rulesOut: "every run",
        },
      ],
    },
  ]);
});

test("an engine that DOCKER_HOST names and that does not answer is not replaced by another", async () => {
  const { failure } = await setup();
  expect(failure).toBeInstanceOf(HarnessError);
  expect(String(failure)).toContain("Start the engine that DOCKER_HOST names, or unset it.");
});

test("a senseless version is refused before anything is done", async () => {
  const { failure } = await setup("--etcd", "3.5.16,newest");
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toContain('got "newest"');
});

async function setup(...words: string[]): Promise<{ failure: unknown; printed: string[] }> {
  vi.stubEnv("DOCKER_HOST", "unix:///none.sock");
  const printed: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const failure: unknown = await yargs(["setup", ...words])
    .command(setupCommand)
    .exitProcess(false)
    .fail(false)
    .parseAsync()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return { failure, printed };
}
