/** The position of a return that never came: after all others. */
export const never = 0x7fffffff;

/**
 * The operations of one part in time, numbered from 0 in the order of their calls. Times are the
 * positions of calls and returns among each other: whole numbers from 0 on, all different, so that
 * nothing ever happens at the same time. Operation a comes before b if and only if
 * returnedAt[a] < calledAt[b].
 */
export interface Timeline {
  /** How many operations there are. */
  readonly count: number;
  /** By number; ascending. */
  readonly calledAt: Int32Array;
  /** By number; `never` for what never returned: it may take effect after its call, or never. */
  readonly returnedAt: Int32Array;
  /** The numbers of all operations that returned, in the order of their returns. */
  readonly byReturn: Int32Array;
}
