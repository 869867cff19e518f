import { describe, expect, it } from "vitest";
import { RequestError } from "../../core/client.js";
import type { Link } from "../../core/cluster.js";
import { HarnessError, UsageError } from "../../core/errors.js";
import { leftovers, type Wishes, withCluster } from "./cluster.fixture.js";
import { connectEngine } from "./engine.js";
import type { DockerCluster } from "./start-cluster.js";

const versions = ["3.3.25", "3.4.23", "3.5.16", "3.5.30"];

async function write(cluster: DockerCluster, node: string, value: string): Promise<void> {
  const client = cluster.connect(node, { timeoutMs: 2_000 });
  try {
    await client.put({ key: "key", value });
  } finally {
    client.close();
  }
}

async function read(
  cluster: DockerCluster,
  node: string,
  options: { serializable?: boolean } = {},
): Promise<string | undefined> {
  const client = cluster.connect(node, { timeoutMs: 2_000 });
  try {
    const { kvs } = await client.range({ key: "key", ...options });
    return kvs[0]?.value;
  } finally {
    client.close();
  }
}

/** Runs a command in a node's container, past the cluster: what somebody else might do. */
async function behindItsBack(run: string, node: string, command: string): Promise<void> {
  const { docker } = await connectEngine();
  const exec = await docker.getContainer(`ordeal-${run}-${node}`).exec({
    Cmd: ["sh", "-c", command],
    AttachStdout: true,
  });
  const stream = await exec.start({ hijack: true, stdin: false });
  stream.resume();
  await new Promise((resolve) => stream.on("end", resolve));
  stream.destroy();
}

function bothWays(a: string, others: readonly string[]): Link[] {
  return others.flatMap((b) => [
    { from: a, to: b },
    { from: b, to: a },
  ]);
}

describe.each(versions)("etcd %s", (etcd) => {
  it.each([false, true])(
    "serves, is killed and comes back with its data (TLS: %s)",
    async (tls) => {
      await withCluster({ etcd, tls }, async (cluster, { findings }) => {
        expect((await cluster.status("n2", 2_000)).version).toBe(etcd);
        expect(cluster.nodes).toContain(await cluster.leader());
        await write(cluster, "n1", "before");
        await cluster.kill("n1");
        expect(await cluster.probeKilled("n1")).toMatchObject({ holds: true });
        await cluster.start("n1");
        expect(await cluster.probeStarted("n1")).toMatchObject({ holds: true });
        await cluster.waitUntilServing(20_000);
        expect(await read(cluster, "n1")).toBe("before");
        expect(findings).toEqual([]);
      });
    },
  );
});

it("refuses clients without a certificate where there is TLS", async () => {
  await withCluster({ nodes: 1, tls: true }, async (cluster) => {
    const { connectEtcd } = await import("../../client/etcd-client.js");
    const target = cluster.endpointOf("n1");
    expect(target.tls).toBeDefined();
    const plain = connectEtcd({ node: "n1", endpoint: target.endpoint, timeoutMs: 1_000 });
    await expect(plain.range({ key: "key" })).rejects.toThrow(RequestError);
    plain.close();
  });
});

describe("a cut", () => {
  it("stops writes at the node that is cut off, while the majority goes on", async () => {
    await withCluster({}, async (cluster) => {
      await write(cluster, "n1", "old");
      const links = bothWays("n1", ["n2", "n3"]);
      await cluster.cut("a", links);
      expect(cluster.state("n1").cut).toHaveLength(4);
      expect(await cluster.probeCut(links)).toMatchObject({
        holds: true,
        evidence: expect.stringMatching(/n1 dropped packets from n2 \(\d+\)/) as string,
      });
      await cluster.waitUntilServing(4_000).catch((error: unknown) => {
        expect(error).toBeInstanceOf(HarnessError);
        expect((error as HarnessError).message).toMatch(/n1 .*linearizable read/);
      });
      await expect
        .poll(() => cluster.leader(), { timeout: 15_000 })
        .toEqual(expect.stringMatching(/^n[23]$/));
      await write(cluster, "n2", "new");
      // The deadline passed: by the client's word, or by the member's, which calls it a cancel.
      const lost: unknown = await write(cluster, "n1", "lost").catch((error: unknown) => error);
      expect(lost).toBeInstanceOf(RequestError);
      expect([1, 4]).toContain((lost as RequestError).facts.code);
      expect(await read(cluster, "n1", { serializable: true })).toBe("old");

      await cluster.mend("a");
      await cluster.mend("a");
      expect(await cluster.probeMended(links)).toMatchObject({ holds: true });
      expect(cluster.state("n1").cut).toEqual([]);
      await cluster.waitUntilServing(10_000);
      expect(await read(cluster, "n1")).toBe("new");
    });
  });

  it("is told apart by direction", async () => {
    await withCluster({}, async (cluster) => {
      await cluster.cut("deaf", [{ from: "n1", to: "n2" }]);
      expect(await cluster.probeCut([{ from: "n1", to: "n2" }])).toMatchObject({ holds: true });
      expect(await cluster.probeCut([{ from: "n2", to: "n1" }])).toMatchObject({ holds: false });
      expect(await cluster.probeMended([{ from: "n2", to: "n1" }])).toMatchObject({ holds: true });
    });
  });

  it("is left alone when another one over the same link is mended", async () => {
    await withCluster({}, async (cluster) => {
      const link = { from: "n1", to: "n2" };
      await cluster.cut("a", [link]);
      await cluster.cut("b", [link, { from: "n3", to: "n2" }]);
      await cluster.mend("a");
      expect(await cluster.probeCut([link])).toMatchObject({ holds: true });
      expect(await cluster.probeMended([link])).toMatchObject({
        holds: true,
        evidence: expect.stringContaining("another cut still holds from n1 to n2") as string,
      });
      await cluster.mend("b");
      expect(await cluster.probeMended([link])).toMatchObject({ holds: true });
    });
  });

  it("is seen from a frozen node too, whose kernel alone replies", async () => {
    await withCluster({}, async (cluster) => {
      const link = { from: "n1", to: "n2" };
      await cluster.pause("n1", "freezer");
      await cluster.cut("a", [link]);
      expect(await cluster.probeCut([link])).toMatchObject({ holds: true });
      await cluster.mend("a");
      expect(await cluster.probeMended([link])).toMatchObject({ holds: true });
      await cluster.resume("n1");
    });
  });
});

it("has probes that fail where nothing was done", async () => {
  await withCluster({}, async (cluster) => {
    const no = { holds: false };
    expect(await cluster.probeCut([{ from: "n1", to: "n2" }])).toMatchObject(no);
    expect(await cluster.probeKilled("n1")).toMatchObject(no);
    expect(await cluster.probePaused("n1")).toMatchObject(no);
    await cluster.kill("n1");
    expect(await cluster.probeStarted("n1")).toMatchObject(no);
    expect(await cluster.probeResumed("n1")).toMatchObject(no);
    expect(await cluster.probePaused("n1")).toMatchObject(no);
    await cluster.pause("n2", "sigstop");
    expect(await cluster.probeResumed("n2")).toMatchObject(no);
    await cluster.pause("n3", "freezer");
    expect(await cluster.probeResumed("n3")).toMatchObject(no);
    await cluster.healAll();
  });
});

it("has probes that look, and do not go by what was asked for", async () => {
  const run = `test-${process.pid}-look`;
  await withCluster({ run }, async (cluster) => {
    const link = { from: "n1", to: "n2" };
    await behindItsBack(run, "n2", "iptables -I INPUT -s n1 -j DROP");
    expect(await cluster.probeMended([link])).toMatchObject({ holds: false });
    await behindItsBack(run, "n2", "iptables -D INPUT -s n1 -j DROP");
    await cluster.cut("a", [link]);
    await behindItsBack(run, "n2", "iptables -F ORDEAL-CUTS");
    expect(await cluster.probeCut([link])).toMatchObject({ holds: false });
    await cluster.mend("a").catch(() => undefined);
    await cluster.pause("n3", "sigstop");
    await behindItsBack(run, "n3", "pkill -CONT -x etcd");
    expect(await cluster.probePaused("n3")).toMatchObject({ holds: false });
    await cluster.healAll();
  });
});

it.each(["sigstop", "freezer"] as const)("pauses by %s and lets go on", async (method) => {
  await withCluster({}, async (cluster, { logOf }) => {
    await cluster.pause("n1", method);
    expect(await cluster.probePaused("n1")).toMatchObject({ holds: true });
    await expect(cluster.status("n1", 300)).rejects.toThrow(RequestError);
    // The others go on, if need be after they elected a leader of their own.
    const others = () => read(cluster, "n2").catch((error: unknown) => error);
    await expect.poll(others, { timeout: 15_000 }).toBeUndefined();
    await cluster.resume("n1");
    await cluster.resume("n1");
    expect(await cluster.probeResumed("n1")).toMatchObject({ holds: true });
    await cluster.waitUntilServing(10_000);
    const before = (await logOf("n1")).length;
    await cluster.kill("n1");
    await cluster.start("n1");
    await cluster.waitUntilServing(10_000);
    expect((await logOf("n1")).length).toBeGreaterThan(before);
  });
});

it("says of a member that works without a quorum that it was resumed", async () => {
  await withCluster({}, async (cluster) => {
    await cluster.kill("n2");
    await cluster.kill("n3");
    await cluster.pause("n1", "sigstop");
    await cluster.resume("n1");
    expect(await cluster.probeResumed("n1")).toMatchObject({ holds: true });
  });
});

it("heals everything at once, faults that overlap and those that it does not know of", async () => {
  const run = `test-${process.pid}-heal`;
  await withCluster({ nodes: 5, run }, async (cluster) => {
    await write(cluster, "n1", "kept");
    await cluster.cut("a", bothWays("n1", ["n2", "n3", "n4", "n5"]));
    await cluster.cut("b", [{ from: "n4", to: "n5" }]);
    await cluster.kill("n1");
    await cluster.pause("n2", "freezer");
    await cluster.pause("n3", "sigstop");
    await behindItsBack(run, "n4", "pkill -KILL -x etcd");
    await cluster.healAll();
    await cluster.waitUntilServing(20_000);
    for (const node of cluster.nodes) {
      expect(cluster.state(node)).toEqual({ process: "running", cut: [] });
      expect(await read(cluster, node)).toBe("kept");
    }
    const links = bothWays("n1", ["n2", "n3", "n4", "n5"]);
    expect(await cluster.probeMended(links)).toMatchObject({ holds: true });
  });
});

it("refuses in a sentence what a node was not made for: a disk and a clock of its own", async () => {
  await withCluster({ nodes: 1 }, async (cluster) => {
    const refused = [
      () => cluster.powerOff("n1"),
      () => cluster.probePoweredOff("n1"),
      () => cluster.stallDisk("n1"),
      () => cluster.probeDiskStalled("n1"),
      () => cluster.skewClock("n1", { jumpMs: 1_000, rate: 1 }),
      () => cluster.resetClock("n1"),
      () => cluster.probeClockSkewed("n1"),
      () => cluster.probeClockReset("n1"),
    ];
    for (const ask of refused) {
      const error: unknown = await ask().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(HarnessError);
      expect((error as HarnessError).message).toMatch(
        /^Nothing can be done to the (disk|clock) of n1: it has none of its own/,
      );
    }
    // Nothing was done to it all the same.
    await cluster.waitUntilServing(5_000);
  });
});

it("does no harm where it cannot: to a killed node, or in a frozen one", async () => {
  await withCluster({}, async (cluster) => {
    await cluster.kill("n1");
    await expect(cluster.kill("n1")).rejects.toThrow(/n1 could not be killed: no etcd runs/);
    await expect(cluster.pause("n1", "sigstop")).rejects.toThrow(/n1 could not be paused/);
    await cluster.pause("n2", "freezer");
    await expect(cluster.kill("n2")).rejects.toThrow(/n2 could not be killed: .*frozen/);
    await expect(cluster.cut("a", [{ from: "n1", to: "n2" }])).rejects.toThrow(HarnessError);
    await cluster.healAll();
  });
});

it("names the node that does not serve, and shows the end of its log", async () => {
  await withCluster({}, async (cluster) => {
    await cluster.kill("n2");
    const error: unknown = await cluster.waitUntilServing(5_000).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(HarnessError);
    const { message, details } = error as HarnessError;
    expect(message).toMatch(/n2 \(killed\) got no linearizable read/);
    expect(details[0]).toBe("the last lines of n2:");
    expect(details).toHaveLength(16);
  });
});

it("tells at once where etcd ended by itself", async () => {
  const run = `test-${process.pid}-ended`;
  await withCluster({ run }, async (cluster, { findings }) => {
    // To a Go program, SIGABRT is a crash: it says so and leaves its stacks.
    await behindItsBack(run, "n3", "pkill -ABRT -x etcd; sleep 0.5");
    const error = cluster.waitUntilServing(60_000);
    await expect(error).rejects.toThrow(/n3: its etcd ended by itself \(exit code 2\)/);
    await cluster.healAll();
    await cluster.waitUntilServing(20_000);
    expect(findings).toEqual([{ node: "n3", level: "fatal", line: "SIGABRT: abort" }]);
  });
});

it("finds a panic at the very end of a long log", async () => {
  const run = `test-${process.pid}-panic`;
  await withCluster({ run }, async (cluster, { findings, logOf }) => {
    const line = '{"level":"panic","msg":"planted"}';
    await behindItsBack(run, "n2", `{ seq 200000; echo '${line}'; } > /proc/1/fd/1`);
    await cluster.stop({ keep: false });
    expect(findings).toEqual([{ node: "n2", level: "panic", line }]);
    expect(await logOf("n2")).toContain(line);
  });
});

it("says so where a container is removed under it", async () => {
  const run = `test-${process.pid}-gone`;
  await withCluster({ run }, async (cluster, { said }) => {
    const { docker } = await connectEngine();
    await docker.getContainer(`ordeal-${run}-n1`).remove({ force: true });
    await expect(cluster.kill("n1")).rejects.toThrow(/n1 .*its container is gone/);
    await cluster.stop({ keep: false });
    expect(said.filter((line) => line.includes("cleared away"))).toEqual([]);
  });
});

describe("a cluster that does not start", () => {
  const refused = async (wishes: Wishes): Promise<unknown> => {
    const run = `test-${process.pid}-refused`;
    const error: unknown = await withCluster({ run, ...wishes }, () => Promise.resolve()).catch(
      (e: unknown) => e,
    );
    expect(await leftovers(run)).toEqual([]);
    return error;
  };

  it.each(versions)("repeats what etcd %s says of a bad value", async (etcd) => {
    const error = await refused({ etcd, nodes: 1, config: { "heartbeat-interval": 2_000 } });
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(
      "--election-timeout[1000ms] should be at least as 5 times as --heartbeat-interval[2000ms]",
    );
  });

  it.each(versions)("refuses a key that etcd %s would ignore", async (etcd) => {
    const error = await refused({ etcd, nodes: 1, config: { "snapshot-cuont": 5 } });
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain('did you mean "snapshot-count"?');
  });

  it("leaves nothing behind where the image is not there", async () => {
    const error = await refused({ image: { reference: "localhost:1/ordeal-none:none" } });
    expect(error).toBeInstanceOf(HarnessError);
  });

  it("leaves nothing behind where it is interrupted", async () => {
    const error = await refused({ signal: AbortSignal.abort(new Error("interrupted")) });
    expect((error as Error).message).toBe("interrupted");
  });

  it.each([0, 2, 4, 9])("is not tried with %i nodes", async (nodes) => {
    expect(await refused({ nodes })).toBeInstanceOf(UsageError);
  });
});

it("takes the user's configuration, but for what it must decide itself", async () => {
  const config = { "max-txn-ops": 3, name: "mine", "initial-cluster-state": "existing" };
  await withCluster({ nodes: 1, config, data: "disk" }, async (cluster, { said }) => {
    expect(cluster.configs.n1).toContain("max-txn-ops: 3");
    expect(cluster.configs.n1).toContain("name: n1");
    expect(said).toContain("of your configuration, ordeal sets name, initial-cluster-state itself");
    const client = cluster.connect("n1", { timeoutMs: 2_000 });
    const puts = ["a", "b", "c", "d"].map((key) => ({
      type: "put" as const,
      request: { key, value: "" },
    }));
    const txn = client.txn({ compare: [], success: puts, failure: [] });
    await expect(txn).rejects.toMatchObject({
      facts: { details: expect.stringContaining("too many operations") as string },
    });
    client.close();
  });
});

it("leaves a cluster standing where that was asked for, and removes it otherwise", async () => {
  const run = `test-${process.pid}-kept`;
  let kept: DockerCluster | undefined;
  await withCluster({ run, keep: true, nodes: 1 }, async (cluster) => {
    await cluster.stop({ keep: true });
    kept = cluster;
  });
  expect(await leftovers(run)).toHaveLength(2);
  expect(await kept?.status("n1", 2_000)).toMatchObject({ version: "3.5.30" });
  expect(kept?.howToGetIn().join("\n")).toContain(`docker exec -it ordeal-${run}-n1 bash`);

  const { docker } = await connectEngine();
  await docker.getContainer(`ordeal-${run}-n1`).remove({ force: true });
  await docker.getNetwork(`ordeal-${run}`).remove();
  expect(await leftovers(run)).toEqual([]);
});
