import { expect, test } from "vitest";
import { listMade } from "./clean.js";
import { connectEngine } from "./engine.js";
import { ensureNodeImage } from "./image.js";
import { inspectMachine, ruledOut } from "./inspect.js";
import { fetchEtcd } from "./versions.js";

test("the table tells what there is, by trying it, and leaves nothing behind", async () => {
  const engine = await connectEngine();
  await ensureNodeImage(engine, { log: () => undefined });
  await fetchEtcd("3.5.30", { engine, log: () => undefined });
  const rows = new Map((await inspectMachine()).map((row) => [row.what, row]));
  expect([...rows.keys()]).toEqual([
    "engine",
    "API",
    "node image",
    "etcd versions",
    "NET_ADMIN",
    "iptables statistic",
    "iptables TEE",
    "tc htb",
    "iptables redirect",
    "tc tbf",
    "netem",
    "SYS_ADMIN",
    "loop devices",
    "fsfreeze",
    "own clocks",
    "SYS_TIME",
    "free disk",
    "freezer",
  ]);
  const always = [
    "engine",
    "API",
    "node image",
    "etcd versions",
    "NET_ADMIN",
    "own clocks",
    "freezer",
  ];
  for (const needed of always) {
    expect(rows.get(needed)).toMatchObject({ state: "ok" });
  }
  expect(rows.get("etcd versions")?.found).toContain("3.5.30");
  expect(rows.get("free disk")?.found).toMatch(/^\d+\.\d GiB/);
  for (const row of rows.values()) {
    if (row.state === "missing") expect(row.neededFor ?? row.rulesOut).toBeTruthy();
    else expect(row.rulesOut).toBeUndefined();
  }
  const lacking = { what: "a", state: "missing", found: "no a", neededFor: ["clock"] } as const;
  expect(ruledOut([lacking, { ...lacking, state: "ok", neededFor: ["kill"] }])).toEqual(
    new Map([["clock", "a: no a"]]),
  );
  const ours = (await listMade(engine)).filter(({ ownerPid }) => ownerPid === process.pid);
  expect(ours).toEqual([]);
});
