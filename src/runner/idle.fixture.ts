import type { Workload } from "../core/workload.js";

/** Its clients ask for nothing. */
export const idle: Workload = {
  name: "idle",
  kinds: [],
  thread: () => ({ next: () => ({ f: "none" }) }),
  isReadOnly: () => true,
  invoke: () => Promise.resolve({ output: null }),
  finalOperations: () => [],
  checkers: {},
};
