import type { Nemesis, Situation } from "../core/nemesis.js";

/** So long others hold back at most: what is in its way by then may be there for good. */
const mostClaimMs = 30_000;

/**
 * Who waits for a cluster in which nothing is wrong, to begin a fault or to heal one. Where several
 * nemeses are at work there may never be one: so whoever was put off for long has a claim, under which
 * no other begins a fault until it had its turn. Claims are heard one at a time, the oldest first, and
 * lapse in the end.
 */
export interface WholeClusterTurns {
  /** Whether another has a claim. */
  holdsBack(nemesis: Nemesis, nowNs: number): boolean;
  /** It had its turn, or has nothing to do whatever the cluster is like. */
  waitsNoMore(nemesis: Nemesis): void;
  /** It would have something to do, were the cluster whole. */
  waits(nemesis: Nemesis, at: { readonly nowNs: number; readonly patienceMs: number }): void;
}

export function wholeClusterTurns(): WholeClusterTurns {
  /** When their claims begin, in nanoseconds, in the order in which they began to wait. */
  const claims = new Map<Nemesis, number>();
  const isLapsed = (fromNs: number, nowNs: number) => nowNs - fromNs > mostClaimMs * 1e6;
  return {
    holdsBack(nemesis, nowNs) {
      const heard = [...claims].find(([, fromNs]) => nowNs >= fromNs && !isLapsed(fromNs, nowNs));
      return heard !== undefined && heard[0] !== nemesis;
    },
    waitsNoMore(nemesis) {
      claims.delete(nemesis);
    },
    waits(nemesis, { nowNs, patienceMs }) {
      const fromNs = claims.get(nemesis);
      if (fromNs !== undefined && !isLapsed(fromNs, nowNs)) return;
      // Behind those that waited meanwhile.
      claims.delete(nemesis);
      claims.set(nemesis, nowNs + patienceMs * 1e6);
    },
  };
}

/** The same cluster with nothing wrong in it, of which nodes run what they run. */
export function asIfWhole(situation: Situation): Situation {
  return {
    ...situation,
    leader: situation.leader ?? situation.nodes[0],
    state: (node) => {
      const { setUp, setUps } = situation.state(node);
      return { process: "running", cut: [], ...(setUp && { setUp }), ...(setUps && { setUps }) };
    },
  };
}
