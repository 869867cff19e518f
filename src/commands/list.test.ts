import { afterEach, expect, test, vi } from "vitest";
import yargs from "yargs";
import { nemeses } from "../../nemeses/index.js";
import { UsageError } from "../core/errors.js";
import { listCommand } from "./list.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("without an engine each nemesis is told, and that nobody looked whether it can be had here", async () => {
  const { failure, printed } = await list("nemeses", "--json");
  expect(failure).toBeUndefined();
  const told = JSON.parse(printed) as { nemeses: { name: string; thisMachine: string }[] };
  expect(told.nemeses.map(({ name }) => name)).toEqual(Object.keys(nemeses));
  for (const { thisMachine } of told.nemeses) {
    expect(thisMachine).toMatch(/^not tried, since no Docker engine answers/);
  }
});

test("everything is listed without a look at the machine", async () => {
  const { failure, printed } = await list("--json");
  expect(failure).toBeUndefined();
  expect(Object.keys(JSON.parse(printed) as object)).toEqual([
    ...["workloads", "nemeses", "scenarios", "bugs"],
  ]);
  expect(printed).not.toContain("thisMachine");
  const told = JSON.parse(printed) as { nemeses: { name: string; targets: string[] }[] };
  const targets = Object.fromEntries(told.nemeses.map((row) => [row.name, row.targets]));
  expect(targets).toMatchObject({ corrupt: ["one", "leader", "minority"], restore: [] });
});

test.each([
  [["workloads", "--verify"], /give it to `ordeal list nemeses`/],
  [["nemeses", "--seed", "3"], /are for --verify/],
  [["nemeses", "--verify", "--nemesis", "kil"], /did you mean "kill"/],
])("%j is refused", async (words, message) => {
  const { failure } = await list(...words);
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toMatch(message);
});

async function list(...words: string[]): Promise<{ failure: unknown; printed: string }> {
  vi.stubEnv("DOCKER_HOST", "unix:///none.sock");
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const failure: unknown = await yargs(["list", ...words])
    .command(listCommand)
    .exitProcess(false)
    .fail(false)
    .parseAsync()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  return { failure, printed };
}
