import { tanglesOf } from "./components.js";
import { shortestCycle } from "./cycles.js";
import { type Graph, subgraph } from "./graph.js";
import type { Judging } from "./judging.js";
import { byReader, bySession, byTime, versionTiers } from "./register-order.js";
import type { KnownValues } from "./register-reason.js";
import type { Anomaly } from "./result.js";
import type { Step } from "./shortest-path.js";

/** Tangles of versions that are looked into, the smallest first. */
const mostTangles = 100;

/** Versions of a key each of which must come before the other, told by the shortest circle. */
export async function findCyclicVersions(
  known: KnownValues,
  { tally, goOn }: Judging,
): Promise<void> {
  const { graph, components } = known.order;
  const tangles = components
    .slice(-1)
    .flatMap(tanglesOf)
    .sort((a, b) => a.length - b.length);
  const numbers = new Int32Array(graph.nodes).fill(-1);
  for (const tangle of tangles.slice(0, mostTangles)) {
    const part = subgraph(graph, tangle, numbers);
    const inWhole = (node: number) => part.original[node] ?? 0;
    const { type, cycle } = surestCycle(part.graph);
    tally.add(
      tellVersions(
        cycle.map((step) => ({ ...step, from: inWhole(step.from), to: inWhole(step.to) })),
        { ...known, type },
      ),
    );
    await goOn();
  }
}

type CyclicType = (typeof versionTiers)[number]["type"];

/** The shortest one of those that need no order in time that others do without. */
function surestCycle(tangle: Graph): { readonly type: CyclicType; readonly cycle: Step[] } {
  for (const { kinds, type } of versionTiers) {
    const cycle = shortestCycle(tangle, kinds);
    if (cycle) return { type, cycle };
  }
  throw new RangeError(`no cycle among ${tangle.nodes} versions each of which leads to all others`);
}

interface Cyclic extends KnownValues {
  readonly type: CyclicType;
}

/** Longer circles are told by their first steps. */
const mostSteps = 24;

function tellVersions(cycle: readonly Step[], { values, order, keyOf, type }: Cyclic): Anomaly {
  const transactions: number[] = [];
  const key = keyOf(cycle[0]?.from ?? 0);
  const nameOf = (transaction: number) => {
    const known = transactions.indexOf(transaction);
    return `T${known === -1 ? transactions.push(transaction) : known + 1}`;
  };
  const shown = (value: number) => values.texts[value] ?? "absent";
  const steps = cycle.slice(0, mostSteps).map(({ from, to, kind, label }) => {
    const writer = values.writers[to] ?? -1;
    const { one, other } = order.witnesses[label] ?? { one: writer, other: writer };
    const comes = `${shown(from)} comes before ${shown(to)}`;
    switch (kind) {
      case byReader:
        return `${comes}: ${nameOf(writer)} read ${shown(from)} and then wrote ${shown(to)}.`;
      case bySession:
        return `${comes}: one process saw ${shown(from)} in ${nameOf(one)}, and then ${shown(to)} in ${nameOf(other)}.`;
      case byTime:
        return `${comes}: ${nameOf(one)} saw ${shown(from)} and had returned before ${nameOf(other)} was invoked, which saw ${shown(to)}.`;
      default:
        return `${comes}: ${ofItself(from, to)}.`;
    }
  });

  function ofItself(from: number, to: number): string {
    const writer = values.writers[to] ?? -1;
    if (values.texts[from] === null)
      return `${nameOf(writer)} wrote it, and ${key} was absent at first`;
    if (values.overwrittenBy[from] === to) return `${nameOf(writer)} wrote one after the other`;
    return `their versions are ${values.versions[from] ?? NaN} and ${values.versions[to] ?? NaN}`;
  }

  const more = cycle.length - steps.length;
  return {
    type,
    transactions,
    key,
    message: `${cycle.length} versions of ${key} cannot be put into any order: ${circleOf(cycle.map(({ from }) => shown(from)))}`,
    steps: more > 0 ? [...steps, `${more} more such steps lead back.`] : steps,
  };
}

function circleOf(names: readonly string[]): string {
  const [first = ""] = names;
  const told = names.length > 6 ? [...names.slice(0, 3), "...", ...names.slice(-1)] : names;
  return [...told, first].join(" before ");
}
