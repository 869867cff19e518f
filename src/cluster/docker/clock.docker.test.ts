import { describe, expect, it } from "vitest";
import { HarnessError } from "../../core/errors.js";
import { withCluster } from "./cluster.fixture.js";
import { connectEngine } from "./engine.js";
import { paths } from "./etcd-config.js";
import { ensureNodeImage } from "./image.js";
import { type DockerNode, startEtcd } from "./node.js";
import { runShortLived } from "./short-lived.js";
import type { DockerCluster } from "./start-cluster.js";

/** This machine's wall clock beside its monotonic one: whoever moves it moves this. */
const wallOfThisMachine = () => Date.now() - performance.now();

/** The instants of the lines that etcd wrote, in any of its formats, in ms since 1970. */
function instantsOf(log: string): number[] {
  return log.split("\n").flatMap((line) => {
    const [, json] = /"ts":"([^"]+)"/.exec(line) ?? [];
    const [plain] = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+/.exec(line) ?? [];
    const text = json ?? (plain && `${plain.replace(" ", "T")}Z`);
    return text === undefined ? [] : [Date.parse(text)];
  });
}

async function seeSkewed(cluster: DockerCluster, node: string): Promise<string> {
  const proof = await cluster.probeClockSkewed(node);
  expect(proof).toMatchObject({ holds: true });
  expect(await cluster.probeClockReset(node)).toMatchObject({ holds: false });
  return proof.evidence;
}

async function seeRight(cluster: DockerCluster, node: string): Promise<void> {
  await expect.poll(() => cluster.probeClockReset(node)).toMatchObject({ holds: true });
  expect(await cluster.probeClockSkewed(node)).toMatchObject({ holds: false });
}

describe.each([
  { etcd: "3.5.30", tls: false },
  { etcd: "3.5.30", tls: true },
  { etcd: "3.5.16", tls: false },
  { etcd: "3.4.23", tls: false },
  { etcd: "3.3.25", tls: false },
])("etcd $etcd, TLS $tls", ({ etcd, tls }) => {
  it("tells a wrong time on one node and on no other, over its death, until it is reset", async () => {
    const before = wallOfThisMachine();
    await withCluster({ etcd, tls, ownClocks: true }, async (cluster, { logOf }) => {
      expect(cluster.capabilities).toContain("clock");
      await seeRight(cluster, "n1");
      await cluster.skewClock("n1", { jumpMs: 25, rate: 1 });
      expect(await seeSkewed(cluster, "n1")).toMatch(/ 2[45]\.\d ms ahead of the machine's clock/);
      await cluster.skewClock("n1", { jumpMs: -90_000, rate: 0.5 });
      expect(await seeSkewed(cluster, "n1")).toMatch(/ms behind .* ran at 0\.[45]\d\d to 0\.[56]/);
      await seeRight(cluster, "n2");
      expect(await cluster.probeServing("n1")).toMatchObject({ holds: true });

      await cluster.kill("n1");
      expect(await seeSkewed(cluster, "n1")).toMatch(/^no etcd runs on n1 .* behind/);
      const linesSoFar = instantsOf(await logOf("n1")).length;
      const killedAt = Date.now();
      await cluster.start("n1");
      await cluster.waitUntilServing(30_000);
      await seeSkewed(cluster, "n1");
      await expect
        .poll(async () => instantsOf(await logOf("n1")).length)
        .toBeGreaterThan(linesSoFar);
      const [firstLine = NaN] = instantsOf(await logOf("n1")).slice(linesSoFar);
      expect(firstLine).toBeLessThan(killedAt - 80_000);

      await cluster.resetClock("n1");
      await cluster.resetClock("n1");
      await seeRight(cluster, "n1");
      await cluster.skewClock("n2", { jumpMs: 3_600_000, rate: 2 });
      await seeSkewed(cluster, "n2");
      await cluster.healAll();
      await seeRight(cluster, "n2");
    });
    expect(Math.abs(wallOfThisMachine() - before)).toBeLessThan(1_000);
  });
});

it("runs leases by the leader's clock, fast and slow", async () => {
  await withCluster({ nodes: 1, ownClocks: true }, async (cluster) => {
    const client = cluster.connect("n1", { timeoutMs: 2_000 });
    /** Real seconds in which so many of the lease's go by. */
    const secondsFor = async (leaseSeconds: number): Promise<number> => {
      const started = performance.now();
      const { id } = await client.leaseGrant({ ttl: 60 });
      for (;;) {
        const { ttl } = await client.leaseTimeToLive({ id });
        if (ttl <= 60 - leaseSeconds) return (performance.now() - started) / 1e3;
      }
    };
    await cluster.skewClock("n1", { jumpMs: -10_000, rate: 0.5 });
    expect(await secondsFor(3)).toBeGreaterThan(4);
    await cluster.skewClock("n1", { jumpMs: 0, rate: 4 });
    expect(await secondsFor(24)).toBeLessThan(16);
    await cluster.resetClock("n1");
    expect(await secondsFor(3)).toBeGreaterThan(2);
    client.close();
  });
});

it("sets the clock of a frozen container right as soon as it is thawed", async () => {
  await withCluster({ nodes: 1, ownClocks: true }, async (cluster) => {
    await cluster.skewClock("n1", { jumpMs: 1_000, rate: 1 });
    await cluster.pause("n1", "sigstop");
    expect(await seeSkewed(cluster, "n1")).toMatch(/^etcd on n1 is stopped .* ahead of/);
    await cluster.resume("n1");
    await cluster.pause("n1", "freezer");
    await expect(cluster.skewClock("n1", { jumpMs: 1, rate: 1 })).rejects.toThrow(/is frozen/);
    expect(await cluster.probeClockReset("n1")).toMatchObject({ holds: false });
    await cluster.resetClock("n1");
    expect(await cluster.probeClockReset("n1")).toMatchObject({ holds: true });
    await cluster.resume("n1");
    await seeRight(cluster, "n1");
  });
});

it("never harms an etcd unhooked without a word", async () => {
  await withCluster({ nodes: 1, ownClocks: true, run: "test-unhooked" }, async (cluster) => {
    const { docker } = await connectEngine();
    const container = docker.getContainer("ordeal-test-unhooked-n1");
    const node = { name: "n1", container, docker } as DockerNode;
    await cluster.kill("n1");
    const files = { binary: paths.etcd, config: paths.config };
    await startEtcd(node, { files, environment: [], under: "" });
    await expect
      .poll(() => cluster.probeServing("n1"), { timeout: 30_000 })
      .toMatchObject({ holds: true });
    const refusal = "The clock of n1 could not be set wrong: its etcd does not go by a clock";
    await expect(cluster.skewClock("n1", { jumpMs: 500, rate: 1 })).rejects.toThrow(refusal);
    expect(await cluster.probeClockSkewed("n1")).toEqual({
      holds: false,
      evidence: "etcd on n1 goes by the machine's clock",
    });
  });
});

it("gives clocks to nodes in runs alone that ask for it", async () => {
  await withCluster({ nodes: 1 }, async (cluster) => {
    expect(cluster.capabilities).not.toContain("clock");
    for (const call of [
      () => cluster.skewClock("n1", { jumpMs: 500, rate: 1 }),
      () => cluster.resetClock("n1"),
      () => cluster.probeClockSkewed("n1"),
      () => cluster.probeClockReset("n1"),
    ]) {
      await expect(call()).rejects.toThrow(/^Nothing can be done to the clock of n1: it has none/);
      await expect(call()).rejects.toThrow(HarnessError);
    }
    await cluster.healAll();
  });
});

describe("in a container of its own, without any capability", () => {
  const ended = async (script: string, hostConfig = {}) => {
    const engine = await connectEngine();
    const { reference } = await ensureNodeImage(engine, { log: () => undefined });
    return runShortLived(engine, {
      image: reference,
      purpose: "test",
      kind: "probe",
      command: ["bash", "-c", `cd /usr/local/lib/ordeal-clock\n${script}`],
      hostConfig: { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"], ...hostConfig },
      timeoutMs: 30_000,
    });
  };
  /** A page whose clock is ahead by a thousand seconds more for each thousand that go by. */
  const twoPages = `
export ORDEAL_CLOCK=/dev/shm/far
./control $ORDEAL_CLOCK create && ./control $ORDEAL_CLOCK skew 1000000000000 1000000000
./control /dev/shm/fast create && ./control /dev/shm/fast skew 0 2000000000`;

  it("moves the clock of a program that is linked statically", async () => {
    const show = "./control /dev/shm/fast show | head -n 1";
    const { exitCode, output } = await ended(`${twoPages}\n${show}\n./start ${show}`);
    expect(exitCode).toBe(0);
    const ahead = output
      .trim()
      .split("\n")
      .map((line) => Number(line.split(" ")[1]) / 1e9);
    expect(ahead).toHaveLength(2);
    expect(ahead[0]).toBeLessThan(500);
    expect(ahead[1]).toBeGreaterThan(900);
  });

  it("ends a program whose clock cannot be had, and says why", async () => {
    for (const program of ["/usr/bin/true", "./control"]) {
      expect(await ended(`ORDEAL_CLOCK=/etc/hostname ./start ${program}`)).toMatchObject({
        exitCode: 99,
        output: "ordeal clock: the parameter file cannot be read\n",
      });
    }
    expect(await ended("LD_PRELOAD=$PWD/preload.so /usr/bin/true")).toMatchObject({
      exitCode: 99,
      output: "ordeal clock: ORDEAL_CLOCK does not name the parameter file\n",
    });
  });

  it("ends a program that is linked statically where ptrace is forbidden, and says why", async () => {
    const profile = {
      defaultAction: "SCMP_ACT_ALLOW",
      syscalls: [{ names: ["ptrace"], action: "SCMP_ACT_ERRNO" }],
    };
    const hostConfig = {
      SecurityOpt: ["no-new-privileges", `seccomp=${JSON.stringify(profile)}`],
    };
    expect(await ended(`${twoPages}\n./start /usr/bin/true`, hostConfig)).toMatchObject({
      exitCode: 0,
    });
    expect(await ended(`${twoPages}\n./start ./control`, hostConfig)).toMatchObject({
      exitCode: 99,
      output:
        "ordeal clock: a program that is linked statically needs ptrace, which is forbidden here\n",
    });
  });
});
