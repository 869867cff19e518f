import { expect, test } from "vitest";
import { connectEngine } from "./engine.js";
import { ensureNodeImage, nodeImageReference } from "./image.js";
import { runShortLived } from "./short-lived.js";

test("the image is made once and then at hand, under a tag that is a hash of its inputs", async () => {
  const engine = await connectEngine();
  const first = await ensureNodeImage(engine, { log: () => undefined });
  const lines: string[] = [];
  const second = await ensureNodeImage(engine, { log: (line) => lines.push(line) });
  expect(second.id).toBe(first.id);
  expect(second.reference).toBe(nodeImageReference());
  expect(second.reference).toMatch(/^ordeal-node:[0-9a-f]{12}$/);
  expect(lines).toEqual([]);
});

test("asking for the way in which it was made makes nothing new", async () => {
  const engine = await connectEngine();
  const { id, origin } = await ensureNodeImage(engine, { log: () => undefined });
  expect((await ensureNodeImage(engine, { log: () => undefined, from: origin })).id).toBe(id);
});

test("it has the tools that faults need, and no etcd", async () => {
  const engine = await connectEngine();
  const { reference } = await ensureNodeImage(engine, { log: () => undefined });
  const tools =
    "bash fsfreeze ip iptables losetup mkfs.ext4 mkfs.xfs mount ping pkill tc tini xfs_io";
  const { exitCode, output } = await runShortLived(engine, {
    image: reference,
    purpose: "test",
    kind: "probe",
    command: ["sh", "-c", `for tool in ${tools}; do command -v $tool; done; ! command -v etcd`],
    timeoutMs: 30_000,
  });
  const found = output
    .trim()
    .split("\n")
    .map((path) => path.replace(/^.*\//, ""));
  expect({ exitCode, found: found.join(" ") }).toEqual({ exitCode: 0, found: tools });
});
