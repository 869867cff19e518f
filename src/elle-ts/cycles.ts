import { componentsOf } from "./components.js";
import { type Graph, realTime, rw, sameProcess, wr, ww } from "./graph.js";
import { rulesOutMore } from "./models.js";
import { nameCycle, severityOf } from "./name-cycle.js";
import type { CycleName } from "./result.js";
import { type PathSearch, pathSearch, type Step } from "./shortest-path.js";

/**
 * What besides the data may order transactions. A cycle that needs less is the graver one, and those
 * that need more mostly come of it.
 */
const tiers = [
  { kinds: 0, suffix: "" },
  { kinds: sameProcess, suffix: "-process" },
  { kinds: sameProcess | realTime, suffix: "-realtime" },
] as const;

/**
 * Edges that searches for one kind of cycle in one component may look at. Beyond it a cycle is
 * still shown, though there may be a shorter one, or one of a graver kind.
 */
const mostEdges = 5_000_000;

/**
 * The gravest cycles of a strongly connected component, each as short as can be: one without a read
 * of what was then changed (G0, G1c), and one with (G-single, G-nonadjacent, G2-item), as far as they
 * need no more than the other does. At least one, unless there is none. Then those that need more,
 * as far as they rule out a consistency model that none before them does.
 */
export function gravestCycles(graph: Graph): Step[][] {
  const found: Step[][] = [];
  for (const { kinds: tier, suffix } of tiers) {
    const types = found.map(nameCycle);
    const isTold = (name: CycleName) =>
      types.length === 0 || rulesOutMore(`${name}${suffix}`, types);
    const cycles = [
      (isTold("G0") ? shortestCycle(graph, ww | tier) : undefined) ??
        (isTold("G1c") ? shortestCycle(graph, ww | wr | tier) : undefined),
      shortestAntiCycle(graph, ww | wr | tier, isTold),
    ];
    found.push(...cycles.filter((cycle) => cycle !== undefined));
  }
  return found;
}

/** Of edges of these kinds alone. */
export function shortestCycle(graph: Graph, kinds: number): Step[] | undefined {
  const component = componentsOf(graph, kinds);
  const sizes = new Int32Array(graph.nodes);
  for (const number of component) sizes[number] = (sizes[number] ?? 0) + 1;
  const search = pathSearch(graph);
  let shortest: Step[] | undefined;
  for (let node = 0; node < graph.transactions; node += 1) {
    const own = component[node] ?? 0;
    if ((sizes[own] ?? 0) < 2) continue;
    if (shortest && (shortest.length === 2 || search.visited > mostEdges)) break;
    const cycle = search.shortest({
      ...{ from: node, to: node, kinds },
      inside: (other) => component[other] === own,
      mostSteps: shortest ? shortest.length - 1 : Infinity,
    });
    shortest = cycle ?? shortest;
  }
  return shortest;
}

const antiNames = ["G-single", "G-nonadjacent", "G2-item"] as const;

interface Anti {
  readonly from: number;
  /** A transaction or a junction. */
  readonly to: number;
  readonly label: number;
}

/** A cycle of these kinds of edges and at least one rw: with as few and as spaced ones as can be. */
function shortestAntiCycle(
  graph: Graph,
  kinds: number,
  isTold: (name: CycleName) => boolean,
): Step[] | undefined {
  if (!antiNames.some(isTold)) return undefined;
  const component = componentsOf(graph, kinds | rw);
  const anti = antiDependencies(graph).filter(({ from, to }) => component[from] === component[to]);
  if (anti.length === 0) return undefined;
  const inComponent =
    ({ from }: Anti) =>
    (node: number) =>
      component[node] === component[from];
  const through = { kinds: kinds | rw, inside: inComponent };
  return (
    (isTold("G-single") ? shortestSingle(graph, anti, kinds) : undefined) ??
    (isTold("G-nonadjacent")
      ? shortestThrough(anti, pathSearch(graph), { ...through, spaced: true, mustFind: false })
      : undefined) ??
    (isTold("G2-item")
      ? shortestThrough(anti, pathSearch(graph), { ...through, spaced: false, mustFind: true })
      : undefined)
  );
}

/** With one rw: few can be closed by the other edges, which lead on to lower components alone. */
function shortestSingle(graph: Graph, anti: readonly Anti[], kinds: number): Step[] | undefined {
  const order = componentsOf(graph, kinds);
  const rank = (node: number) => order[node] ?? 0;
  const candidates = anti.filter(({ from, to }) => rank(to) >= rank(from));
  return shortestThrough(candidates, pathSearch(graph), {
    ...{ kinds, spaced: false, mustFind: false },
    inside:
      ({ from }) =>
      (node) =>
        rank(node) >= rank(from),
  });
}

interface Through {
  readonly kinds: number;
  readonly spaced: boolean;
  readonly inside: (anti: Anti) => (node: number) => boolean;
  /** Whether to go on beyond the bound until there is a cycle. */
  readonly mustFind: boolean;
}

function shortestThrough(
  anti: readonly Anti[],
  search: PathSearch,
  { kinds, spaced, inside, mustFind }: Through,
): Step[] | undefined {
  let shortest: Step[] | undefined;
  for (const one of anti) {
    if (shortest?.length === 2) break;
    if (search.visited > mostEdges && (shortest || !mustFind)) break;
    const back = search.shortest({
      ...{ from: one.to, to: one.from, kinds, spaced, inside: inside(one) },
      mostSteps: shortest ? shortest.length - 2 : Infinity,
    });
    if (!back) continue;
    const { from, label } = one;
    shortest = gravestLoop([{ from, to: back[0]?.from ?? from, kind: rw, label }, ...back]);
  }
  return shortest;
}

function antiDependencies({ transactions, offsets, targets, kinds, labels }: Graph): Anti[] {
  const anti: Anti[] = [];
  for (let from = 0; from < transactions; from += 1) {
    const end = offsets[from + 1] ?? 0;
    for (let edge = offsets[from] ?? 0; edge < end; edge += 1) {
      if (kinds[edge] !== rw) continue;
      anti.push({ from, to: targets[edge] ?? 0, label: labels[edge] ?? -1 });
    }
  }
  return anti;
}

/** A way that comes by one transaction twice is two cycles: the graver one that has an rw. */
function gravestLoop(cycle: Step[]): Step[] {
  const metAt = new Map<number, number>();
  for (const [i, { from }] of cycle.entries()) {
    const first = metAt.get(from);
    if (first !== undefined) {
      const inner = gravestLoop(cycle.slice(first, i));
      const outer = gravestLoop([...cycle.slice(0, first), ...cycle.slice(i)]);
      if (!outer.some(isAnti)) return inner;
      if (!inner.some(isAnti)) return outer;
      return severityOf(nameCycle(inner)) <= severityOf(nameCycle(outer)) ? inner : outer;
    }
    metAt.set(from, i);
  }
  return cycle;
}

function isAnti({ kind }: Step): boolean {
  return kind === rw;
}
