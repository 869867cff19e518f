import { expect, it } from "vitest";
import { drawFrom } from "../../testing/register-histories.js";
import { createIntHeap } from "./int-heap.js";

it("gives the smallest number that is in it, whatever came and went before", () => {
  for (let seed = 0; seed < 50; seed++) {
    const draw = drawFrom(seed);
    const heap = createIntHeap(200);
    const expected: number[] = [];
    for (let turn = 0; turn < 200; turn++) {
      if (draw(3) > 0) {
        const number = draw(100);
        heap.push(number);
        expected.push(number);
        expected.sort((a, b) => a - b);
      } else {
        expect(heap.pop()).toBe(expected.shift());
      }
    }
    for (const number of expected) expect(heap.pop()).toBe(number);
    expect(heap.pop()).toBeUndefined();
  }
});

it("says that it is full rather than forget a number", () => {
  const heap = createIntHeap(1);
  heap.push(7);
  expect(() => {
    heap.push(8);
  }).toThrow("a heap for 1 numbers is full");
});
