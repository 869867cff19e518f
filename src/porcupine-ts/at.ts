/** The element at `index`, which must exist: a wrong index is a bug and must not turn into NaN. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no element ${index} of ${items.length}`);
  return item;
}

/** The same for typed arrays, apart so that the engine sees one kind of array in hot code. */
export function intAt(numbers: Int32Array, index: number): number {
  const number = numbers[index];
  if (number === undefined) throw new RangeError(`no element ${index} of ${numbers.length}`);
  return number;
}

/** The same numbers with room for at least `length` of them. */
export function withRoom(numbers: Int32Array, length: number): Int32Array {
  if (numbers.length >= length) return numbers;
  const larger = new Int32Array(Math.max(length, 2 * numbers.length));
  larger.set(numbers);
  return larger;
}
