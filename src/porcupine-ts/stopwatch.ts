/**
 * The only reader of a clock in this library: deadlines and statistics need one. Gives a function
 * that tells the milliseconds since.
 */
export function startStopwatch(): () => number {
  const startedAt = performance.now();
  return () => performance.now() - startedAt;
}
