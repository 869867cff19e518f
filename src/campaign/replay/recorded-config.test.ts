import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { effectiveConfig, type EtcdConfig } from "../../cluster/docker/etcd-config.js";
import { nodeNames } from "../../core/cluster.js";
import { UsageError } from "../../core/errors.js";
import type { Plan } from "../../core/run.js";
import { deviations, recordedConfig } from "./recorded-config.js";
import { savedOptions, savedPlan } from "./saved-run.fixture.js";

const build = { version: "3.5.30", sha256: "a".repeat(64), source: "Debian" };

/** A plan of a run on three nodes whose user gave this file. */
function planFor(user: EtcdConfig, { tls = false, run = "r1" } = {}): Plan {
  const members = nodeNames(3);
  const configOf = (name: string) =>
    effectiveConfig(user, { name, members, token: run, tls, version: build.version }).text;
  return {
    ...savedPlan,
    run,
    etcd: Object.fromEntries(members.map((name) => [name, build])),
    config: Object.fromEntries(members.map((name) => [name, configOf(name)])),
  };
}

const user: EtcdConfig = {
  "snapshot-count": 7,
  "auto-compaction-mode": "revision",
  "auto-compaction-retention": "10",
};

function recordedOf(plan: Plan): EtcdConfig {
  return recordedConfig(plan.run, plan, savedOptions);
}

describe("the recorded configuration", () => {
  it("is what the user's file said, and nothing that nodes get anyway", () => {
    expect(recordedOf(planFor(user))).toEqual(user);
    expect(recordedOf(planFor({}))).toEqual({});
  });

  it("makes the same configuration again, with certificates as well", () => {
    for (const tls of [false, true]) {
      const plan = planFor(user, { tls });
      const again = planFor(recordedConfig(plan.run, plan, { ...savedOptions, tls }), {
        tls,
        run: "r2",
      });
      expect(deviations(plan, again)).toEqual([]);
    }
  });

  it("is none where the cluster has none", () => {
    expect(recordedOf(savedPlan)).toEqual({});
  });

  it("that is damaged is wrong usage", () => {
    for (const text of ["a: [", stringify(["a", "b"]), ""]) {
      const plan = { ...planFor(user), config: { n1: text } };
      expect(() => recordedOf(plan)).toThrow(UsageError);
    }
  });
});

describe("deviations of a replay", () => {
  it("are told of what nodes were changed to, too", () => {
    const [old, changed, other] = [{}, user, { ...user, "snapshot-count": 8 }].map((of) =>
      planFor(of),
    ) as [Plan, Plan, Plan];
    const saved = { ...old, changes: [{ setUp: "new" as const, ...changed }] };
    expect(deviations(saved, { ...old, changedTo: planFor(user, { run: "r2" }) })).toEqual([]);
    expect(deviations(saved, { ...old, changedTo: other })).toEqual(
      nodeNames(3).map(
        (name) => `after its change, ${name} had another configuration than in the saved run`,
      ),
    );
  });

  it("are told of each node with another build or another configuration", () => {
    const other = planFor({ ...user, "snapshot-count": 8 });
    const newer = { version: "3.5.31", sha256: "b".repeat(64), source: "an image" };
    const again: Plan = { ...other, etcd: { ...other.etcd, n2: newer } };
    expect(deviations(planFor(user), again)).toEqual([
      "n2 ran another build of etcd than in the saved run: 3.5.31 from an image (bbbbbbbbbbbb) instead of 3.5.30 from Debian (aaaaaaaaaaaa)",
      "n1 had another configuration than in the saved run",
      "n2 had another configuration than in the saved run",
      "n3 had another configuration than in the saved run",
    ]);
  });
});
