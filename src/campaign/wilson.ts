import type { Interval } from "./interval.js";

/** The quantile of the normal distribution that leaves 2.5 % on either side. */
const z = 1.959963984540054;

/**
 * Where the true share, from 0 to 1, lies with 95 % confidence, as far as `hits` of `tries` can tell: Wilson's
 * score interval, which holds for few tries and for none or all of them as well (E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference", JASA 22, 1927). The tries
 * must not depend on each other.
 */
export function wilsonInterval(hits: number, tries: number): Interval {
  if (tries === 0) return { low: 0, high: 1 };
  const share = hits / tries;
  const shrinkage = 1 + z ** 2 / tries;
  const middle = (share + z ** 2 / (2 * tries)) / shrinkage;
  const spread =
    (z * Math.sqrt((share * (1 - share)) / tries + z ** 2 / (4 * tries ** 2))) / shrinkage;
  return {
    low: hits === 0 ? 0 : Math.max(0, middle - spread),
    high: hits === tries ? 1 : Math.min(1, middle + spread),
  };
}
