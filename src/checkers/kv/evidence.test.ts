import { describe, expect, it } from "vitest";
import { gatherEvidence } from "./evidence.js";
import { found, keep, kv, lost, put, range, told } from "./kv-cases.fixture.js";
import { startsOf } from "./starts.js";

/**
 * What is told here spares the search work and changes no verdict, since it only says beforehand
 * what the answers demand; so verdicts cannot show whether it is right.
 */
describe("a write of unknown outcome", () => {
  const write = lost(0, put("a", "1"));
  const one = kv("a", "1", 2);

  it("had happened by the first answer that shows it to return", () => {
    const early = told("2..5", range("a"), 2, found(one));
    const late = (span: string) => told(span, range("a"), 2, found(one));
    for (const other of [late("1..9"), late("3..9")]) {
      const operations = [write, early, other].sort((a, b) => a.index - b.index);
      expect(gatherEvidence(operations).sights.get(write)).toEqual({ revision: 2, by: early });
    }
  });

  it("is known to have made the revision at which it is found, which is no gap", () => {
    const seen = told("2..3", range("a"), 3, found({ ...one, modRevision: 3, createRevision: 3 }));
    const { makers, gaps } = gatherEvidence([write, seen], 1);
    expect(makers.get(3)).toBe(write);
    expect(gaps.map(({ revision }) => revision)).toEqual([2]);
  });

  it("is not said to have made a revision that another was told to have made first", () => {
    const [first, second] = [told("0..9", put("a", "5"), 2), told("1..8", put("b", "6"), 2)];
    expect(gatherEvidence([first, second]).makers.get(2)).toBe(first);
  });
});

describe("where a put may have kept a value, whoever wrote it", () => {
  const first = told("0..1", put("a", "1"), 2);
  const [two, three] = [lost(2, put("a", "2")), lost(3, put("a", "3"))];
  const kept = lost(4, keep("a"));
  const at = (value: string, modRevision: number) =>
    kv("a", value, modRevision, { createRevision: 2, version: modRevision - 1 });

  it("is known if all other revisions since its call are others'", () => {
    const newer = told("5..12", range("a"), 4, found(at("3", 4)));
    const older = told("6..11", range("a"), 3, found(at("2", 3)));
    const { sights } = gatherEvidence([first, two, three, kept, newer, older]);
    expect(sights.get(two)).toEqual({ revision: 3, by: older });
    expect(sights.get(three)).toEqual({ revision: 4, by: newer });
    expect(gatherEvidence([first, two, three, kept, newer]).sights.size).toBe(0);
  });

  it("is known if the value is as old as its key", () => {
    const other = lost(0, put("b", "4"));
    const made = lost(1, put("a", "5"));
    const seen = told("6..7", range("a"), 3, found(kv("a", "5", 3)));
    const { sights } = gatherEvidence([other, made, kept, seen]);
    expect(sights.get(made)).toEqual({ revision: 3, by: seen });
  });
});

it("a run began before the first revision that anybody found made", () => {
  const seen = told("2..3", range("a", { serializable: true }), 5, found(kv("a", "1", 4)));
  expect(startsOf([lost(0, put("a", "1")), seen])).toEqual({ earliest: 2, latest: 3 });
});
