import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { excerptOf, textOf } from "../campaign/shrink/excerpt.js";
import type { History } from "../core/history.js";
import type { Input } from "../core/operation.js";
import { embedding } from "../report/report-data.js";
import { completePhases, fault, historyOf, ok } from "../testing/histories.js";
import { runCli } from "./run-cli.js";

// The page itself is not built where unit tests run.
vi.mock("../report/load-template.js", () => ({
  loadTemplate: () =>
    `<html><head><title>ordeal</title></head><body>${embedding.placeholder}</body></html>`,
}));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ordeal-shrink-"));
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

/** Runs the command line in this process; `onTick` is told of what was said so far. */
async function ordeal(words: readonly string[], onTick?: (said: Said) => void): Promise<Said> {
  const said: Said = { errors: "", output: "", code: undefined };
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said.errors += String(chunk);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    said.output += String(chunk);
    return true;
  });
  if (onTick) {
    vi.stubEnv("CI", "true");
    vi.stubGlobal("setInterval", (show: () => void) =>
      everyTurn(show, () => {
        onTick(said);
      }),
    );
    vi.stubGlobal("clearInterval", (timer: Timer) => {
      timer.isOver = true;
    });
  }
  try {
    await runCli(words);
    return { ...said, code: process.exitCode };
  } finally {
    process.exitCode = undefined;
  }
}

interface Timer {
  isOver: boolean;
}

/** What would be shown now and then is shown whenever the event loop turns. */
function everyTurn(show: () => void, onTick: () => void): Timer {
  const timer: Timer = { isOver: false };
  const tick = () => {
    if (timer.isOver) return;
    show();
    onTick();
    setImmediate(tick);
  };
  setImmediate(tick);
  return timer;
}

const key = "register/0";
const read = { f: "read", key };
const write = (value: number) => ({ f: "write", key, value });
const swap = { f: "cas", key, on: "value", expected: 1, value: 2 };
const saw = (value: number) => ({ value, modRevision: 1, version: 1 });
const revisions = { revision: 1 };

const stale = historyOf<Input, unknown>(
  [
    ok(0, "4..5", write(1), revisions),
    ok(1, "6..7", read, saw(1)),
    ok(2, "8..9", write(2), revisions),
    ok(1, "10..11", read, saw(2)),
    ok(0, "12..13", read, saw(1)),
  ],
  { phases: completePhases, faults: [fault("partition", { inForce: 7, healed: 9, over: 10 })] },
);

const right = historyOf<Input, unknown>(
  [
    ok(0, "1..2", write(1), revisions),
    ok(0, "3..4", read, saw(1)),
    ok(0, "5..6", swap, { swapped: true, revision: 2 }),
    ok(0, "9..10", read, saw(2), { phase: "final" }),
  ],
  {
    header: { timeLimitMs: 1_000, rate: 1 },
    phases: [0, 7, 8, 11].map((index, place) => ({
      ...{ index, atNs: index * 1e6 },
      phase: (["main", "healing", "final", "end"] as const)[place] ?? "end",
    })),
  },
);

/** A run's folder with this history. */
function saved(history: History, text = textOfRun(history)): string {
  const path = join(folder, "run");
  mkdirSync(path);
  writeFileSync(join(path, "history.ndjson"), text);
  return path;
}

function textOfRun(history: History): string {
  const { events } = excerptOf(history, history.operations, { keepsLogs: true });
  return textOf({ header: history.header, events });
}

describe("ordeal shrink", () => {
  it("leaves a folder like a run's, which check and report take", async () => {
    const run = saved(stale);
    const said = await ordeal(["shrink", run]);
    expect(said.code).toBe(1);
    expect(said.output).toBe("");
    expect(said.errors).toContain("left:      3 of 5 operations; without any one of them linear");
    expect(said.errors).toMatch(/key register\/0: process 0 on n1 read 1 although process 1 on n3/);
    expect(said.errors).toContain("ordeal: INVALID  A violation was found by linearizable");
    const shrunk = join(run, "shrunk");
    expect(readdirSync(shrunk).sort()).toEqual(["history.ndjson", "report.html", "verdict.json"]);
    expect(said.errors).toContain(`npx ordeal check ${shrunk}\n`);
    expect(said.errors).toContain(`npx ordeal report ${shrunk}\n`);

    const checked = await ordeal(["check", shrunk, "--json"]);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.output)).toMatchObject({
      validity: "invalid",
      incomplete: false,
      checkers: { linearizable: { validity: "invalid" }, stats: { details: { operations: 3 } } },
    });
    rmSync(join(shrunk, "report.html"));
    expect((await ordeal(["report", shrunk])).errors).toContain(join(shrunk, "report.html"));
    expect(existsSync(join(shrunk, "report.html"))).toBe(true);
    expect(existsSync(join(run, "report.html"))).toBe(false);
  });

  it("keeps what the members said where that is the violation", async () => {
    const member = { index: 20, atNs: 20e6, node: "n1", toldRevision: 9, readRevision: 4 };
    const run = saved({ ...right, members: [{ ...member, unanswered: [] }] });
    const said = await ordeal(["shrink", run, "--checker", "members-agree"]);
    expect(said.code).toBe(1);
    expect(said.errors).toContain("0 of 4 operations");
    expect(said.errors).toMatch(/members-agree: n1 answered a linearizable read with revision 4/);
  });

  it("writes one file where it is asked to, the same each time", async () => {
    const run = saved(stale);
    const [one, other] = [join(folder, "new", "a.ndjson"), join(folder, "b.ndjson.gz")];
    await ordeal(["shrink", run, "--out", one]);
    await ordeal(["shrink", join(run, "history.ndjson"), "--out", other]);
    const text = readFileSync(one, "utf8");
    expect(gunzipSync(readFileSync(other)).toString()).toBe(text);
    expect(text.split("\n")[0]).toContain('"shrunkFrom":{"run":"drawn","operations":5}');
    expect(text).toContain('"stage":"in-force"');
    expect(existsSync(join(run, "shrunk"))).toBe(false);
    expect((await ordeal(["check", other])).code).toBe(1);
  });

  it("does not hang its result on a link that will name another run", async () => {
    const run = saved(stale);
    symlinkSync("run", join(folder, "latest"));
    const said = await ordeal(["shrink", join(folder, "latest")]);
    expect(said.errors).toContain(`check it:  npx ordeal check ${join(run, "shrunk")}\n`);
  });

  it("finds a place beside a history that lies alone", async () => {
    const alone = join(folder, "it's mine.ndjson");
    writeFileSync(alone, textOfRun(stale));
    const said = await ordeal(["shrink", alone]);
    expect(existsSync(join(folder, "it's mine-shrunk", "report.html"))).toBe(true);
    expect(said.errors).toContain(`npx ordeal check '${folder}/it'\\''s mine-shrunk'\n`);
  });

  it("prints one JSON object on standard output where asked to, and nothing else", async () => {
    const run = saved(stale);
    const said = await ordeal(["shrink", run, "--json", "--checker", "linearizable"]);
    expect(said.errors).toBe("");
    expect(JSON.parse(said.output)).toMatchObject({
      ...{ checker: "linearizable", operations: 3, of: 5, isMinimal: true },
      history: join(run, "shrunk", "history.ndjson"),
      report: join(run, "shrunk", "report.html"),
      commands: { check: `npx ordeal check ${join(run, "shrunk")}` },
      verdict: { validity: "invalid", exitCode: 1 },
    });
  });
});

describe("a Ctrl-C", () => {
  it("keeps the smallest found so far, and says that it is not minimal yet", async () => {
    const run = saved(stale);
    let isPressed = false;
    const said = await ordeal(["shrink", run], ({ errors }) => {
      if (isPressed || !/shrinking: .*operations left/.test(errors)) return;
      isPressed = true;
      process.emit("SIGINT", "SIGINT");
    });
    expect(said.errors).toContain("SIGINT: keeping the smallest history found so far");
    expect(said.errors).toMatch(/left: {6}3 of 5 operations; this is not minimal yet/);
    expect(said.code).toBe(1);
    expect((await ordeal(["check", join(run, "shrunk")])).code).toBe(1);
  });

  it.each([
    ["while it reads", /^/],
    ["while it judges", /judging: linearizable/],
  ])("writes nothing before there is anything smaller: %s", async (_, moment) => {
    const run = saved(stale);
    let isPressed = false;
    const said = await ordeal(["shrink", run], ({ errors }) => {
      if (isPressed || !moment.test(errors)) return;
      isPressed = true;
      process.emit("SIGINT", "SIGINT");
    });
    expect(said.errors).toMatch(/INCONCLUSIVE .*nothing was written/);
    expect(said.code).toBe(2);
    expect(existsSync(join(run, "shrunk"))).toBe(false);
  });
});

describe("is told in one sentence that", () => {
  async function expectComplaint(words: readonly string[], sentence: RegExp): Promise<void> {
    const said = await ordeal(["shrink", ...words]);
    expect(said.errors).toMatch(sentence);
    expect(said.errors.trim().split("\n")).toHaveLength(1);
    expect(said.code).toBe(64);
  }

  it("there is nothing to shrink in a valid history", async () => {
    const run = saved(right);
    await expectComplaint([run], /a violation was found, but .*run is valid: there is nothing/);
    expect(existsSync(join(run, "shrunk"))).toBe(false);
  });

  it("there is nothing to shrink in an inconclusive one", async () => {
    const run = saved(historyOf(right.operations));
    await expectComplaint([run], /but .*run is inconclusive: there is nothing to shrink/);
  });

  it("another checker found nothing", async () => {
    const words = [saved(stale), "--checker", "crash-log"];
    await expectComplaint(words, /was found by crash-log, but .*run is valid: there is nothing/);
  });

  it("there is no such checker", async () => {
    const words = [saved(stale), "--checker", "linearisable"];
    await expectComplaint(words, /--checker .*did you mean "linearizable"/);
  });

  it("a file is not there", async () => {
    await expectComplaint([join(folder, "none")], /none does not exist/);
  });

  it("a folder is no run's", async () => {
    await expectComplaint([folder], /there is no history.ndjson in/);
  });

  it("a history is damaged", async () => {
    const lines = textOfRun(stale).split("\n");
    lines[2] = "{";
    await expectComplaint([saved(stale, lines.join("\n"))], /is damaged at line 3/);
  });

  it.each(["out.ndjson", "folder", "run/history.ndjson"])("%s exists already", async (name) => {
    const run = saved(stale);
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "out.ndjson"), "mine");
    const before = readFileSync(join(run, "history.ndjson"), "utf8");
    await expectComplaint([run, "--out", join(folder, name)], /exists already: .*--out/);
    expect(readFileSync(join(folder, "out.ndjson"), "utf8")).toBe("mine");
    expect(readFileSync(join(run, "history.ndjson"), "utf8")).toBe(before);
  });

  it("it was shrunk before", async () => {
    const run = saved(stale);
    mkdirSync(join(run, "shrunk"));
    await expectComplaint([run], /shrunk exists already: remove it, or give another file/);
  });

  it("a file cannot be made where another stands in place of its folder", async () => {
    writeFileSync(join(folder, "file"), "");
    const out = join(folder, "file", "a.ndjson");
    // Told before anything is judged, so that no long search is in vain.
    await expectComplaint([saved(right), "--out", out], /a.ndjson cannot be written .*--out/);
  });
});
