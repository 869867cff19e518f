import { at } from "../../at.js";

/**
 * Which unknown operations an order has used so far, by class. Within a class the earliest call
 * is used first (any member can stand for another, and the earliest is available the longest), so
 * how many were used says which. Kept as sorted lists of class numbers, each list with a number.
 */
export interface Usages {
  readonly lists: (readonly number[])[];
  readonly byText: Map<string, number>;
  /** By list, the list with one more of a class: found again without building its text. */
  readonly successors: Map<number, number>[];
  bytes: number;
}

export const nothingUsed = 0;

export function createUsages(): Usages {
  return {
    lists: [[]],
    byText: new Map([["", nothingUsed]]),
    successors: [new Map<number, number>()],
    bytes: 0,
  };
}

export function withOneMore(usages: Usages, usage: number, unknownClass: number): number {
  const successors = at(usages.successors, usage);
  const known = successors.get(unknownClass);
  if (known !== undefined) return known;
  const list = inserted(at(usages.lists, usage), unknownClass);
  const number = numberOf(usages, list);
  successors.set(unknownClass, number);
  return number;
}

export function timesUsed(usages: Usages, usage: number, unknownClass: number): number {
  let times = 0;
  for (const used of at(usages.lists, usage)) if (used === unknownClass) times++;
  return times;
}

/** True where `more` used everything that `less` did. */
export function usesAll(usages: Usages, more: number, less: number): boolean {
  if (more === less || less === nothingUsed) return true;
  const large = at(usages.lists, more);
  const small = at(usages.lists, less);
  if (small.length > large.length) return false;
  let found = 0;
  for (const used of large) if (found < small.length && small[found] === used) found++;
  return found === small.length;
}

function inserted(list: readonly number[], unknownClass: number): number[] {
  const place = list.findIndex((other) => other > unknownClass);
  return list.toSpliced(place < 0 ? list.length : place, 0, unknownClass);
}

function numberOf(usages: Usages, list: readonly number[]): number {
  const text = list.join(",");
  const known = usages.byText.get(text);
  if (known !== undefined) return known;
  usages.byText.set(text, usages.lists.length);
  usages.successors.push(new Map());
  // The list, its text, a map and an entry of a map.
  usages.bytes += 8 * list.length + text.length + 300;
  return usages.lists.push(list) - 1;
}
