import { expect, it } from "vitest";
import { type PartShape, randomRegisterPart } from "../../../testing/random-register-part.js";
import { type Draw, drawFrom } from "../../../testing/register-histories.js";
import { flawInRegisterOrder, hasRegisterOrder } from "../../../testing/register-part-oracle.js";
import { kinds, noValue, type RegisterPart } from "../../parts/register-part.js";
import { never } from "../../parts/timeline.js";
import { createRegisterSearch } from "./register-search.js";
import { type RuleName, ruleNames } from "./rules.js";

type Options = Parameters<typeof createRegisterSearch>[1];

/** Also looks whether an order that it found is one. */
function verdictOf(part: RegisterPart, options: Options = {}): string {
  const search = createRegisterSearch(part, options);
  const outcome = search.run(1_000_000);
  if (outcome !== "found") return outcome;
  return flawInRegisterOrder(part, search.order()) ?? "found";
}

type Line = readonly [kind: keyof typeof kinds, found: number, left: number, ...times: number[]];

/** A part by its operations in the order of their calls; without a second time it never returned. */
function partOf(lines: readonly Line[]): RegisterPart {
  const column = (of: (line: Line) => number) => Int32Array.from(lines, of);
  const returnedAt = column(([, , , , returned]) => returned ?? never);
  return {
    count: lines.length,
    calledAt: column(([, , , called]) => called ?? 0),
    returnedAt,
    byReturn: Int32Array.from(lines.keys())
      .filter((number) => returnedAt[number] !== never)
      .sort((a, b) => (returnedAt[a] ?? 0) - (returnedAt[b] ?? 0)),
    kind: Uint8Array.from(lines, ([kind]) => kinds[kind]),
    found: column(([, found]) => found),
    left: column(([, , left]) => left),
    values: 5,
  };
}

const none = noValue;

it("finds an order of nothing", () => {
  expect(verdictOf(partOf([]))).toBe("found");
});

it("lets what never returned take effect long after its call", () => {
  const late: Line[] = [
    ["write", none, 1, 0],
    ["write", none, 2, 1, 2],
    ["read", 2, none, 3, 4],
    ["read", 1, none, 5, 6],
  ];
  expect(verdictOf(partOf(late))).toBe("found");
  expect(verdictOf(partOf([...late, ["read", 2, none, 7, 8]]))).toBe("impossible");
});

it("uses a crashed write once, though it takes it for unlimited at first", () => {
  const lines: Line[] = [
    ["write", none, 1, 0],
    ["read", 1, none, 1, 2],
    ["write", none, 2, 3, 4],
    ["read", 2, none, 5, 6],
    ["read", 1, none, 7, 8],
  ];
  expect(verdictOf(partOf(lines))).toBe("impossible");
  expect(verdictOf(partOf(lines.slice(0, 4)))).toBe("found");
});

it("goes through crashed swaps to a value that is read", () => {
  const lines: Line[] = [
    ["cas", 0, 1, 0],
    ["cas", 1, 2, 1],
    ["read", 2, none, 2, 3],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
  expect(verdictOf(partOf(lines.slice(1)))).toBe("impossible");
});

it("writes the same value twice for two swaps of it", () => {
  const lines: Line[] = [
    ["write", none, 1, 0, 7],
    ["write", none, 1, 1, 8],
    ["cas", 1, 2, 2, 5],
    ["cas", 1, 3, 3, 6],
    ["read", 3, none, 9, 10],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
  expect(verdictOf(partOf(lines.slice(1)))).toBe("impossible");
});

it("writes the value that is there again, to hide a younger write before a swap", () => {
  const lines: Line[] = [
    ["write", none, 1, 0, 1],
    ["read", 1, none, 2, 3],
    ["write", none, 2, 4, 7],
    ["write", none, 1, 5, 11],
    ["cas", 1, 3, 6, 8],
    ["read", 3, none, 9, 10],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
});

it("shows a write at its return for what differs and is called later", () => {
  const lines: Line[] = [
    ["write", none, 1, 0, 5],
    ["write", none, 2, 1, 3],
    ["read", 2, none, 2, 4],
    ["differs", 2, none, 6, 7],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
  expect(verdictOf(partOf(lines.slice(1)))).toBe("impossible");
});

it("looks beyond what differs from the due write's value for what sees it", () => {
  const lines: Line[] = [
    ["write", none, 1, 0, 5],
    ["write", none, 2, 1, 3],
    ["read", 2, none, 2, 4],
    ["differs", 1, none, 6, 11],
    ["differs", 2, none, 7, 8],
    ["write", none, 3, 9, 10],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
  expect(verdictOf(partOf(lines.slice(0, 5)))).toBe("impossible");
});

it("writes what is there again before a crashed swap that makes a difference", () => {
  const lines: Line[] = [
    ["write", none, 0, 0, 5],
    ["differs", 0, none, 1, 4],
    ["cas", 0, 1, 2],
    ["read", 1, none, 6, 7],
  ];
  expect(verdictOf(partOf(lines))).toBe("found");
  expect(verdictOf(partOf([...lines.slice(0, 3), ["read", 2, none, 6, 7]]))).toBe("impossible");
});

it("does not go in circles among crashed writes that never run out", () => {
  const crashed: Line[] = [1, 2, 3, 4].map((value) => ["write", none, value, value]);
  const reads = Array.from({ length: 40 }, (_, index): Line => {
    const time = 10 + 2 * index;
    return ["read", 1 + (index % 4), none, time, time + 1];
  });
  expect(verdictOf(partOf([...crashed, ...reads]))).toBe("impossible");
  expect(verdictOf(partOf([...crashed, ...reads.slice(0, 4)]))).toBe("found");
});

/** Answers from a correct register's to made-up ones; from no crashed operations to many. */
function smallShape(draw: Draw): PartShape {
  return {
    operations: draw(12),
    clients: 1 + draw(7),
    ...(draw(8) === 0 ? {} : { values: 1 + draw(3) }),
    crashedPercent: [0, 10, 40][draw(3)] ?? 0,
    wrongPercent: [0, 15, 40, 100][draw(4)] ?? 0,
    weights: { write: 1 + draw(4), cas: draw(4), differs: draw(4), nothing: draw(2), read: 2 },
  };
}

/** The rule about stretches is for long histories: here it is made to be used in short ones. */
function impatient(draw: Draw) {
  return draw(2) === 0 ? {} : { stretches: { patience: draw(4), shortest: 1 + draw(4) } };
}

function disagreements(seeds: number, optionsBy: (draw: Draw) => Options): number[] {
  return Array.from({ length: seeds }, (_, seed) => seed).filter((seed) => {
    const draw = drawFrom(seed * 31 + 1);
    const part = randomRegisterPart(draw, smallShape(draw));
    const expected = hasRegisterOrder(part) ? "found" : "impossible";
    return verdictOf(part, optionsBy(draw)) !== expected;
  });
}

it("decides as one who tries all orders", () => {
  expect(disagreements(4_000, impatient)).toEqual([]);
});

it.each(ruleNames)("decides the same without the rule '%s'", (name) => {
  const options = (draw: Draw) => ({ rules: { [name]: false }, ...impatient(draw) });
  expect(disagreements(300, options)).toEqual([]);
});

it("decides the same with any of its rules", () => {
  const options = (draw: Draw) => ({
    rules: Object.fromEntries(ruleNames.map((name) => [name, draw(2) === 0])),
    ...impatient(draw),
  });
  expect(disagreements(2_000, options)).toEqual([]);
});

function longPart(seed: number, wrongPercent: number): RegisterPart {
  const draw = drawFrom(seed);
  return randomRegisterPart(draw, {
    operations: 60 + draw(60),
    clients: 2 + draw(5),
    values: 1 + draw(4),
    crashedPercent: draw(3) * 3,
    wrongPercent,
  });
}

const withoutMost: Partial<Record<RuleName, boolean>> = Object.fromEntries(
  ruleNames.map((name) => [name, name === "eager looking"]),
);

it("decides long histories as without its rules", () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const differing = seeds.filter((seed) => {
    const part = longPart(seed, seed % 2);
    return verdictOf(part) !== verdictOf(part, { rules: withoutMost });
  });
  expect(differing).toEqual([]);
});

it("finds an order when more than 32 clients write, read and swap at the same time", () => {
  const draw = drawFrom(5);
  const shape = { operations: 400, clients: 100, values: 3, crashedPercent: 2, wrongPercent: 0 };
  expect(verdictOf(randomRegisterPart(draw, shape))).toBe("found");
});

it("does the same however often it is interrupted", () => {
  for (let seed = 0; seed < 20; seed++) {
    const part = longPart(seed, seed % 3);
    const once = createRegisterSearch(part);
    const often = createRegisterSearch(part);
    const outcome = once.run(1_000_000);
    let sliced = often.run(1);
    while (sliced === "open") sliced = often.run(1);
    expect([sliced, often.visited, often.reached]).toEqual([outcome, once.visited, once.reached]);
    if (outcome === "found") expect(often.order()).toEqual(once.order());
  }
});

it("reaches what has an order", () => {
  for (let seed = 0; seed < 300; seed++) {
    const draw = drawFrom(seed);
    const part = randomRegisterPart(draw, { ...smallShape(draw), wrongPercent: 40 });
    const search = createRegisterSearch(part);
    search.run(1_000_000);
    expect(hasRegisterOrder(beginningOf(part, search.reached))).toBe(true);
  }
});

/** The first so many returns, and what was called before the last of them. */
function beginningOf(part: RegisterPart, returns: number): RegisterPart {
  const byReturn = part.byReturn.subarray(0, returns);
  const end = part.returnedAt[byReturn.at(-1) ?? -1] ?? -1;
  const count = part.calledAt.filter((time) => time < end).length;
  const returnedAt = part.returnedAt.map((time) => (time > end ? never : time));
  return { ...part, count, returnedAt, byReturn };
}
