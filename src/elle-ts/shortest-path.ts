import { type Graph, onward, rw } from "./graph.js";

/** From one transaction to another. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly label: number;
}

export interface Wanted {
  /** Where to begin: a transaction, or a junction that was entered by a step before. */
  readonly from: number;
  /** A transaction. Where it is where the path begins, the path is a cycle. */
  readonly to: number;
  /** Edges of which kinds may be taken, besides those out of junctions. */
  readonly kinds: number;
  /** Which nodes may be passed. */
  readonly inside: (node: number) => boolean;
  /** Paths of more steps are not looked for. */
  readonly mostSteps: number;
  /** Whether no rw may come right after another, after one that led to `from`, or last. */
  readonly spaced?: boolean;
}

export interface PathSearch {
  /** Breadth first; undefined where there is no such path. */
  shortest(wanted: Wanted): Step[] | undefined;
  /** How many edges all searches looked at. */
  readonly visited: number;
}

/**
 * A state is a node and, where rw must be spaced, whether one was taken last: two states a node.
 * Edges out of junctions cost no step, so whatever they lead to is met along with the junction.
 */
export function pathSearch(graph: Graph): PathSearch {
  const { transactions, offsets, targets, kinds: kindOf } = graph;
  const cameFrom = new Int32Array(2 * graph.nodes);
  const cameBy = new Int32Array(2 * graph.nodes);
  /** Which search met a state last: nothing need be cleared between searches. */
  const metIn = new Int32Array(2 * graph.nodes);
  let search = 0;
  let visited = 0;

  function shortest(wanted: Wanted): Step[] | undefined {
    search += 1;
    const start = 2 * wanted.from + (wanted.spaced ? 1 : 0);
    meet(start, -1, -1);
    let level = [start];
    // From a junction the first transactions are reached without a step.
    for (let steps = wanted.from < transactions ? 1 : 0; level.length > 0; steps += 1) {
      if (steps > wanted.mostSteps) return undefined;
      const next: number[] = [];
      for (const state of level) {
        const found = expand(state, wanted, next);
        if (found) return stepsTo(found, wanted.to);
      }
      level = next;
    }
    return undefined;
  }

  function meet(state: number, from: number, edge: number): void {
    metIn[state] = search;
    cameFrom[state] = from;
    cameBy[state] = edge;
  }

  /** Adds what is one step away to `next`. The last state and edge of the path, where it is found. */
  function expand(first: number, { to, kinds, inside, spaced }: Wanted, next: number[]) {
    const within = [first];
    for (const state of within) {
      const node = state >> 1;
      const end = offsets[node + 1] ?? 0;
      visited += end - (offsets[node] ?? 0) + 1;
      for (let edge = offsets[node] ?? 0; edge < end; edge += 1) {
        const kind = kindOf[edge] ?? 0;
        if ((kind & (kinds | onward)) === 0) continue;
        const justTaken = state & 1;
        if (kind === rw && justTaken === 1) continue;
        const takes = kind === onward ? justTaken : Number(spaced === true && kind === rw);
        const target = targets[edge] ?? 0;
        if (target === to && takes === 0) return { state, edge };
        const reached = 2 * target + takes;
        if (metIn[reached] === search || !inside(target)) continue;
        meet(reached, state, edge);
        (target < transactions ? next : within).push(reached);
      }
    }
    return undefined;
  }

  function stepsTo(found: { readonly state: number; readonly edge: number }, to: number): Step[] {
    const steps: Step[] = [];
    let { state, edge } = found;
    let end = to;
    while (edge !== -1) {
      const node = state >> 1;
      // By way of a junction: the edge into it says what the step is.
      if (node < transactions) {
        const label = graph.labels[edge] ?? -1;
        steps.push({ from: node, to: end, kind: kindOf[edge] ?? 0, label });
        end = node;
      }
      edge = cameBy[state] ?? -1;
      state = cameFrom[state] ?? -1;
    }
    return steps.reverse();
  }

  return {
    shortest,
    get visited() {
      return visited;
    },
  };
}
