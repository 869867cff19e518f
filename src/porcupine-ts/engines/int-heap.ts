import { intAt } from "../at.js";

/** Whole numbers of which the smallest comes out first. */
export interface IntHeap {
  push(number: number): void;
  /** Undefined where there is none left. */
  pop(): number | undefined;
}

/** For at most `capacity` numbers at a time. */
export function createIntHeap(capacity: number): IntHeap {
  // The children of i are 2i + 1 and 2i + 2, none smaller than it.
  const heap = new Int32Array(capacity);
  let size = 0;

  function sink(number: number): void {
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && intAt(heap, child + 1) < intAt(heap, child)) child++;
      if (intAt(heap, child) >= number) break;
      heap[hole] = intAt(heap, child);
      hole = child;
    }
    heap[hole] = number;
  }

  return {
    push(number) {
      if (size === capacity) throw new RangeError(`a heap for ${capacity} numbers is full`);
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (intAt(heap, parent) <= number) break;
        heap[hole] = intAt(heap, parent);
        hole = parent;
      }
      heap[hole] = number;
    },
    pop() {
      if (size === 0) return undefined;
      const smallest = intAt(heap, 0);
      const last = intAt(heap, --size);
      if (size > 0) sink(last);
      return smallest;
    },
  };
}
