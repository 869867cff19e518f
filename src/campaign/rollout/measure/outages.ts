import type { Stretch } from "./load.js";
import { countBelow } from "./sorted.js";

/**
 * The longest stretch in which no operation of any client ended ok, in nanoseconds, of those that
 * overlap `span`. Stretches run from one end of an operation to the next, and from and to the ends of
 * the load. Every operation needs a majority, so that one that ended ok anywhere shows service.
 */
export function longestOutageNs(okAtNs: Float64Array, load: Stretch, span: Stretch = load): number {
  const toNs = Math.min(span.toNs, load.toNs);
  let longest = 0;
  let position = countBelow(okAtNs, Math.max(span.fromNs, load.fromNs) + 1);
  let beganNs = Math.max(load.fromNs, okAtNs[position - 1] ?? load.fromNs);
  while (beganNs < load.toNs && (beganNs < toNs || longest === 0)) {
    const endsNs = Math.min(load.toNs, okAtNs[position++] ?? load.toNs);
    longest = Math.max(longest, endsNs - beganNs);
    beganNs = endsNs;
  }
  return longest;
}
