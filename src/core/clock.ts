/**
 * Where time comes from. A run reads no other clock, so that a whole run can be made in virtual
 * time.
 */
export interface Clock {
  /** Nanoseconds since the run began; monotonic. A number: exact for 104 days. */
  nowNs(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The calendar's time, for people: ISO 8601, UTC. */
  wallTime(): string;
}
