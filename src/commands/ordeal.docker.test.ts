import { type ChildProcess, execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listMade } from "../cluster/docker/clean.js";
import { connectEngine, type Engine } from "../cluster/docker/engine.js";
import type { RunVerdict } from "../core/run.js";
import { readHistory } from "../history/reader.js";
import { findRuns } from "../store/find-runs.js";
import { killAll, ordeal, start } from "./cli-process.fixture.js";

let results: string;
let engine: Engine;

beforeAll(async () => {
  engine = await connectEngine();
});
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "ordeal-run-"));
});
afterEach(async () => {
  killAll();
  await ordeal("clean");
  rmSync(results, { recursive: true });
});

const test = (...words: string[]) => ["test", "--results", results, ...words];

/** The only run in the results folder. */
function theRun() {
  const [run] = findRuns(results);
  if (!run) throw new Error(`there is no run in ${results}`);
  return run;
}

/** Everything that this process's children have in the engine. */
async function madeBy(child: ChildProcess) {
  return (await listMade(engine)).filter(({ ownerPid }) => ownerPid === child.pid);
}

const isLoaded = /operations|with .* for \d+ s/;

describe("ordeal test", () => {
  it("finds etcd valid under all three kinds of fault, and leaves a run that says the same", async () => {
    const run = start(
      test(
        "--nemesis",
        "partition,pause,kill",
        "--time-limit",
        "20",
        "--nemesis-interval",
        "3",
        "--json",
      ),
    );
    const { code, stdout } = await run.ended;
    const verdict = JSON.parse(stdout) as RunVerdict & { folder: string };
    expect(verdict).toMatchObject({ validity: "valid", incomplete: false });
    expect(code).toBe(0);
    expect(await madeBy(run.child)).toEqual([]);
    const { folder } = theRun();
    expect(folder.readPlan()?.schedule.length).toBeGreaterThan(2);
    expect(folder.readPlan()?.command).toMatch(/--seed \d+/);
    expect(readFileSync(folder.report, "utf8")).toContain("<title>");
    for (const node of ["n1", "n2", "n3", "n4", "n5"]) {
      expect(readFileSync(join(folder.logs, `${node}.log`), "utf8")).toMatch(/etcd/);
    }
  });

  it("finds serializable reads stale under partition, and check says so without Docker", async () => {
    const run = await ordeal(
      ...test(
        "--serializable",
        "--nemesis",
        "partition",
        "--time-limit",
        "20",
        "--nemesis-interval",
        "3",
      ),
    );
    expect(run.stderr).toMatch(/INVALID {2}A violation was found by linearizable/);
    expect(run.code).toBe(1);
    const again = await start(["check", theRun().folder.path, "--json"], {
      env: { DOCKER_HOST: "tcp://127.0.0.1:1", PATH: "" },
    }).ended;
    const verdict = JSON.parse(again.stdout) as RunVerdict;
    expect(again.code).toBe(1);
    const [finding] = verdict.checkers["linearizable"]?.findings ?? [];
    expect(finding?.message).toMatch(/read .* although/);
    expect(finding?.operations.length).toBeGreaterThanOrEqual(2);
    expect(finding?.counterexample?.operations.length).toBeLessThanOrEqual(6);
  });

  it.each(["3.4.23", "3.3.25"])("runs over mutual TLS on %s", async (version) => {
    const run = await ordeal(
      ...test(
        "--tls",
        "--nodes",
        "3",
        "--etcd",
        version,
        "--nemesis",
        "kill",
        "--time-limit",
        "8",
        "--nemesis-interval",
        "1",
      ),
    );
    expect(run.stderr).toMatch(/ordeal: VALID/);
    expect(run.code).toBe(0);
  });

  it("reports a key of the config that etcd refuses in etcd's own words", async () => {
    const config = join(results, "etcd-config.yml");
    writeFileSync(config, "election-timeout: 100\nheartbeat-interval: 100\n");
    const run = start(test("--config", config, "--nodes", "1", "--time-limit", "5"));
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/election-timeout/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(64);
    expect(await madeBy(run.child)).toEqual([]);
  });

  it("keeps a cluster where it was asked to, says how to get in, and clean removes it", async () => {
    const run = start(test("--keep", "--nodes", "1", "--time-limit", "3"));
    const { stderr } = await run.ended;
    expect(stderr).toMatch(/docker exec/);
    expect((await madeBy(run.child)).length).toBe(2);
    expect((await ordeal("clean")).code).toBe(0);
    expect(await madeBy(run.child)).toEqual([]);
  });
});

describe("every way out", () => {
  const long = () =>
    test("--nemesis", "partition,pause,kill", "--time-limit", "60", "--nemesis-interval", "2");

  it("SIGINT heals, saves, judges what there is, and leaves nothing", async () => {
    const run = start(long());
    await run.said(isLoaded);
    await untilFaults(1);
    run.child.kill("SIGINT");
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/SIGINT/);
    expect(stderr).toMatch(/INCONCLUSIVE/);
    expect(code).toBe(2);
    expect(await madeBy(run.child)).toEqual([]);
    const history = await readHistory(theRun().folder.history);
    expect(history.phases.at(-1)).toMatchObject({ phase: "end", reason: "SIGINT" });
    expect(history.faults.filter(({ overAtNs }) => overAtNs === undefined)).toEqual([]);
  });

  it("SIGTERM before there is a load leaves nothing and says so in a sentence", async () => {
    const run = start(long());
    await untilMade(run.child);
    run.child.kill("SIGTERM");
    const { code, stderr } = await run.ended;
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([2, 3]).toContain(code);
    expect(await madeBy(run.child)).toEqual([]);
  });

  it("a second SIGINT leaves at once, and leaves nothing", async () => {
    const run = start(long());
    await run.said(isLoaded);
    run.child.kill("SIGINT");
    await run.said(/once more to leave at once/);
    // Nobody presses a key twice within half a second: that is one press that was passed on.
    await promisify(execFile)("sleep", ["0.6"]);
    run.child.kill("SIGINT");
    const { code } = await run.ended;
    expect([2, 3]).toContain(code);
    expect(await madeBy(run.child)).toEqual([]);
  });

  it("SIGKILL leaves a history that can be judged, and clean removes the rest", async () => {
    const run = start(long());
    await run.said(isLoaded);
    await untilFaults(2);
    run.child.kill("SIGKILL");
    await run.ended;
    expect((await madeBy(run.child)).length).toBe(6);

    const check = await ordeal("check", theRun().folder.path);
    expect(check.stderr).toMatch(/INCONCLUSIVE/);
    expect(check.code).toBe(2);

    const next = start(test("--nodes", "1", "--time-limit", "1"));
    await next.said(/an earlier run left 6 things behind: `ordeal clean` removes them/);
    await next.ended;

    expect((await ordeal("clean")).code).toBe(0);
    expect(await madeBy(run.child)).toEqual([]);
  });

  it("an engine that dies in mid-run is told in a sentence, and what was recorded is kept", async () => {
    const proxy = await engineBehindProxy();
    const run = start(long(), { env: { DOCKER_HOST: `unix://${proxy.path}` } });
    await run.said(isLoaded);
    await untilFaults(1);
    proxy.die();
    const { code, stderr } = await run.ended;
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(3);
    const history = await readHistory(theRun().folder.history);
    expect(history.operations.length).toBeGreaterThan(0);
    await ordeal("clean");
    expect(await madeBy(run.child)).toEqual([]);
  });

  it("a disk that is full while the run is recorded ends it in a sentence", async () => {
    // Mounts of its own, so that nobody else sees the small disk: what is on it is copied out.
    const small = join(results, "small");
    mkdirSync(small);
    const run = start(["test", "--results", small, "--nodes", "1", "--time-limit", "60"], {
      wrap: `mount -t tmpfs -o size=400k none ${small}; "$@"; code=$?; cp -r ${small}/register* ${results}; exit $code`,
    });
    const { code, stderr } = await run.ended;
    expect(stderr).toMatch(/history\.ndjson/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(3);
    expect((await listMade(engine)).filter(({ owner }) => owner !== "alive")).toEqual([]);
    const history = await readHistory(theRun().folder.history);
    expect(history.operations.length).toBeGreaterThan(100);
  });
});

/** Waits until so many faults were seen in force by the run that goes on. */
async function untilFaults(count: number): Promise<void> {
  await expect
    .poll(
      () => {
        const [run] = findRuns(results);
        const text =
          run && existsSync(run.folder.history) ? readFileSync(run.folder.history, "utf8") : "";
        return text.split('"stage":"in-force"').length - 1;
      },
      { timeout: 60_000, interval: 100 },
    )
    .toBeGreaterThanOrEqual(count);
}

async function untilMade(child: ChildProcess): Promise<void> {
  await expect
    .poll(async () => (await madeBy(child)).length, { timeout: 60_000, interval: 50 })
    .toBeGreaterThan(1);
}

/** The engine as a client sees it until it dies: behind a socket that can be closed for good. */
async function engineBehindProxy(): Promise<{ path: string; die(): void }> {
  const path = join(results, "engine.sock");
  const real = engine.host.replace(/^unix:\/\//, "");
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ path: real, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    die() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
