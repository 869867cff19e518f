/** Where a true value lies, as far as a few observations can tell. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
