import type { WorkloadOptions } from "../src/core/history.js";
import type { Workload } from "../src/core/workload.js";
import { register } from "./register.js";

export interface WorkloadEntry {
  /** One sentence for `ordeal list`: what clients do and what it can find. */
  readonly summary: string;
  make(options: WorkloadOptions): Workload;
}

/** Every workload that the command line knows, by name. */
export const workloads: Readonly<Record<string, WorkloadEntry>> = {
  register: {
    summary:
      "reads, writes and compare-and-sets of single keys; finds stale reads, lost and doubled writes",
    make: register,
  },
};
