import { intAt } from "../at.js";
import type { Traces } from "./traces.js";

/** Operations in groups, each in the order of calls. */
export interface Lists {
  /** Group g is the range from starts[g] to starts[g + 1] of the rest. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
  /** The latest return of the members of the group up to this one. */
  readonly latestReturn: Int32Array;
}

/** Each operation into the group that `groupOf` says, a negative one for none. */
export function listsBy(
  { count, returnedAt }: Traces,
  groups: number,
  groupOf: (number: number) => number,
): Lists {
  const starts = new Int32Array(groups + 1);
  for (let number = 0; number < count; number++) {
    const group = groupOf(number);
    if (group >= 0) starts[group + 1] = intAt(starts, group + 1) + 1;
  }
  for (let group = 0; group < groups; group++) {
    starts[group + 1] = intAt(starts, group + 1) + intAt(starts, group);
  }
  const members = new Int32Array(intAt(starts, groups));
  const latestReturn = new Int32Array(members.length);
  const next = starts.slice();
  for (let number = 0; number < count; number++) {
    const group = groupOf(number);
    if (group < 0) continue;
    const place = intAt(next, group);
    const before = place > intAt(starts, group) ? intAt(latestReturn, place - 1) : -1;
    members[place] = number;
    latestReturn[place] = Math.max(before, intAt(returnedAt, number));
    next[group] = place + 1;
  }
  return { starts, members, latestReturn };
}

/** The place of the last member of a group that was called before `time`; before the group's start: none. */
export function lastCalledBefore(
  { starts, members }: Lists,
  { calledAt }: Traces,
  group: number,
  time: number,
): number {
  let before = intAt(starts, group) - 1;
  let after = intAt(starts, group + 1);
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (intAt(calledAt, intAt(members, middle)) < time) before = middle;
    else after = middle;
  }
  return before;
}
