import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { type EtcdConfig, effectiveConfig } from "../../../cluster/docker/etcd-config.js";
import { reachesNodes } from "./rule-context.js";
import { comparableConfigs, filledInKeys } from "./rule-defaults.js";

const old = { fromVersion: "3.5.16", toVersion: "3.5.30" };
const upgrade = { fromVersion: "3.5.30", toVersion: "3.6.0" };

describe("comparableConfigs", () => {
  it("writes etcd's own default out where ordeal's would stand in for it", () => {
    expect(comparableConfigs({ "snapshot-count": 5000 }, {}, old)).toEqual({
      from: { "snapshot-count": 5000 },
      to: { "snapshot-count": 100_000 },
    });
    expect(comparableConfigs({}, { "snapshot-count": 5000 }, old).from).toEqual({
      "snapshot-count": 100_000,
    });
  });

  it("takes the default of the version that has to do without the key", () => {
    const { to } = comparableConfigs({ "snapshot-count": 5000 }, {}, upgrade);
    expect(to).toEqual({ "snapshot-count": 10_000 });
    const { from } = comparableConfigs({}, { "snapshot-count": 5000 }, upgrade);
    expect(from).toEqual({ "snapshot-count": 100_000 });
  });

  it("leaves both to ordeal where neither sets it, and both alone where both do", () => {
    expect(comparableConfigs({}, {}, old)).toEqual({ from: {}, to: {} });
    const both = [{ "snapshot-count": 1 }, { "snapshot-count": 2 }] as const;
    expect(comparableConfigs(...both, old)).toEqual({ from: both[0], to: both[1] });
  });

  it("takes null for not set", () => {
    expect(comparableConfigs({ "snapshot-count": null }, {}, old)).toEqual({ from: {}, to: {} });
    expect(
      comparableConfigs({ "snapshot-count": null }, { "snapshot-count": 7 }, old).from,
    ).toEqual({ "snapshot-count": 100_000 });
  });

  it("writes no key that the version does not know", () => {
    const step = { fromVersion: "3.3.25", toVersion: "3.4.23" };
    expect(comparableConfigs({}, { logger: "zap" }, step).from).toEqual({});
    const within = { fromVersion: "3.4.23", toVersion: "3.4.30" };
    expect(comparableConfigs({}, { logger: "zap" }, within).from).toEqual({ logger: "capnslog" });
  });

  it("leaves keys alone that ordeal does not fill in", () => {
    expect(comparableConfigs({ "pre-vote": false }, {}, old).to).toEqual({});
  });
});

it("knows all keys that ordeal fills in", () => {
  const membership = { name: "n1", members: ["n1"], token: "", tls: true, version: "3.5.30" };
  const written = parse(effectiveConfig({}, membership).text) as EtcdConfig;
  const side = { config: {}, version: "3.5.30" };
  const context = { from: side, to: side, differences: [], tls: true, sameBinary: true };
  const filledIn = Object.keys(written).filter((key) => reachesNodes(key, context));
  expect(filledIn.sort()).toEqual([...filledInKeys].sort());
});
