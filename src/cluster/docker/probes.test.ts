import { describe, expect, it } from "vitest";
import { judgeCut, judgeMended, type LinkSighting } from "./probes.js";

function sighting(path: string, seen: Partial<LinkSighting>): LinkSighting {
  const [from = "", to = ""] = path.split(" ");
  return { link: { from, to }, dropped: 0, arrived: 0, replied: false, ...seen };
}

describe("judgeCut", () => {
  it("holds where every link dropped something and let nothing through", () => {
    const seen = [sighting("n1 n2", { dropped: 3 }), sighting("n3 n2", { dropped: 5 })];
    expect(judgeCut(seen)).toEqual({
      holds: true,
      evidence: "n2 dropped packets from n1 (3), n3 (5)",
    });
  });

  it.each([
    ["a packet arrived", { dropped: 3, arrived: 1 }],
    ["a ping was replied to", { dropped: 3, replied: true }],
    ["nothing was dropped: the packets were lost otherwise", {}],
  ])("does not hold where on one link %s", (_, seen) => {
    const proof = judgeCut([sighting("n1 n2", { dropped: 3 }), sighting("n2 n1", seen)]);
    expect(proof.holds).toBe(false);
    expect(proof.evidence).toContain("n1");
    expect(proof.evidence).not.toContain("n2 dropped");
  });

  it("does not hold where there was nothing to look at", () => {
    expect(judgeCut([]).holds).toBe(false);
  });
});

describe("judgeMended", () => {
  const link = { from: "n1", to: "n2" };

  it("holds where packets arrive, whether or not a reply came back", () => {
    expect(judgeMended([sighting("n1 n2", { arrived: 3 })], [])).toEqual({
      holds: true,
      evidence: "packets from n1 reach n2",
    });
  });

  it("does not hold where on one link nothing arrives", () => {
    const seen = [sighting("n1 n2", { arrived: 3 }), sighting("n2 n1", { dropped: 3 })];
    expect(judgeMended(seen, [])).toEqual({ holds: false, evidence: "nothing from n2 reached n1" });
  });

  it("holds for a covered link where as many cuts are left as there should be", () => {
    expect(judgeMended([], [{ link, expected: 1, found: 1 }]).holds).toBe(true);
    expect(judgeMended([], [{ link, expected: 1, found: 2 }]).holds).toBe(false);
  });
});
