import { componentsOf } from "./components.js";
import {
  type Graph,
  type GraphBuilder,
  graphBuilder,
  realTime,
  sameProcess,
  wr,
  ww,
} from "./graph.js";
import type { RegisterHistory, RegisterKey, Visit } from "./register-history.js";
import {
  addKeyProcessOrder,
  addKeyRealTime,
  type KeyOrder,
  type Witness,
} from "./register-time-order.js";
import type { Happened, Timed } from "./transaction.js";

/** Where versions of a key may be told apart from, besides what is certain everywhere. */
export interface InferenceOptions {
  /**
   * A transaction that reads a key and then writes to it wrote a later version than it read. True of
   * everything that reads what is there, not of writes that are ordered by clocks. Default: true.
   */
  readonly writesFollowReads?: boolean;
  /** Each process sees each key by itself go forward. Default: false. */
  readonly sequentialKeys?: boolean;
  /** Each key by itself is linearizable. Default: false. */
  readonly linearizableKeys?: boolean;
  /**
   * Versions are of transactions, as etcd's are: all that one wrote has one version, and nothing that
   * others wrote has it. Then no transaction may write to a key twice. Default: false.
   */
  readonly transactionVersions?: boolean;
}

/** How the edges between two versions of a key came about. Names of bits in graph.ts. */
export const byItself = ww;
export const byReader = wr;
export const bySession = sameProcess;
export const byTime = realTime;

/** What is surer comes first. */
export const versionTiers = [
  { kinds: byItself | byReader, type: "cyclic-versions" },
  { kinds: byItself | byReader | bySession, type: "cyclic-versions-process" },
  { kinds: byItself | byReader | bySession | byTime, type: "cyclic-versions-realtime" },
] as const;

export interface RegisterOrder {
  /**
   * Each value leads to some that certainly came later. By session or time, its label is the number of
   * the two transactions in `witnesses` that show it.
   */
  readonly graph: Graph;
  readonly witnesses: readonly Witness[];
  /**
   * Of each tier: values of one component come both before and after each other, which is an anomaly.
   * Edges that need no more than what is surer still hold then.
   */
  readonly components: readonly Int32Array[];
  /** Two values of a key that came with the same version; the first such two of each key. */
  readonly sameVersion: ReadonlyMap<string, readonly [one: number, other: number]>;
}

interface Inference {
  readonly history: RegisterHistory;
  readonly transactions: readonly Timed[];
  readonly happened: Happened;
  readonly options: InferenceOptions;
  /** Awaited once for each key. */
  readonly goOn: () => Promise<void>;
}

/** What certainly came after what, of keys to which no value was written twice. */
export async function registerOrder(inference: Inference): Promise<RegisterOrder> {
  const { history, transactions, happened, options, goOn } = inference;
  const { values, keys } = history;
  const graph = graphBuilder(values.texts.length);
  const witnesses: Witness[] = [];
  const sameVersion = new Map<string, readonly [number, number]>();
  const exists = existence(history, happened);
  for (const register of keys.values()) {
    await goOn();
    if (register.repeated !== undefined) continue;
    const present = [...register.numberOf.values()].filter(exists);
    const visits = register.visits.filter(({ by }) => happened(by));
    addFirsts(graph, register, { present, visits });
    for (const value of present) {
      const next = values.overwrittenBy[value] ?? -1;
      if (next !== -1) graph.addEdge(value, next, byItself);
    }
    const numbered = register.mismatch ? [] : byVersion(present, values.versions);
    const twins = twinsIn(numbered, values.versions);
    if (twins) sameVersion.set(register.key, twins);
    else addChain(graph, numbered);
    const isNumbered = (value: number) =>
      !twins && !register.mismatch && !Number.isNaN(values.versions[value] ?? NaN);
    const time = {
      ...{ transactions, visits, exists, witnesses },
      addEdge(from: number, to: number, kind: number, label?: number) {
        // Versions that are told leave nothing to infer.
        if (!isNumbered(from) || !isNumbered(to)) graph.addEdge(from, to, kind, label);
      },
    };
    if (options.writesFollowReads !== false) addWritesAfterReads(time);
    if (options.sequentialKeys === true) addKeyProcessOrder(time, bySession);
    if (options.linearizableKeys === true) addKeyRealTime(time, byTime);
  }
  const built = graph.build();
  const components = versionTiers.map(({ kinds }) => componentsOf(built, kinds));
  return { graph: built, witnesses, components, sameVersion };
}

/** Whether a value was certainly there at some time: written, or not yet. */
export function existence(
  { values: { texts, writers } }: RegisterHistory,
  happened: Happened,
): (value: number) => boolean {
  return (value) => {
    if (texts[value] === null) return true;
    const writer = writers[value] ?? -1;
    return writer !== -1 && happened(writer);
  };
}

/** The edges to values that certainly came later; not those to values that came earlier as well. */
export function laterThan({ graph, components }: RegisterOrder, value: number): number[] {
  const edges: number[] = [];
  const end = graph.offsets[value + 1] ?? 0;
  for (let edge = graph.offsets[value] ?? 0; edge < end; edge += 1) {
    const tier = versionTiers.findIndex(({ kinds }) => ((graph.kinds[edge] ?? 0) & kinds) !== 0);
    const component = components[tier];
    if (component?.[graph.targets[edge] ?? 0] !== component?.[value]) edges.push(edge);
  }
  return edges;
}

/** Whether these values of a key certainly came one after the other. */
export function isTotal(order: RegisterOrder, present: readonly number[]): boolean {
  const { graph, components } = order;
  const rank = (value: number) => components.at(-1)?.[value] ?? 0;
  const sorted = present.toSorted((a, b) => rank(b) - rank(a));
  return sorted.every((value, i) => {
    const next = sorted[i + 1];
    return (
      next === undefined || laterThan(order, value).some((edge) => graph.targets[edge] === next)
    );
  });
}

interface Seen {
  readonly present: readonly number[];
  readonly visits: readonly Visit[];
}

/** The absent value before all others. Where nobody found the key absent, nothing comes of it. */
function addFirsts(graph: GraphBuilder, { absent }: RegisterKey, { present, visits }: Seen): void {
  if (!visits.some(({ read }) => read === absent)) return;
  for (const value of present) graph.addEdge(absent, value, byItself);
}

function byVersion(present: readonly number[], versions: readonly number[]): number[] {
  const versionOf = (value: number) => versions[value] ?? NaN;
  return present
    .filter((value) => !Number.isNaN(versionOf(value)))
    .sort((a, b) => versionOf(a) - versionOf(b));
}

function twinsIn(
  numbered: readonly number[],
  versions: readonly number[],
): readonly [number, number] | undefined {
  const second = numbered.findIndex(
    (value, i) => i > 0 && versions[value] === versions[numbered[i - 1] ?? value],
  );
  return second === -1 ? undefined : [numbered[second - 1] ?? 0, numbered[second] ?? 0];
}

function addChain(graph: GraphBuilder, chain: readonly number[]): void {
  for (const [i, value] of chain.entries()) {
    const next = chain[i + 1];
    if (next !== undefined) graph.addEdge(value, next, byItself);
  }
}

function addWritesAfterReads({ visits, exists, addEdge }: KeyOrder): void {
  for (const { read, firstWrite } of visits) {
    if (read !== -1 && firstWrite !== -1 && exists(read)) addEdge(read, firstWrite, byReader);
  }
}
