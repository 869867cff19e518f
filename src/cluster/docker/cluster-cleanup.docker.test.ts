import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { answerOrError } from "../../core/client.js";
import { leftovers, withCluster } from "./cluster.fixture.js";
import { connectEngine } from "./engine.js";
import { paths } from "./etcd-config.js";
import { runScript } from "./node.js";

it("a cluster is cleared away while a disk stands still under a write, and its loop device is free", async () => {
  const run = `test-${process.pid}-stalled`;
  await withCluster({ run, nodes: 1, ownDisks: true }, async (cluster, { said }) => {
    const device = await loopDeviceOf(`ordeal-${run}-n1`);
    expect(backingFileOf(device)).toContain("ordeal-disk");
    await cluster.stallDisk("n1");
    const client = cluster.connect("n1", { timeoutMs: 500 });
    await answerOrError(client.put({ key: "key", value: "waits" }));
    client.close();
    expect(await cluster.probeDiskStalled("n1")).toMatchObject({ holds: true });
    await cluster.stop({ keep: false });
    expect(said.filter((line) => line.includes("cleared away"))).toEqual([]);
    expect(await leftovers(run)).toEqual([]);
    expect(backingFileOf(device)).not.toContain("ordeal-disk");
  });
});

async function loopDeviceOf(containerName: string): Promise<string> {
  const { docker } = await connectEngine();
  const container = docker.getContainer(containerName);
  const node = { name: "n1", container, containerName, docker, address: "", endpoint: "" };
  const source = await runScript(node, `findmnt -no SOURCE ${paths.data}`, "No mount");
  const [device = ""] = /loop\d+/.exec(source) ?? [];
  return device;
}

/** Of a loop device of this machine; empty where it has none. */
function backingFileOf(device: string): string {
  const file = `/sys/block/${device}/loop/backing_file`;
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
