/**
 * How long a step of the set-up took, for its line: "0.4 s". No run is under way then, hence no
 * run's clock.
 */
export function stopwatch(): () => string {
  const startedAtMs = performance.now();
  return () => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
}
