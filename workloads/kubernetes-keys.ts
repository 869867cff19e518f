import { eventPrefix } from "../src/checkers/kubernetes/kubernetes-operation.js";

/** Resources of which objects are listed and watched, by the prefix of their keys. */
export const prefixes = ["/registry/pods/default/", "/registry/configmaps/default/"] as const;

/** So many names: few enough that clients meet, and more than one page of a list holds. */
export const objectsPerResource = 12;
const eventsPerThread = 8;

/** Where API servers agree on who compacts. */
export const compactKey = "compact_rev_key";

/**
 * As long as Kubernetes keeps them, so that none ends in a run: how leases end is another workload's
 * business, and one that is renewed while its leader is stopped would be lost in every etcd there is.
 */
export const eventTtlSeconds = 3_600;

/** The first key after all that begin with the prefix, which ends with a "/". */
export function prefixEnd(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

export function objectKey(prefix: string, number: number): string {
  return `${prefix}object-${String(number).padStart(2, "0")}`;
}

/** Each thread has its own. */
export function eventKey(thread: number, number: number): string {
  return `${eventPrefix}default/${thread}-${number % eventsPerThread}`;
}
