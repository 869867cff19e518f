import type { WorkloadOptions } from "../src/core/history.js";
import type { Workload } from "../src/core/workload.js";
import { append } from "./append.js";
import { bank } from "./bank.js";
import { register } from "./register.js";
import { set } from "./set.js";

export interface WorkloadEntry {
  /** One sentence for `ordeal list`: what clients do and what it can find. */
  readonly summary: string;
  /** That it is expected to end invalid, and why: it shows what etcd does not promise. */
  readonly demonstrates?: string;
  make(options: WorkloadOptions): Workload;
}

/** Every workload that the command line knows, by name. */
export const workloads: Readonly<Record<string, WorkloadEntry>> = {
  register: {
    summary:
      "reads, writes and compare-and-sets of single keys; finds stale reads, lost and doubled writes",
    make: register,
  },
  append: {
    summary:
      "transactions of several reads and appends to lists; finds whatever is not strictly serializable",
    make: append,
  },
  bank: {
    summary:
      "transfers between accounts and reads of all of them; finds transactions seen or kept by halves",
    make: bank,
  },
  set: {
    summary:
      "adds to sets by compare-and-set, reads of whole sets; finds lost, stale and unexpected elements",
    make: set,
  },
};
