import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProcess } from "./run-process.js";

const nightPath = "/nights/one";

/** A program in place of ordeal, which gets the words that ordeal would. */
function run(script: string, signal = new AbortController().signal) {
  return runProcess({
    program: [process.execPath, "-e", script, "--"],
    words: ["test", "--seed", "7"],
    command: "npx ordeal test --seed 7",
    nightPath,
    startedAt: "2026-01-02T03:04:05.678Z",
    elapsedMs: () => 1234.4,
    signal,
  });
}

const verdict = {
  ordeal: "verdict",
  sentence: "A violation was found.",
  folder: join(nightPath, "register-kill/then"),
  checkers: {
    linearizable: { validity: "invalid", summary: "s", findings: [{ message: "stale" }] },
    coverage: { validity: "unknown", summary: "too little", findings: [] },
    stats: {
      validity: "valid",
      summary: "",
      findings: [],
      details: { total: { ok: 3, fail: 2, info: 1, latencyMs: {} } },
    },
  },
};
const printing = (code: number) =>
  `console.log(${JSON.stringify(JSON.stringify(verdict))}); process.exitCode = ${code};`;

describe("a run in a process of its own", () => {
  it("is told by its verdict", async () => {
    expect(await run(printing(1))).toEqual({
      startedAt: "2026-01-02T03:04:05.678Z",
      wallMs: 1234,
      command: "npx ordeal test --seed 7",
      folder: "register-kill/then",
      outcome: "invalid",
      sentence: "A violation was found.",
      findings: [
        { checker: "linearizable", message: "stale" },
        { checker: "coverage", message: "too little" },
      ],
      operations: { ok: 3, fail: 2, info: 1 },
    });
    expect(await run(printing(2))).toMatchObject({ outcome: "unknown" });
    expect(await run(printing(0))).toMatchObject({ outcome: "valid" });
  });

  it("is asked for with the words, the folder of the night, and JSON", async () => {
    const { sentence } = await run("console.error('ordeal: ' + process.argv.slice(1).join(' '))");
    expect(sentence).toBe(`test --seed 7 --results ${nightPath} --json`);
  });

  it.each([
    [
      "console.error('ordeal: no room'); console.error('    more'); process.exitCode = 3",
      "no room",
    ],
    ["console.error('Segmentation fault'); process.exitCode = 139", "Segmentation fault"],
    ["process.exitCode = 0", "The run ended with exit code 0 and said nothing."],
    ["process.kill(process.pid, 'SIGKILL')", "The run was killed by SIGKILL and said nothing."],
    ["console.log('null'); console.error('odd')", "odd"],
    [printing(3) + "console.error('ordeal: the engine is gone')", "the engine is gone"],
  ])("has failed where it came to no verdict: %s", async (script, sentence) => {
    expect(await run(script)).toMatchObject({ outcome: "failed", sentence, findings: [] });
  });

  it("has failed where the program cannot be started", async () => {
    const result = await runProcess({
      program: ["/there/is/no/such/program"],
      words: [],
      command: "",
      nightPath,
      startedAt: "",
      elapsedMs: () => 0,
      signal: new AbortController().signal,
    });
    expect(result.outcome).toBe("failed");
  });

  it("is told of an interrupt once, and may end in order", async () => {
    const interrupt = new AbortController();
    const script = `let count = 0;
      process.on("SIGTERM", () => { count += 1; setTimeout(() => { console.error("ordeal: told " + count); process.exit(2); }, 100); });
      setInterval(() => undefined, 1000);`;
    const ended = run(script, interrupt.signal);
    setTimeout(() => {
      interrupt.abort("SIGTERM");
    }, 500);
    expect(await ended).toMatchObject({ outcome: "failed", sentence: "told 1" });
  });
});
