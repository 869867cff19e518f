import type { Workload } from "../src/core/workload.js";

/**
 * Clients do nothing: the nemeses are alone with the cluster. What can go wrong then is for those
 * that judge every run: a member that panics, and members that do not agree in the end.
 */
export function none(): Workload {
  const nothing = (): never => {
    throw new Error("a workload without any kind of operation has none to make");
  };
  return {
    name: "none",
    kinds: [],
    toleratesRewind: true,
    thread: () => ({ next: nothing }),
    invoke: nothing,
    isReadOnly: () => true,
    finalOperations: () => [],
    checkers: {},
  };
}
