import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampleHeader } from "../testing/recorded-runs.js";
import { runCli } from "./run-cli.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-progress-"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

interface Said {
  errors: string;
  output: string;
  code: typeof process.exitCode;
}

interface Watching {
  readonly isTerminal?: boolean;
  readonly onTick?: (said: Said) => void;
}

/**
 * Runs the command line in this process. What would be shown now and then is shown whenever the
 * event loop turns; `onTick` is told of what was said so far.
 */
async function watch(
  words: readonly string[],
  { isTerminal = false, onTick }: Watching = {},
): Promise<Said> {
  const said: Said = { errors: "", output: "", code: undefined };
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said.errors += String(chunk);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    said.output += String(chunk);
    return true;
  });
  vi.stubEnv("CI", "");
  vi.stubGlobal("setInterval", everyTurn);
  vi.stubGlobal("clearInterval", (timer: Timer) => (timer.isOver = true));
  const { isTTY } = process.stderr;
  process.stderr.isTTY = isTerminal;
  try {
    await runCli(words);
    return { ...said, code: process.exitCode };
  } finally {
    process.stderr.isTTY = isTTY;
    process.exitCode = undefined;
  }

  function everyTurn(show: () => void): Timer {
    const timer: Timer = { isOver: false };
    const tick = () => {
      if (timer.isOver) return;
      show();
      onTick?.(said);
      setImmediate(tick);
    };
    setImmediate(tick);
    return timer;
  }
}

interface Timer {
  isOver: boolean;
}

const note = "x".repeat(300);

/** A run whose history takes several reads: one client that writes and reads a key in turn. */
function savedRun(): string {
  const run = join(folder, "run");
  mkdirSync(run);
  const lines = [JSON.stringify(sampleHeader)];
  const event = (rest: object) =>
    lines.push(JSON.stringify({ index: lines.length - 1, at: lines.length, ...rest, note }));
  for (let value = 1; value <= 3_000; value++) {
    event({ type: "invoke", process: 0, node: "n1", input: { f: "write", key: "a", value } });
    event({ type: "ok", process: 0, output: { revision: value } });
    event({ type: "invoke", process: 0, node: "n1", input: { f: "read", key: "a" } });
    event({ type: "ok", process: 0, output: { value, modRevision: value, version: value } });
  }
  writeFileSync(join(run, "history.ndjson"), `${lines.join("\n")}\n`);
  return run;
}

/** The same as EDN. */
function theirs(): string {
  const path = join(folder, "theirs.edn");
  const lines = Array.from({ length: 3_000 }, (_, i) =>
    ["0 :invoke :write", "0 :ok :write", "1 :invoke :read", "1 :ok :read"].map((event) => {
      const [process, type, f] = event.split(" ");
      return `{:process ${process}, :type ${type}, :f ${f}, :value ${i}, :note "${note}"}`;
    }),
  );
  writeFileSync(path, lines.flat().join("\n"));
  return path;
}

const asEdn = ["--format", "jepsen-edn"];
const reading = /\d+ s {2}reading: [\d,]+ events, \d+ % of the file/;
const judging = /\d+ s {2}judging: linearizable/;

describe("a check", () => {
  it.each<[string, () => string[]]>([
    ["of a run", () => [savedRun()]],
    ["of another tool's history", () => [theirs(), ...asEdn]],
  ])("%s shows on a terminal how far it is", async (_, words) => {
    const { errors, output } = await watch(["check", ...words()], { isTerminal: true });
    expect(errors).toMatch(reading);
    expect(errors).toMatch(judging);
    expect(errors).toMatch(/\nordeal: [A-Z]+ .*\n$/);
    expect(output).toBe("");
  });

  it("says so in plain lines elsewhere", async () => {
    const { errors } = await watch(["check", savedRun()]);
    expect(errors).toMatch(new RegExp(`^${reading.source}$`, "m"));
    expect(errors).toMatch(/^\d+ s {2}judging: stats$/m);
  });

  it("keeps all of it from standard output", async () => {
    const { errors, output } = await watch(["check", theirs(), ...asEdn, "--json"]);
    expect(errors).toMatch(reading);
    expect(JSON.parse(output)).toMatchObject({ ordeal: "verdict", validity: "valid" });
  });
});

describe("a signal", () => {
  /** Sends it once, as soon as that was said. */
  function interruptAt(moment: RegExp): (said: Said) => void {
    let isSent = false;
    return ({ errors }) => {
      if (isSent || !moment.test(errors)) return;
      isSent = true;
      process.emit("SIGINT", "SIGINT");
    };
  }

  it.each<[string, () => string[]]>([
    ["a run", () => [savedRun()]],
    ["another tool's history", () => [theirs(), ...asEdn]],
  ])("ends the reading of %s, and nothing is judged", async (_, words) => {
    const { errors, code } = await watch(["check", ...words()], { onTick: interruptAt(reading) });
    expect(errors).toMatch(/SIGINT: judging no further; once more to leave at once/);
    expect(errors).toMatch(/INCONCLUSIVE .*stopped before the history was read/);
    expect(code).toBe(2);
  });

  it.each<[string, () => string[]]>([
    ["a run", () => [savedRun()]],
    ["another tool's history", () => [theirs(), ...asEdn]],
  ])("ends the judging of %s, and what there is is told", async (_, words) => {
    const { errors, code } = await watch(["check", ...words()], { onTick: interruptAt(judging) });
    expect(errors).toMatch(/linearizable: .*undecided when the check was stopped/);
    expect(errors).toMatch(/ordeal: INCONCLUSIVE/);
    expect(code).toBe(2);
  });

  it("leaves the verdict as it is that was saved before", async () => {
    const run = savedRun();
    await watch(["check", run], { onTick: interruptAt(judging) });
    expect(existsSync(join(run, "verdict.json"))).toBe(false);
    await watch(["check", run]);
    expect(existsSync(join(run, "verdict.json"))).toBe(true);
  });

  it("is not listened for when the check is over", async () => {
    const before = process.listenerCount("SIGINT");
    await watch(["check", theirs(), ...asEdn]);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
