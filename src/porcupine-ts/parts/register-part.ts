import type { Timeline } from "./timeline.js";

/** What an operation does to a register, as a number. */
export const kinds = {
  /** Legal where the register holds `found`, which it leaves there. */
  read: 0,
  /** Legal everywhere; leaves `left`. */
  write: 1,
  /** Legal where the register holds `found`; leaves `left`, which is another value. */
  cas: 2,
  /** Legal where the register holds anything but `found`, and leaves that there. */
  differs: 3,
  /** Legal everywhere, leaves everything. */
  nothing: 4,
} as const;

/** No value: what a write found, what a read left. */
export const noValue = -1;

/** The value that the register holds at first. */
export const initialValue = 0;

/** One part of a history of registers: a single register. Values are numbers from 0 on. */
export interface RegisterPart extends Timeline {
  /** By number: one of `kinds`. */
  readonly kind: Uint8Array;
  /** By number: the value that it is about, `noValue` for a write or nothing. */
  readonly found: Int32Array;
  /** By number: the value that it leaves, `noValue` where it leaves what was there. */
  readonly left: Int32Array;
  /** How many values there are. */
  readonly values: number;
}
