import { describe, expect, it } from "vitest";
import { type ClientSighting, judgeClientsCut, judgeClientsMended } from "./client-links.js";

const silent: ClientSighting = { node: "n1", dropped: 2, arrived: 0, answered: false, peers: [] };
const peer = (from: string, arrived: number) => ({
  link: { from, to: "n1" },
  dropped: 0,
  arrived,
  replied: arrived > 0,
});

describe("a node that clients do not reach", () => {
  it("dropped what they sent and gave no answer, while members reach it", () => {
    const seen = { ...silent, peers: [peer("n2", 3), peer("n3", 0)] };
    expect(judgeClientsCut(seen)).toEqual({
      holds: true,
      evidence:
        "n1 dropped packets from clients (2) and gave no answer within 300 ms; members reach it: n2 (3)",
    });
    expect(judgeClientsCut(silent).holds).toBe(true);
  });

  it.each([
    ["answered", { answered: true }],
    ["let something in", { arrived: 1 }],
    ["dropped nothing: nobody asked, or it was lost otherwise", { dropped: 0 }],
    ["is reached by no member either", { peers: [peer("n2", 0)] }],
  ])("is none that %s", (_, seen) => {
    expect(judgeClientsCut({ ...silent, ...seen }).holds).toBe(false);
  });

  it("is reached again once packets come in, whether or not it has an answer", () => {
    expect(judgeClientsMended({ ...silent, arrived: 4 }).holds).toBe(true);
    expect(judgeClientsMended(silent).holds).toBe(false);
  });
});
