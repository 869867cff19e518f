/**
 * Where a learner that is never started would be reached: an address of the loopback net that no
 * other has, where nobody listens and every attempt is refused at once.
 */
export function learnerAddress(learner: number, turn: number): string {
  const [high, low] = [Math.floor(learner / 256), learner % 256];
  return `http://127.${firstNet + Math.floor(high / 256)}.${high % 256}.${low}:${turn + 1}`;
}

const firstNet = 100;

/** Whose that address is; undefined where it is none of these. */
export function learnerAt(address: string): number | undefined {
  const [, net, high, low] = /^http:\/\/127\.(\d+)\.(\d+)\.(\d+):\d+$/.exec(address) ?? [];
  if (net === undefined || Number(net) < firstNet) return undefined;
  return ((Number(net) - firstNet) * 256 + Number(high)) * 256 + Number(low);
}
