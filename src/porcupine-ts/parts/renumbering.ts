import { intAt } from "../at.js";

/** Numbers for the values of one part after the other, from 0 on in each. */
export interface Renumbering {
  /** From now on it is about another part. */
  begin(): void;
  /** Of a value's number in the whole history; what is below 0 stays as it is. */
  readonly numberOf: (value: number) => number;
  /** How many values the part has so far. */
  readonly size: number;
}

export function createRenumbering(valuesOfHistory: number): Renumbering {
  /** By value in the history: its number in the part last met, valid where `metIn` says so. */
  const numbers = new Int32Array(valuesOfHistory);
  const metIn = new Int32Array(valuesOfHistory);
  let turn = 0;
  let size = 0;
  return {
    begin() {
      turn++;
      size = 0;
    },
    numberOf(value) {
      if (value < 0) return value;
      if (intAt(metIn, value) !== turn) {
        metIn[value] = turn;
        numbers[value] = size++;
      }
      return intAt(numbers, value);
    },
    get size() {
      return size;
    },
  };
}
