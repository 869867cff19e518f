/** What one process found out about one case. */
export interface Measurement {
  readonly operations: number;
  /** "wrong" holds what came instead. Several histories: the first that is not as it must be. */
  readonly verdict: "valid" | "invalid" | "mixed" | "unknown" | "wrong";
  readonly wrong?: string;
  readonly engines: readonly string[];
  /** CPU of all threads, user and system, garbage collection included. */
  readonly firstMs: number;
  /** The median of so many runs once it was warm; absent where one run takes too long. */
  readonly steadyMs?: number;
  readonly runs: number;
  /** The same for the slowest, where there are several histories. */
  readonly slowestMs?: number;
  /** The same for the engines alone, without laying out the history; an estimate. Else the first. */
  readonly engineMs: number;
  /** The largest that the process was during the first run, less what it was before. */
  readonly memoryMb: number;
  readonly counterexample?: { readonly cpuMs: number; readonly operations: number };
}

/** What the parent asks of it. */
export interface Order {
  readonly list: "cases" | "shapes";
  readonly name: string;
  readonly countedRuns: number;
}
