import { describe, expect, it } from "vitest";
import { drawFrom } from "../../testing/register-histories.js";
import { eventsInOrder, type Times } from "./event-order.js";

function times(operations: readonly (readonly [call: number, returned?: number])[]): Times {
  return {
    count: operations.length,
    call: Float64Array.from(operations, ([call]) => call),
    return: Float64Array.from(operations, ([, returned = Infinity]) => returned),
  };
}

/** By definition: time, then calls before returns, then the order of the list. */
function byDefinition({ count, call, return: returned }: Times): number[] {
  const events = Array.from({ length: count }, (_, index) => [
    { event: 2 * index, time: call[index] ?? 0 },
    { event: 2 * index + 1, time: returned[index] ?? 0 },
  ]).flat();
  return events
    .filter(({ time }) => time !== Infinity)
    .sort((a, b) => a.time - b.time || (a.event % 2) - (b.event % 2) || a.event - b.event)
    .map(({ event }) => event);
}

it("has the calls first of what happens at one time", () => {
  expect([...eventsInOrder(times([[3, 3], [1, 3], [3], [0, 1]]))]).toEqual([6, 2, 7, 0, 4, 1, 3]);
});

it("is empty where nothing happened", () => {
  expect(eventsInOrder(times([]))).toHaveLength(0);
});

/** Each kind of times takes another way to be sorted. */
const kinds: Readonly<Record<string, (draw: number) => number>> = {
  "whole numbers close together": (draw) => draw % 300,
  "negative numbers": (draw) => (draw % 300) - 200,
  "nanoseconds since 1970": (draw) => 1.7e18 / 1024 + draw * 1_000_003,
  "whole numbers far apart": (draw) => draw * 4_000_000_007,
  fractions: (draw) => draw / 7,
  "numbers beyond whole ones": (draw) => draw * 2 ** 60,
};

describe.each(Object.entries(kinds))("of %s", (_, timeOf) => {
  it.each([1, 10, 63, 64, 65, 2_000])("is as defined for %i operations", (count) => {
    const draw = drawFrom(count);
    const operations = Array.from({ length: count }, (): [number, number?] => {
      const call = draw(100_000);
      return draw(8) === 0
        ? [timeOf(call)]
        : [timeOf(call), timeOf(call) + Math.abs(timeOf(draw(50)))];
    });
    const given = times(operations);
    expect([...eventsInOrder(given)]).toEqual(byDefinition(given));
  });
});
