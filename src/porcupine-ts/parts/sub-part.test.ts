import { describe, expect, it } from "vitest";
import { casRegisterModel } from "../../models/cas-register.js";
import { registerModel } from "../../models/register.js";
import {
  cas,
  drawFrom,
  type RegisterOperation,
  read,
  write,
} from "../../testing/register-histories.js";
import { registerPartsOf } from "../../testing/register-part-of.js";
import { randomCasHistory } from "../../testing/small-histories.js";
import { kinds, type RegisterPart } from "./register-part.js";
import { subRegisterPart, subTimeline } from "./sub-part.js";
import { never } from "./timeline.js";

function partOf(history: readonly RegisterOperation[]): RegisterPart {
  const part = firstOf(registerPartsOf(registerModel, history));
  if (!part) throw new Error("the history must have a part");
  return part;
}

const firstOf = ([first]: ReturnType<typeof registerPartsOf>) => first?.register;

const everySecond = (part: RegisterPart) =>
  Int32Array.from({ length: part.count >> 1 }, (_, i) => 2 * i + 1);

describe("some operations as a part of their own", () => {
  it("are in the same order in time, at positions from 0 on without a gap", () => {
    for (let seed = 0; seed < 500; seed++) {
      // Few among many and many among few are sorted in two ways.
      const part = firstOf(registerPartsOf(casRegisterModel, randomCasHistory(drawFrom(seed), 60)));
      if (!part) continue;
      for (const numbers of [everySecond(part), everySecond(part).subarray(0, 5)]) {
        const sub = subTimeline(part, numbers, never);
        const times = [...sub.calledAt, ...sub.returnedAt.filter((time) => time !== never)];
        expect(times.toSorted((a, b) => a - b)).toEqual(times.map((_, i) => i));
        const before = [...numbers].flatMap((number) => timesOf(part, number));
        const after = [...numbers].flatMap((_, place) => timesOf(sub, place));
        expect(ranksOf(after)).toEqual(ranksOf(before));
        expect([...sub.byReturn].map((place) => sub.returnedAt[place])).toEqual(
          [...sub.returnedAt].filter((time) => time !== never).toSorted((a, b) => a - b),
        );
      }
    }
  });

  it("do not return when they returned at the end or later", () => {
    const part = partOf([write(1, [0, 5]), write(2, [1, 3]), read(1, [2])]);
    const all = Int32Array.of(0, 1, 2);
    expect(subTimeline(part, all, 4)).toEqual({
      count: 3,
      calledAt: Int32Array.of(0, 1, 2),
      returnedAt: Int32Array.of(never, 3, never),
      byReturn: Int32Array.of(1),
    });
    expect(subTimeline(part, all, 3).byReturn).toEqual(Int32Array.of());
  });

  it("must have been called before the end", () => {
    const part = partOf([write(1, [0, 5]), write(2, [1, 3])]);
    expect(() => subTimeline(part, Int32Array.of(0, 1), 1)).toThrow(RangeError);
  });

  it("have their values numbered anew, the first one as it was", () => {
    const part = partOf([
      write(7, [0, 1]),
      write(8, [2, 3]),
      cas(8, 9, [4, 5]),
      read(null, [6, 7]),
      read(9, [8, 9]),
    ]);
    expect(subRegisterPart(part, Int32Array.of(2, 3, 4), never)).toMatchObject({
      kind: Uint8Array.of(kinds.cas, kinds.read, kinds.read),
      found: Int32Array.of(1, 0, 2),
      left: Int32Array.of(2, -1, -1),
      values: 3,
    });
  });

  it("do nothing where they only look and do not return", () => {
    const part = partOf([write(1, [0, 1]), read(1, [2, 9]), cas(5, 6, [3, 8], 1)]);
    expect(subRegisterPart(part, Int32Array.of(0, 1, 2), 4)).toMatchObject({
      kind: Uint8Array.of(kinds.write, kinds.nothing, kinds.nothing),
      found: Int32Array.of(-1, -1, -1),
      values: 2,
    });
  });
});

function timesOf(
  { calledAt, returnedAt }: RegisterPart | ReturnType<typeof subTimeline>,
  i: number,
) {
  return [calledAt[i] ?? NaN, returnedAt[i] ?? NaN];
}

/** Of each time, how many different ones are earlier. */
function ranksOf(times: readonly number[]): number[] {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  return times.map((time) => sorted.indexOf(time));
}
