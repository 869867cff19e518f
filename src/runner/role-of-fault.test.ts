import { describe, expect, it } from "vitest";
import type { FaultSpec } from "../core/history.js";
import { aimedAt, wasAimedAtLeader } from "./role-of-fault.js";

const partition = {
  nemesis: "partition",
  kind: "leader",
  cut: "partition-n2",
  nodes: ["n2"],
  description: "n2 (the leader) is cut off from n1, n3 and n20",
  links: [
    { from: "n2", to: "n1" },
    { from: "n1", to: "n2" },
    { from: "n20", to: "n2" },
  ],
};
const kill: FaultSpec & { target: string } = {
  nemesis: "kill",
  target: "one",
  nodes: ["n2"],
  description: "n2 is killed",
};

describe("a fault that was aimed at the leader", () => {
  it("hits whoever leads now: the two change places in links and words as well", () => {
    expect(aimedAt(partition, "n1")).toEqual({
      nemesis: "partition",
      kind: "leader",
      cut: "partition-n2",
      nodes: ["n1"],
      description: "n1 (the leader) is cut off from n2, n3 and n20",
      links: [
        { from: "n1", to: "n2" },
        { from: "n2", to: "n1" },
        { from: "n20", to: "n1" },
      ],
    });
  });

  it("stays as it is where the same node leads", () => {
    expect(aimedAt(partition, "n2")).toBe(partition);
  });

  it("keeps its node where nobody leads, and says no longer that this is the leader", () => {
    expect(aimedAt(partition, undefined)).toEqual({
      ...partition,
      description: "n2 (it led then) is cut off from n1, n3 and n20",
    });
  });

  it("is known by its kind or its target, whatever the nemesis", () => {
    expect(wasAimedAtLeader(partition)).toBe(true);
    const leader: FaultSpec = { ...kill, target: "leader" } as FaultSpec;
    expect(wasAimedAtLeader(leader)).toBe(true);
    expect(aimedAt(leader, "n3").nodes).toEqual(["n3"]);
  });
});

it("another fault keeps its nodes, whoever leads", () => {
  expect(wasAimedAtLeader(kill)).toBe(false);
  expect(aimedAt(kill, "n1")).toBe(kill);
});
