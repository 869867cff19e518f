import { realTime, rw, sameProcess, wr, ww } from "./graph.js";
import { type CycleName, cycleNames, type CycleType, type EdgeName } from "./result.js";
import type { Step } from "./shortest-path.js";

/** What a cycle of these steps is called, and by what besides the data it holds together. */
export function nameCycle(steps: readonly Step[]): CycleType {
  const has = (wanted: number) => steps.some(({ kind }) => kind === wanted);
  const name = nameOfData(steps);
  if (has(realTime)) return `${name}-realtime`;
  return has(sameProcess) ? `${name}-process` : name;
}

function nameOfData(steps: readonly Step[]): CycleName {
  const anti = steps.filter(({ kind }) => kind === rw).length;
  if (anti === 0) return steps.some(({ kind }) => kind === wr) ? "G1c" : "G0";
  if (anti === 1) return "G-single";
  const touch = steps.some(({ kind }, i) => kind === rw && steps.at(i - 1)?.kind === rw);
  return touch ? "G2-item" : "G-nonadjacent";
}

const edgeNames: ReadonlyMap<number, EdgeName> = new Map<number, EdgeName>([
  [ww, "ww"],
  [wr, "wr"],
  [rw, "rw"],
  [sameProcess, "process"],
  [realTime, "realtime"],
]);

export function nameEdge(kind: number): EdgeName {
  const name = edgeNames.get(kind);
  if (name === undefined) throw new RangeError(`an edge of no kind: ${kind}`);
  return name;
}

/** The lower the graver. What needs no order in time comes before all that does. */
export function severityOf(type: CycleType): number {
  const tier = ["", "-process", "-realtime"].findIndex(
    (suffix) => suffix === type.replace(/^.*?(-process|-realtime)?$/, "$1"),
  );
  const name = cycleNames.findIndex((each) => type === each || type.startsWith(`${each}-`));
  return tier * cycleNames.length + name;
}
