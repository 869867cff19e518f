/**
 * Arrays that searches are done with, for the next ones. Most parts are small, and to make and
 * collect arrays for each would cost more than to search it. By the power of two that is their
 * length; what is large is not kept.
 */
const idle: Int32Array[][] = [];
const largestKept = 16;
const mostKept = 64;

/** At least so many zeros, a power of two of them if they are few. Whoever takes it may give it back. */
export function takeInts(length: number): Int32Array {
  const power = powerFor(length);
  if (power > largestKept) return new Int32Array(length);
  const known = idle[power]?.pop();
  return known ? known.fill(0) : new Int32Array(2 ** power);
}

/** Of something that `takeInts` gave and nobody uses any more. */
export function giveBack(numbers: Int32Array): void {
  const power = powerFor(numbers.length);
  if (power > largestKept || numbers.length !== 2 ** power) return;
  const alike = (idle[power] ??= []);
  if (alike.length < mostKept) alike.push(numbers);
}

/** The same numbers with room for at least `length` of them; what had too little is given back. */
export function withPooledRoom(numbers: Int32Array, length: number): Int32Array {
  if (numbers.length >= length) return numbers;
  const larger = takeInts(Math.max(length, 2 * numbers.length));
  larger.set(numbers);
  giveBack(numbers);
  return larger;
}

function powerFor(length: number): number {
  return length <= 1 ? 0 : 32 - Math.clz32(length - 1);
}
