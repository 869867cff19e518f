import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkAll } from "../src/checkers/check-all.js";
import { type DockerCluster } from "../src/cluster/docker/cluster.js";
import { withCluster } from "../src/cluster/docker/cluster.fixture.js";
import type { History } from "../src/core/history.js";
import { seededRandom } from "../src/generator/seeded-random.js";
import { readHistory } from "../src/history/reader.js";
import { openHistoryWriter } from "../src/history/writer.js";
import { violationCheckers } from "../src/judge/general-checkers.js";
import { drive } from "../src/runner/drive.js";
import { newProgress } from "../src/runner/progress.js";
import { systemClock } from "../src/runner/system-clock.js";
import { sampleHeader } from "../src/testing/recorded-runs.js";
import { register } from "../workloads/register.js";
import { restore, type RestoreSpec } from "./restore.js";

const underLoad: RestoreSpec = {
  ...{ nemesis: "restore", nodes: ["n1", "n2", "n3"], from: "n3", ageMs: 500 },
  description: "all nodes are destroyed, and restored from a snapshot of n3",
};

const options = { opsPerKey: 200, serializable: false };

const spec: RestoreSpec = {
  ...{ nemesis: "restore", nodes: ["n1", "n2", "n3"], from: "n2", ageMs: 0 },
  description: "all nodes are destroyed, and restored from a snapshot of n2",
};

it("takes all nodes back to the snapshot, as another cluster", async () => {
  await withCluster({ etcdctl: true }, async (cluster) => {
    const client = () => cluster.connect("n1", { timeoutMs: 1_000 });
    const put = async (key: string) => {
      const one = client();
      const { header } = await one.put({ key, value: "1" });
      one.close();
      return header;
    };
    const valuesOf = async (key: string) => {
      const one = client();
      const { kvs, header } = await one.range({ key });
      one.close();
      return { found: kvs.map(({ value }) => value), header };
    };
    const before = await put("kept");
    expect((await restore.proveInForce(cluster, spec)).holds).toBe(false);

    await cluster.restoration.saveSnapshot("n2");
    const lost = await put("lost");
    await cluster.restoration.destroyAll();
    const inForce = await restore.proveInForce(cluster, spec);
    expect(inForce).toMatchObject({ holds: true });
    expect(inForce.rewind).toEqual({ revision: before.revision, clusterId: before.clusterId });
    expect((await restore.proveOver(cluster, spec)).holds).toBe(false);
    await expect(cluster.start("n1")).rejects.toThrow("it lost all data");

    await cluster.healAll();
    await cluster.waitUntilServing(20_000);
    const over = await restore.proveOver(cluster, spec);
    expect(over).toMatchObject({ holds: true, rewind: inForce.rewind });
    expect((await restore.proveInForce(cluster, spec)).holds).toBe(false);
    const kept = await valuesOf("kept");
    expect(kept.found).toEqual(["1"]);
    expect(kept.header.revision).toBe(before.revision);
    expect(kept.header.clusterId).not.toBe(before.clusterId);
    expect((await valuesOf("lost")).found).toEqual([]);
    expect((await put("other")).revision).toBe(lost.revision);
    await restore.heal(cluster, spec);
    expect((await valuesOf("other")).found).toEqual(["1"]);

    const history = await recordedOn(cluster);
    const [rewind] = history.faults.flatMap((fault) => fault.rewind ?? []);
    expect(history.faults).toMatchObject([{ overEvidence: expect.any(String) as string, rewind }]);
    expect(await objectionsTo(history)).toEqual([]);
    // The same restore, were it of an older snapshot than it is said to be.
    const told = history.operations.flatMap(({ outcome }) =>
      outcome.type === "ok" && outcome.header?.clusterId === rewind?.clusterId
        ? [outcome.header?.revision ?? 0]
        : [],
    );
    const newest = Math.max(...told);
    expect(newest).toBeGreaterThan(rewind?.revision ?? Infinity);
    expect(await objectionsTo(claiming(history, newest))).toContain("linearizable");
  });
});

/** A short run of registers with one restore. */
async function recordedOn(cluster: DockerCluster): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), "ordeal-restore-"));
  const path = join(folder, "history.ndjson");
  const clock = systemClock();
  const header = { ...sampleHeader, cluster: { ...sampleHeader.cluster, nodes: cluster.nodes } };
  const recorder = openHistoryWriter(path, header, { clock });
  try {
    await drive({
      ...{ cluster, clock, recorder, workload: register(options), nemeses: [restore] },
      schedule: [{ spec: underLoad, atNs: 1e9, durationNs: 2e9 }],
      ...{ random: seededRandom(1), progress: newProgress(), processes: { highest: 5 } },
      ...{ concurrency: 6, rate: 200, timeLimitMs: 7_000, requestTimeoutMs: 1_000 },
      ...{ nemesisIntervalMs: 1_000, recoveryLimitMs: 30_000 },
      signal: new AbortController().signal,
    });
    await recorder.close();
    return await readHistory(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of the checkers that call it invalid, or cannot tell. */
async function objectionsTo(history: History): Promise<string[]> {
  const checkers = violationCheckers(register(options));
  const verdicts = await checkAll(checkers, history, { deadlineMs: 60_000, memoryMb: 512 });
  return Object.keys(verdicts).filter((name) => verdicts[name]?.validity !== "valid");
}

function claiming(history: History, revision: number): History {
  const faults = history.faults.map((fault) =>
    fault.rewind ? { ...fault, rewind: { ...fault.rewind, revision } } : fault,
  );
  return { ...history, faults };
}
