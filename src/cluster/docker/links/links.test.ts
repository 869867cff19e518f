import { describe, expect, it } from "vitest";
import type { DockerNode } from "../node.js";
import { judgeHeld, judgeReleased } from "../harms/hold-links.js";
import { judgeLate, judgePrompt } from "../harms/slow-network.js";
import { parseLimit } from "./bandwidth.js";
import { isCut, type Lane, type LaneProbe, lanesOf, linksSetUp, sightOf } from "./links.js";

const n1 = node("n1", "10.0.0.2");
const n2 = node("n2", "10.0.0.3");
const open = { isHeld: false, delayMs: 0, jitterMs: 0, waitingBytes: 0, passedBytes: 0 };
const held = { ...open, isHeld: true };
const late = { ...open, delayMs: 20 };

/** Of a node these alone are looked at. */
function node(name: string, address: string): DockerNode {
  return { name, address } as DockerNode;
}

function probe(seen: Partial<LaneProbe>): LaneProbe {
  const lane: Lane = { node: n2, way: "from", peer: n1 };
  return { lane, before: open, after: open, isWayBackHeld: false, roundTripsUs: [], ...seen };
}

describe("what is held", () => {
  const more = { ...held, waitingBytes: 2 };

  it("is so where something came on each lane and nothing passed", () => {
    expect(judgeHeld([probe({ before: held, after: more })])).toEqual({
      holds: true,
      evidence: "n1 to n2 (n2's connections): 2 bytes wait, 2 of them new, and none passed",
    });
  });

  it.each<[string, LaneProbe[]]>([
    ["nobody looked", []],
    ["nothing came", [probe({ before: held, after: held })]],
    ["something passed", [probe({ before: held, after: { ...more, passedBytes: 1 } })]],
    ["it was let go meanwhile", [probe({ before: held, after: { ...more, isHeld: false } })]],
    ["it waits for another reason", [probe({ after: { ...open, waitingBytes: 2 } })]],
    ["one of two lanes is open", [probe({ before: held, after: more }), probe({})]],
  ])("is not so where %s", (_, probes) => {
    expect(judgeHeld(probes).holds).toBe(false);
  });
});

describe("what was held", () => {
  const passed = probe({ after: { ...open, passedBytes: 3 } });
  const nowhere = () => false;
  const everywhere = () => true;

  it("is let go where something passes, or could not for a cut", () => {
    expect(judgeReleased([passed], nowhere).holds).toBe(true);
    expect(judgeReleased([probe({})], nowhere).holds).toBe(false);
    expect(judgeReleased([probe({})], everywhere)).toEqual({
      holds: true,
      evidence: "n1 to n2 (n2's connections): not held, a cut is in force",
    });
  });

  it("is not let go while the proxy holds it, cut or not", () => {
    const still = probe({ before: held, after: { ...held, passedBytes: 3 } });
    expect(judgeReleased([still], nowhere).holds).toBe(false);
    expect(judgeReleased([still], everywhere).holds).toBe(false);
    expect(judgeReleased([], nowhere).holds).toBe(false);
  });
});

describe("what is late", () => {
  it("is so where the fastest round trip took the delay at least", () => {
    const slow = { before: late, after: late };
    expect(judgeLate([probe({ ...slow, roundTripsUs: [31_000, 20_500] })], 20)).toEqual({
      holds: true,
      evidence: "n1 to n2 (n2's connections) and back: 20.5 ms at least",
    });
    expect(judgeLate([probe({ ...slow, roundTripsUs: [31_000, 19_999] })], 20).holds).toBe(false);
    expect(judgeLate([probe({ ...slow, roundTripsUs: [] })], 20).holds).toBe(false);
    expect(judgeLate([], 20).holds).toBe(false);
  });

  it("is not so where only the machine is slow", () => {
    expect(judgeLate([probe({ roundTripsUs: [31_000] })], 20).holds).toBe(false);
  });

  it("is over where a round trip takes less, or another fault keeps it", () => {
    const at = { delayMs: 20, isUnderCut: () => false };
    expect(judgePrompt([probe({ roundTripsUs: [500] })], at).holds).toBe(true);
    expect(judgePrompt([probe({ roundTripsUs: [20_000] })], at).holds).toBe(false);
    expect(judgePrompt([probe({})], at).holds).toBe(false);
    expect(judgePrompt([probe({ after: held })], at).holds).toBe(true);
    expect(judgePrompt([probe({ isWayBackHeld: true })], at).holds).toBe(true);
    expect(judgePrompt([probe({})], { ...at, isUnderCut: () => true }).holds).toBe(true);
    expect(judgePrompt([probe({ after: late, roundTripsUs: [500] })], at).holds).toBe(false);
  });
});

describe("the proxy's words", () => {
  const shown = "to 10.0.0.2 open 0 0 0 12\nfrom 10.0.0.2 held 20 10 7 345\n";

  it("tell of each lane, and nothing of one that was never used", () => {
    expect(sightOf({ node: n2, way: "from", peer: n1 }, shown)).toEqual({
      isHeld: true,
      ...{ delayMs: 20, jitterMs: 10, waitingBytes: 7, passedBytes: 345 },
    });
    expect(sightOf({ node: n2, way: "to", peer: n1 }, shown).passedBytes).toBe(12);
    expect(sightOf({ node: n1, way: "to", peer: n2 }, shown)).toEqual(open);
  });

  it("are of both ends of a direction", () => {
    expect(lanesOf({ from: n1, to: n2 })).toEqual([
      { node: n2, way: "from", peer: n1 },
      { node: n1, way: "to", peer: n2 },
    ]);
  });

  it("cannot be had over a cut of either direction, and over others can", () => {
    const [lane] = lanesOf({ from: n1, to: n2 });
    if (!lane) throw new Error("a direction has lanes");
    expect(isCut(lane, [{ from: "n1", to: "n2" }])).toBe(true);
    expect(isCut(lane, [{ from: "n2", to: "n1" }])).toBe(true);
    expect(isCut(lane, [{ from: "n1", to: "n3" }])).toBe(false);
    expect(isCut(lane, [{ from: "clients", to: "n2" }])).toBe(false);
  });
});

it("leads connections to peers alone to the proxy, in a chain of its own", () => {
  const rules = linksSetUp(["10.0.0.2"]).split("\n");
  expect(rules).toContain("-A ORDEAL-LINKS -m mark --mark 0x6f6c -j RETURN");
  expect(rules).toContain(
    "-A ORDEAL-LINKS -d 10.0.0.2 -p tcp -m multiport --dports 2380,23801 -j REDIRECT --to-ports 23800",
  );
  expect(rules.filter((rule) => / -F | -X /.test(rule))).toEqual([]);
});

it("reads the kernel's limit and how often it made packets wait", () => {
  const limited = `qdisc tbf 8001: root refcnt 3 rate 256Kbit burst 4Kb lat 300ms
 Sent 0 bytes 0 pkt (dropped 0, overlimits 17 requeues 0)`;
  expect(parseLimit(limited)).toEqual({ rate: "256Kbit", overlimits: 17 });
  expect(parseLimit("qdisc noqueue 0: root refcnt 2")).toEqual({ overlimits: 0 });
});
