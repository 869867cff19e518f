import { intAt, withRoom } from "../at.js";

/** Beyond this, whole numbers are looked up like any other value: a table would be too large. */
const largestInTable = 2 ** 24;
const unnumbered = -1;

/** Numbers for values, from 0 on in the order in which they first come. */
export interface ValueNumbers {
  numberOf(value: string | number): number;
  readonly size: number;
}

/** Small whole numbers, the usual values of a test, are looked up in a table; others in a map. */
export function createValueNumbers(): ValueNumbers {
  const others = new Map<string | number, number>();
  let table: Int32Array = new Int32Array(16).fill(unnumbered);
  let size = 0;

  function numberInTable(value: number): number {
    if (value >= table.length) {
      const known = table.length;
      table = withRoom(table, value + 1).fill(unnumbered, known);
    }
    const number = intAt(table, value);
    if (number !== unnumbered) return number;
    table[value] = size;
    return size++;
  }

  return {
    numberOf(value) {
      if (typeof value === "number" && value >= 0 && value < largestInTable && value % 1 === 0) {
        return numberInTable(value);
      }
      const known = others.get(value);
      if (known !== undefined) return known;
      others.set(value, size);
      return size++;
    },
    get size() {
      return size;
    },
  };
}
