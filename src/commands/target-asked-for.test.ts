import { describe, expect, it } from "vitest";
import { nemeses } from "../../nemeses/index.js";
import { dockerCapabilities } from "../cluster/docker/capabilities.js";
import { nodeNames } from "../core/cluster.js";
import { UsageError } from "../core/errors.js";
import { kindsHit } from "../runner/aimed-choice.js";
import { targetAskedFor } from "./target-asked-for.js";

const cluster = (count: number) => ({
  nodes: nodeNames(count),
  capabilities: dockerCapabilities,
});

function asked(nemesis: string, target: string, count = 5) {
  return targetAskedFor(target === "" ? [] : [target], nemesis.split(",").filter(Boolean), {
    ...cluster(count),
  });
}

it("tells kinds from nodes, each once and in their own order", () => {
  expect(asked("kill,pause", "n3,leader,n2,one,leader")).toEqual({
    target: { kinds: ["one", "leader"], nodes: ["n2", "n3"] },
  });
  expect(asked("kill", "n1")).toEqual({ target: { nodes: ["n1"] } });
  expect(asked("kill", "")).toEqual({});
});

describe("refuses what could not be honoured", () => {
  it.each([
    ["kill", "n6", 5, /expected --target to be of one, .* n5, got "n6"/],
    ["kill", "folowers", 5, /got "folowers": did you mean "followers"\?/],
    ["kill", "n1,", 5, /expected --target to be of .*, got ""/],
    ["", "n1", 5, /give --nemesis too, or leave it out/],
    ["restore", "all", 5, /"restore" has no fault for --target all .*: it takes no --target/],
    ["kill,upgrade", "n1", 5, /"upgrade" has no fault .*: it takes no --target/],
    ["member", "majority", 5, /"member" has no .* of 5 nodes: it takes one, leader or names/],
    ["pause", "all", 3, /"pause" has no fault for --target all in a cluster of 3 nodes/],
    ["kill", "minority", 1, /"kill" has no .* of 1 node: it takes one, leader or names of nodes/],
    ["kill", "majority,n1,n2", 5, /: that takes more nodes than n1, n2$/],
    ["kill,member", "one,all,n3", 3, /no fault of kill, member hits --target all,n3 .* all out/],
  ])("%j and --target %s of %i", (nemesis, target, count, sentence) => {
    const ask = () => asked(nemesis, target, count);
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(sentence);
  });
});

it("knows whom each nemesis can hit", () => {
  const few = ["one", "leader", "minority"];
  const notAll = [...few, "majority", "followers"];
  const any = [...notAll, "all"];
  const expected = {
    partition: any,
    pause: notAll,
    kill: any,
    "power-failure": any,
    "disk-stall": notAll,
    "disk-full": any,
    "disk-slow": any,
    "packet-loss": ["one", "leader", "all"],
    "packet-disorder": ["one", "leader", "all"],
    clock: any,
    "hold-links": ["one", "leader"],
    "slow-network": any,
    member: ["one", "leader"],
    corrupt: few,
    "snapshot-catch-up": ["one"],
    admin: ["one", "leader", "all"],
    rollout: [],
    upgrade: [],
    reconfigure: [],
    restore: [],
    chaos: any,
  };
  const found = Object.keys(expected).map((name) => {
    const nemesis = nemeses[name];
    return [name, nemesis && kindsHit(nemesis, cluster(5))];
  });
  expect(Object.fromEntries(found)).toEqual(expected);
});
