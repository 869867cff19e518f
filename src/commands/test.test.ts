import fc from "fast-check";
import { expect, it } from "vitest";
import yargs from "yargs";
import type { TestOptions } from "../test-options.js";
import { commandFor, optionsFrom, testOptions } from "./test.js";

/** What the command line makes of words, as a shell would split them. */
function parsed(words: readonly string[]): TestOptions {
  const given = testOptions(yargs([...words]).exitProcess(false)).parseSync();
  return optionsFrom(given);
}

function shellWords(command: string): string[] {
  const words = command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g);
  return [...words].map(([, quoted, plain]) => plain ?? quoted?.replaceAll("'\\''", "'") ?? "");
}

const duration = fc.integer({ min: 1, max: 10_000_000 });

const words = fc
  .record({
    cluster: fc.constantFrom([], ["--cluster", "docker"]),
    nemesis: fc.subarray(["partition", "pause", "kill"]),
    target: fc.subarray(["one", "leader", "n1", "n3"]),
    nodes: fc.constantFrom(3, 5, 7),
    etcd: fc.constantFrom("3.5.30", "debian:trixie", "/opt/my builds/etcd's/etcd"),
    flags: fc.subarray(["--tls", "--serializable"]),
    data: fc.constantFrom("tmpfs", "disk"),
    rate: fc.integer({ min: 1, max: 5_000 }),
    concurrency: fc.integer({ min: 1, max: 100 }),
    seed: fc.nat(),
    limit: duration,
    interval: duration,
    timeout: duration,
    recovery: duration,
  })
  .map((given) => [
    ...given.cluster,
    ...(given.nemesis.length > 0 ? ["--nemesis", given.nemesis.join(",")] : []),
    ...(given.nemesis.length > 0 && given.target.length > 0
      ? ["--target", given.target.join(",")]
      : []),
    ...["--nodes", `${given.nodes}`, "--etcd", given.etcd, "--data", given.data, ...given.flags],
    ...["--rate", `${given.rate}`, "--concurrency", `${given.concurrency}`],
    ...["--seed", `${given.seed}`, "--time-limit", `${given.limit}ms`],
    ...["--nemesis-interval", `${given.interval}ms`, "--request-timeout", `${given.timeout}ms`],
    ...["--recovery-limit", `${given.recovery}ms`],
  ]);

it("says how to ask for the very same run again", () => {
  fc.assert(
    fc.property(words, (given) => {
      const options = parsed(given);
      const [, , , ...again] = shellWords(commandFor(options));
      expect(parsed(again)).toEqual(options);
    }),
  );
});

it("takes a bare number for seconds", () => {
  expect(parsed(["--time-limit", "90"]).timeLimitMs).toBe(90_000);
  expect(commandFor(parsed(["--time-limit", "90"]))).toContain("--time-limit 90s ");
});

it("draws a seed where none is given", () => {
  expect(Number.isSafeInteger(parsed([]).seed)).toBe(true);
});
